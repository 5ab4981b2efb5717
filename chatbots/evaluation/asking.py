"""Ask golden questions as visitors do: masked, in a conversation, on a page. Nothing is stored."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from chatbots import retrieval
from chatbots.answering import Question
from chatbots.answering.context import Context, EarlierTurn
from chatbots.answering.drafting import sentences
from chatbots.answering.grounding import Grounds, Statement, check
from chatbots.answering.judge import assess
from chatbots.answering.pipeline import as_json, run
from chatbots.bots import Bot, get_bot
from chatbots.centring import embed_centred
from chatbots.conversation_models import Turn
from chatbots.embedders import get_embedder
from chatbots.embedders.base import Role
from chatbots.evaluation.golden import GoldenQuestion
from chatbots.evaluation.outcomes import SPEAKING, Outcome, Referral, Support
from chatbots.evaluation.variants import AS_IT_STANDS, Variant
from chatbots.exchange import earlier
from chatbots.indexing.chunking import embedded_statement
from chatbots.indexing.sentences import LEFT_OUT, quotable_lines
from chatbots.retrieval import Hit
from chatbots.safety.masking import mask
from chatbots.serving import current_snapshot, embedder_of
from chatbots.types import Status

#: What became of a draft of which something was shown.
_DRAFT_SHOWN = frozenset({"used", "completed", "unchecked"})
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def evaluate(questions: Iterable[GoldenQuestion], variant: Variant = AS_IT_STANDS) -> list[Outcome]:
    """Ask each question of the bots, with what is said before it; return what became of it."""
    with variant.in_use():
        return [_ask(question, variant) for question in questions]


@contextmanager
def remembered_embeddings() -> Iterator[None]:
    """Embed no text twice meanwhile: variants of the pipeline ask the same questions. Not for measuring time."""
    embedder = get_embedder()
    known: dict[tuple[str, tuple[str, ...]], np.ndarray] = {}
    real = embedder.embed

    def embed(texts: Sequence[str], *, role: Role) -> np.ndarray:
        key = (role, tuple(texts))
        if key not in known:
            known[key] = real(texts, role=role)
        return known[key].copy()

    embedder.embed = embed  # type: ignore[method-assign]
    try:
        yield
    finally:
        del embedder.embed


def _ask(golden: GoldenQuestion, variant: Variant) -> Outcome:
    bot = get_bot(golden.bot)
    turns: tuple[EarlierTurn, ...] = ()
    for said in golden.turns:
        turns += (_turn(_run(bot, said, golden, turns, variant), golden),)
    started = time.perf_counter()
    context = _run(bot, golden.question, golden, turns, variant)
    seconds = time.perf_counter() - started
    found: Sequence[Hit] = ()
    if context.retrieval is not None and (context.sources or context.status not in SPEAKING):  # else: shows no page
        found = context.evidence or context.retrieval.hits(context.retrieval.query.language)
    confidence, best_is_right = _judge(golden, bot, context)
    return Outcome(
        question=golden,
        status=str(context.status or Status.UNAVAILABLE),
        text=context.text,
        rank=_rank(golden, found),
        found=tuple(_pages(found)[:3]),
        shown=tuple(
            (source.url.split("#")[0].rstrip("/").rsplit("/", 1)[-1], source.kind) for source in context.sources
        ),
        confidence=confidence,
        best_is_right=best_is_right,
        caution=context.caution or "",
        cards=tuple(card.level for card in context.help_cards),
        referral=_follow(golden, context, turns, variant),
        support=_support(context),
        drafted=context.drafted,
        asked=context.asked if context.asked != context.question.message else "",
        seconds=seconds,
        timings=dict(context.timings),
    )


def _judge(golden: GoldenQuestion, bot: Bot, context: Context) -> tuple[float | None, bool]:
    """Return the judge's confidence and whether its best page is right; of a plain question also when none asked it."""
    searched = context.retrieval
    if searched is None and golden.plain and context.status != Status.UNAVAILABLE:
        searched = retrieval.retrieve(bot, golden.question, language=golden.language)
    if searched is None or not searched.indexes:
        return None, False
    judged = assess(searched)
    best = (judged.evidence or searched.hits(searched.query.language))[:1]
    return judged.confidence, any(hit.page.slug in golden.pages for hit in best)


