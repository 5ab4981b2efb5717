"""Step: let a language model, where settings name one, put the quoted evidence into words.

Nothing it writes is shown here. The step only begins the reply; `verify` reads it, sentence by sentence.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from chatbots.answering.context import Context
from chatbots.answering.drafting import Draft, sentences
from chatbots.answering.grounding import Grounds, Statement
from chatbots.answering.orders import orders_a_model
from chatbots.answering.prompts import Passage, messages_for, phrases
from chatbots.centring import embed_centred
from chatbots.embedders import Embedder
from chatbots.indexing.chunking import embedded_statement
from chatbots.llms import llm_to_ask
from chatbots.retrieval import Hit
from chatbots.serving import current_snapshot, embedder_of
from chatbots.types import Status

#: Tokens of evidence that the model is given, counted as the embedding model counts.
EVIDENCE_TOKENS = 800
#: Tokens of a reply: four short sentences take about half.
REPLY_TOKENS = 220


def write(context: Context) -> None:
    """Leave a draft in `context.draft`, unless these are words that only code and editors may choose."""
    llm = None if _is_for_quotations_alone(context) else llm_to_ask()
    if llm is None:
        return
    embedder = embedder_of(current_snapshot(context.bot.name))
    evidence = _within_budget(context, embedder)
    if not evidence:
        return
    messages = messages_for(
        context.bot.name,
        context.language,
        context.asked,
        [Passage(_place(hit), tuple(hit.statements[at].said for at in picked)) for hit, picked in evidence],
    )
    context.draft = Draft(
        llm,
        sentences(llm.reply(messages, max_tokens=REPLY_TOKENS)),
        _grounds(context, evidence, embedder),
        phrases(context.language),
    )


def _is_for_quotations_alone(context: Context) -> bool:
    """Say whether the model must not be asked.

    So it is in danger, with a caution, in doubt, when the visitor wants it so, with evidence of two pages or in another
    language, and where no vectors are at hand to check by.
    """
    return (
        context.status != Status.ANSWERED
        or bool(context.caution or context.help_cards or context.handover or context.question.quotes_only)
        or len({hit.page.pk for hit, _quoted in context.quotes}) != 1
        or context.query is None
        or context.query.vector is None
        or any(hit.chunk.language != context.language for hit, _quoted in context.quotes)
    )


def _within_budget(context: Context, embedder: Embedder) -> list[tuple[Hit, list[int]]]:
    """Return passages, those that are quoted first, with the statements of each that fit, by their places."""
    quoted = [hit for hit, _quoted in context.quotes]
    seen = {hit.chunk.pk for hit in quoted}
    pages = {hit.page.pk for hit in quoted}
    further = [hit for hit in context.evidence if hit.chunk.pk not in seen and hit.page.pk in pages]
    left, chosen = EVIDENCE_TOKENS, []
    for hit in (*quoted, *further):
        left -= embedder.count_tokens(_place(hit))
        picked = []
        for at, statement in enumerate(hit.statements):
            left -= embedder.count_tokens(statement.said)
            if left < 0:
                break
            if not orders_a_model(statement.said):
                picked.append(at)
        if picked:
            chosen.append((hit, picked))
        if left < 0:
            break
    return chosen


def _place(hit: Hit) -> str:
    return " › ".join([hit.page.title, *hit.chunk.heading_path])


def _grounds(context: Context, evidence: Sequence[tuple[Hit, list[int]]], embedder: Embedder) -> Grounds:
    """Return the statements that the model was given, with the vectors that indexing made of them."""
    title, language = evidence[0][0].page.title, context.language

    def embed(texts: Sequence[str]) -> np.ndarray:
        named = [embedded_statement(title, text) for text in texts]
        return embed_centred(embedder, named, [language] * len(named), role="passage")

    statements, vectors = [], []
    for hit, picked in evidence:
        known = np.frombuffer(hit.chunk.statement_vectors, np.float16).reshape(len(hit.statements), -1)
        vectors.append(known[picked].astype(np.float32))
        statements += [Statement(hit.statements[at].said, _place(hit)) for at in picked]
    return Grounds(language, statements, np.concatenate(vectors), lambda sentence: embed([sentence])[0])
