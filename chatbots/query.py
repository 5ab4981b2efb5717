"""A question as it is searched: its language, its words put right, its vector."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field, replace

import numpy as np

from chatbots.bots import Bot
from chatbots.centring import embed_centred, typical_deviation
from chatbots.embedders import Embedder
from chatbots.exceptions import BackendError, SnapshotError
from chatbots.glossary import in_danish_words
from chatbots.language import detect_language
from chatbots.named_things import other_names
from chatbots.neighbours import in_danish
from chatbots.serving import current_snapshot, embedder_of, repairer


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it is searched."""

    text: str  # as the visitor wrote it
    repaired: str
    language: str
    vector: np.ndarray | None  # (d,) float32, None when there is no model to embed with
    typical_deviation: float | None = None  # of the model's scores on a whole site; None when it is not known
    written: np.ndarray | None = None  # (d,) the vector of `text` as it was written, for triage; where it was asked for
    #: What the embedder may use again when triage reads `text`; it goes with the question.
    reading: object | None = field(default=None, compare=False, repr=False)
    focus: str = ""  # what is asked of a subject that `text` names first; empty when all of the text asks
    names: str = ""  # looked for beside the words, across languages: every name of the things that `text` names
    #: The question as it was put for pages of another language, by that language and the model it was embedded with.
    across: dict[tuple[str, str], Query] = field(default_factory=dict, init=False, compare=False, repr=False)

    @property
    def asks(self) -> str:
        """What the statements of an answer are held against."""
        return self.focus or self.repaired


def read_question(
    bot: Bot, question: str, hint: str | None, *, language: str | None = None, as_written: bool = False
) -> Query:
    """Detect the language, put a neighbour's words and the spelling right, and embed. `hint` is the page's language.

    `language` says which it is, where that is known. `as_written` is for triage, which judges what the visitor wrote:
    that is embedded too, in one batch with the question put right. Never fails: without an index the spelling stays,
    without a model there is no vector.
    """
    language = language or detect_language(question, hint)
    try:
        snapshot = current_snapshot(bot.name)
    except SnapshotError:
        return Query(question, question, language, None)
    index = snapshot.languages.get(language)
    plain = in_danish(question) if language == "da" else question
    repaired = repairer(index).repair(plain) if index else plain
    wanted = [(repaired, language)]
    if as_written and (as_heard := (question, detect_language(question, "da"))) not in wanted:
        wanted.append(as_heard)
    texts, languages = zip(*wanted, strict=True)
    try:
        embedder = embedder_of(snapshot)
        reading = embedder.expect_reading(question) if as_written else None
        vectors = embed_centred(embedder, texts, languages, role="query")
    except BackendError:
        return Query(question, repaired, language, None)
    query = Query(question, repaired, language, vectors[0], typical_deviation(embedder.model_id))
    return replace(query, written=vectors[-1], reading=reading) if as_written else query


def put_across(query: Query, language: str, known: Container[str], embedder: Embedder | None) -> Query:
    """Return the question for pages in another language; an English one in Danish words, word by word.

    `known` are the words of those pages. The vector is then the mean of both: the words lose the order, the English
    keeps a distance to all of Danish.
    """
    put = replace(query, names=other_names(query.text, query.language))
    if (query.language, language) != ("en", "da"):
        return put
    put = replace(put, repaired=in_danish_words(query.text, known), focus=in_danish_words(query.focus, known))
    if query.vector is None or embedder is None:
        return put
    try:
        vector = query.vector + embed_centred(embedder, [put.repaired], [language], role="query")[0]
    except BackendError:
        return put
    return replace(put, vector=vector / np.linalg.norm(vector))