def _run(bot: Bot, message: str, golden: GoldenQuestion, turns: tuple[EarlierTurn, ...], variant: Variant) -> Context:
    """Do what an exchange does with a message, but for keeping it."""
    masked = mask(message)
    question = Question(
        message=masked.text,
        language=golden.language,
        page=golden.page or None,
        conversation="evaluation",
        turns=turns,
        answer_id=str(uuid.uuid4()),
        masked=masked.kinds,
    )
    return run(bot, question, steps=variant.steps_of(bot.name))


def _turn(context: Context, golden: GoldenQuestion) -> EarlierTurn:
    """Return a finished answer as the turns after it will read it: as a stored turn that never reaches the database."""
    asked = context.asked if context.asked != context.question.message else ""
    turn = Turn(
        bot=context.bot.name, question=context.question.message, asked=asked, page=golden.page, answer=as_json(context)
    )
    return earlier(turn)


def _follow(
    golden: GoldenQuestion, context: Context, turns: tuple[EarlierTurn, ...], variant: Variant
) -> Referral | None:
    """Go where the visitor is sent, in the same conversation, and ask there what is carried along."""
    handover = context.handover
    if handover is None:
        return None
    turns += (_turn(context, golden),)
    there = _run(get_bot(handover.bot), handover.question, golden, turns, variant)
    hits: Sequence[Hit] = there.evidence
    pages = tuple(dict.fromkeys((hit.page.slug, hit.page.kind) for hit in hits))
    return Referral(handover.bot, handover.question, str(there.status), _rank(golden, hits), pages)


def _pages(hits: Sequence[Hit]) -> list[str]:
    return list(dict.fromkeys(hit.page.slug for hit in hits))


def _rank(golden: GoldenQuestion, hits: Sequence[Hit]) -> int:
    return next((place for place, slug in enumerate(_pages(hits), 1) if slug in golden.pages), 0)


# ── Does the evidence say it? ───────────────────────────────────────────────────────────────────


def _support(context: Context) -> Support:
    """Hold what the answer says of the matter against the pages that it quotes, or else against the best page.

    A sentence is supported when it stands there word for word, or passes the check that `verify` makes of a draft.
    """
    if context.status not in SPEAKING:
        return Support()
    said = _said(context)
    hits = _hits_behind(context)
    if not said or not hits:
        return Support(len(said))
    texts = [hit.chunk.text for hit in hits]
    grounds = _grounds(hits, context.language)
    known = set(_NUMBER.findall(" ".join([*texts, *(" ".join(_place(hit)) for hit in hits)])))
    quotable = frozenset().union(*map(quotable_lines, texts))
    supported = [one in quotable or check(one, grounds) is None for one in said]
    new = [not known.issuperset(_NUMBER.findall(one)) for one in said]
    return Support(len(said), sum(supported), sum(new))


def _said(context: Context) -> list[str]:
    """Return the sentences of the draft as shown, and what is quoted; not the lines that lead or advise."""
    quoted = [line for _hit, lines in context.quotes for line in lines if line != LEFT_OUT]
    if context.drafted not in _DRAFT_SHOWN:
        return quoted
    drafted = [one.text for one in sentences(piece for piece in context.paragraphs[:1]) if one.text]
    return drafted + (quoted if context.drafted == "completed" else [])


def _hits_behind(context: Context) -> list[Hit]:
    found = context.evidence
    if not found and context.retrieval is not None:
        found = context.retrieval.hits(context.language)
    pages = {hit.page.pk for hit, _quoted in context.quotes} or {hit.page.pk for hit in found[:1]}
    quoted = [hit for hit, _quoted in context.quotes]
    return [*quoted, *(hit for hit in found if hit.page.pk in pages and hit not in quoted)]


def _place(hit: Hit) -> tuple[str, ...]:
    return (hit.page.title, *hit.chunk.heading_path)


def _grounds(hits: Sequence[Hit], language: str) -> Grounds:
    embedder = embedder_of(current_snapshot("health" if hits[0].page.kind == "health" else "guide"))
    title = hits[0].page.title

    def embed(sentence: str) -> np.ndarray:
        return embed_centred(embedder, [embedded_statement(title, sentence)], [language], role="passage")[0]

    statements = [Statement(one.text, " › ".join(_place(hit))) for hit in hits for one in hit.statements]
    vectors = np.concatenate(
        [
            np.frombuffer(hit.chunk.statement_vectors, np.float16).reshape(len(hit.statements), -1).astype(np.float32)
            for hit in hits
            if hit.statements
        ]
        or [np.empty((0, embedder.dimension), np.float32)]
    )
    return Grounds(language, statements, vectors, embed)
