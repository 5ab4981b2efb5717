"""From a question to hits: dense and lexical search, fused, and checked against the database.

Each signal is standardised over the chunks of one language before they are summed: the scores of this kind of model
lie close together, and higher within a language than across two.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from chatbots.bots import Bot
from chatbots.embedders import Embedder
from chatbots.exceptions import BackendError
from chatbots.indexing.sentences import Statement, marked_statements
from chatbots.lexical import grams, stems
from chatbots.live_rows import live_rows
from chatbots.models import Chunk
from chatbots.named_things import Things, things_in
from chatbots.query import Query, put_across, read_question
from chatbots.serving import current_snapshot, embedder_of
from chatbots.snapshots import LanguageIndex, Snapshot
from content.models import Page

#: Chunks that each search brings; chunks of both that are read from the database.
CANDIDATES_PER_SEARCH = 50
CHECKED_CANDIDATES = 32
#: Chunks from which on a language's own scores tell what is usual. With fewer, the best of a handful would seem
#: nothing special, and a new site's bots would answer nothing.
WHOLE_SITE = 250
#: How many of a page's further chunks speak for it, and how much.
FOLLOWING_CHUNKS = 2
FOLLOWING_WEIGHT = 0.7
#: What a page whose review is overdue loses: enough to fall behind an equal, too little to lose its own subject.
OVERDUE_LOSS = 0.5
WEIGHTS_FILE = Path(__file__).with_name("fusion_weights.json")


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that is published as it stands, with its score and what the score was made of."""

    page: Page
    chunk: Chunk
    score: float
    page_score: float  # of the page that the chunk is part of: its best chunks together
    signals: Mapping[str, float]
    statements: tuple[Statement, ...]
    statement_scores: np.ndarray  # (s,) float32 standardised cosines; empty without a model


class Retrieval:
    """What was found for a question. A language is searched when its hits are first asked for."""

    def __init__(
        self,
        bot: Bot,
        snapshot: Snapshot,
        query: Query,
        weights: Mapping[str, float] | None = None,
        embedder: Embedder | None = None,
    ) -> None:
        self.bot = bot
        self.query = query
        self.generation = snapshot.generation
        self.indexes: Mapping[str, LanguageIndex] = snapshot.languages
        self._snapshot = snapshot
        self._weights = weights
        self._embedder = embedder
        self._hits: dict[str, tuple[Hit, ...]] = {}

    def query_in(self, language: str) -> Query:
        """Return the question as pages in `language` are searched for it."""
        if language == self.query.language:
            return self.query
        embedder = self._usable_embedder()
        key = (language, embedder.model_id if embedder else "")
        if key not in self.query.across:  # else the other bot has asked already
            known = self.indexes[language].word_counts if language in self.indexes else frozenset[str]()
            self.query.across[key] = put_across(self.query, language, known, embedder)
        return self.query.across[key]

    def _usable_embedder(self) -> Embedder | None:
        try:
            return self._embedder or embedder_of(self._snapshot)
        except BackendError:
            return None

    @functools.cached_property
    def things_asked(self) -> Things:
        """The things that the question names, as it was written and as it was understood."""
        texts = {self.query.text, self.query.repaired}
        return frozenset().union(*(things_in(text, self.query.language) for text in texts))

    def hits(self, language: str) -> tuple[Hit, ...]:
        """Return the hits in one language: the best chunk of each page, best page first, then further chunks."""
        if language not in self.indexes:
            return ()
        if language not in self._hits:
            index, query = self.indexes[language], self.query_in(language)
            weights = self._weights or fusion_weights(crosslingual=language != self.query.language)
            self._hits[language] = _check(self.bot, index, query, search(index, query, weights), weights)
        return self._hits[language]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk that a search brought, before the database was asked about it."""

    chunk_id: int
    score: float
    signals: Mapping[str, float]


def fusion_weights(*, crosslingual: bool = False) -> Mapping[str, float]:
    """Return the weight of each signal, as `fusion_weights.json` gives them with where they come from.

    Across languages the stems of words count for little: an English question's are found by a glossary, word by word.
    """
    return _read_weights()["crosslingual" if crosslingual else "weights"]


def forget_weights() -> None:
    """Read the weights anew when they are next asked for."""
    _read_weights.cache_clear()


@functools.cache
def _read_weights() -> Mapping[str, Any]:
    return json.loads(WEIGHTS_FILE.read_text())


# ── Search ──────────────────────────────────────────────────────────────────────────────────────


def retrieve(
    bot: Bot,
    question: str | Query,
    *,
    language: str | None = None,
    weights: Mapping[str, float] | None = None,
) -> Retrieval:
    """Return what is found for a question, or for one that has been read. `language` is a hint, see `read_question`.

    `weights` replaces the fitted weights of the signals, to measure what each is worth.
    Raises SnapshotError when the bot has no index. Without its model the lexical half answers alone.
    """
    snapshot = current_snapshot(bot.name)
    query = question if isinstance(question, Query) else read_question(bot, question, language)
    return Retrieval(bot, snapshot, query, weights)


def search(index: LanguageIndex, query: Query, weights: Mapping[str, float]) -> list[Candidate]:
    """Return the candidates of one language with their standardised signals, before the statements are read."""
    wanted = f"{query.repaired} {query.names}"
    lexical = {
        "stems": _standardised(index.stems.scores(stems(wanted, index.language)), index.alive),
        "grams": _standardised(index.grams.scores(grams(wanted, index.language)), index.alive),
    }
    rows = [_top(scores, CANDIDATES_PER_SEARCH) for scores in lexical.values()]
    if query.vector is not None:
        rows.append(index.vectors.nearest(query.vector, CANDIDATES_PER_SEARCH))
    found = np.unique(np.concatenate(rows)).astype(np.int64)
    found = found[index.alive[found]]
    if not len(found):
        return []
    signals = {name: scores[found] for name, scores in lexical.items()}
    if query.vector is not None:
        mean, deviation = _spread(index, query)
        own, asked = index.vectors.entry_scores(found, query.vector)
        signals["passage"] = (own - mean) / deviation
        signals["question"] = np.maximum((asked - mean) / deviation, 0.0)
    total = sum((weights.get(name, 0.0) * scores for name, scores in signals.items()), np.zeros(len(found)))
    return [
        Candidate(int(index.chunk_ids[row]), float(total[at]), {name: float(z[at]) for name, z in signals.items()})
        for at, row in enumerate(found)
    ]


def _spread(index: LanguageIndex, query: Query) -> tuple[float, float]:
    """Return mean and deviation of a question's dense scores, with what a small index lacks filled up as typical."""
    mean, deviation = index.vectors.spread(query.vector)
    count = int(index.alive.sum())
    if query.typical_deviation is None or count >= WHOLE_SITE:
        return mean, deviation
    share = count / WHOLE_SITE
    filled = share * mean
    squares = share * (deviation**2 + mean**2) + (1 - share) * query.typical_deviation**2
    return filled, math.sqrt(squares - filled**2)


def _standardised(scores: np.ndarray, alive: np.ndarray) -> np.ndarray:
    """Return lexical scores less their mean, in deviations, with what a small index lacks filled up with zeros."""
    living = scores[alive].astype(np.float64)
    count = max(len(living), WHOLE_SITE)
    mean = living.sum() / count
    deviation = math.sqrt(max(0.0, (living**2).sum() / count - mean**2))
    if not deviation:
        return np.zeros_like(scores)
    result = ((scores - mean) / deviation).astype(np.float32)
    result[~alive] = -np.inf
    return result


def _top(scores: np.ndarray, count: int) -> np.ndarray:
    """Return the rows of the highest scores above the mean, in no order."""
    rows = np.argpartition(-scores, count)[:count] if len(scores) > count else np.arange(len(scores))
    return rows[scores[rows] > 0]


# ── The check ───────────────────────────────────────────────────────────────────────────────────


def _check(
    bot: Bot, index: LanguageIndex, query: Query, candidates: Sequence[Candidate], weights: Mapping[str, float]
) -> tuple[Hit, ...]:
    """Return the best candidates that are published just as the index has them, statements scored."""
    best = sorted(candidates, key=lambda candidate: -candidate.score)[:CHECKED_CANDIDATES]
    return score_rows(index, query, best, live_rows(bot, [candidate.chunk_id for candidate in best]), weights)


def score_rows(
    index: LanguageIndex,
    query: Query,
    candidates: Sequence[Candidate],
    rows: Mapping[int, Chunk],
    weights: Mapping[str, float],
) -> tuple[Hit, ...]:
    """Return the candidates that have a row as hits, statements scored. `rows` are chunks with their pages, by id."""
    there = [candidate for candidate in candidates if candidate.chunk_id in rows]
    chunks = [rows[candidate.chunk_id] for candidate in there]
    hits = []
    for candidate, row, scores in zip(there, chunks, _statement_scores(index, query, chunks), strict=True):
        signal = float(scores.max()) if len(scores) else candidate.signals.get("passage", 0.0)
        score = candidate.score + weights.get("statement", 0.0) * signal
        signals = {**candidate.signals, "statement": signal}
        hits.append(Hit(row.page, row, score, score, signals, marked_statements(row.text), scores))
    return by_page(sorted(hits, key=lambda hit: -hit.score))


def _statement_scores(index: LanguageIndex, query: Query, chunks: Sequence[Chunk]) -> list[np.ndarray]:
    """Return the standardised scores of each chunk's statements, (s,) each; none where the question has no vector."""
    if query.vector is None or not chunks:
        return [np.zeros(0, np.float32) for _ in chunks]
    mean, deviation = _spread(index, query)
    stored = np.frombuffer(b"".join(chunk.statement_vectors for chunk in chunks), np.float16)
    scores = (stored.reshape(-1, len(query.vector)).astype(np.float32) @ query.vector - mean) / deviation
    counts = [len(chunk.statement_vectors) // (2 * len(query.vector)) for chunk in chunks]
    return np.split(scores, np.cumsum(counts)[:-1])


def by_page(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Score each page by its best chunk and those after it; give its best chunk in that order, then the others.

    A page that is about the question has several passages near it; one that only shares its words has one.
    """
    if not hits:
        return ()
    pages: dict[int, list[Hit]] = {}
    for hit in hits:
        pages.setdefault(hit.page.pk, []).append(hit)
    floor = hits[-1].score
    scores = {}
    for pk, group in pages.items():
        following = [hit.score for hit in group[1 : 1 + FOLLOWING_CHUNKS]]
        following += [floor] * (FOLLOWING_CHUNKS - len(following))
        loss = OVERDUE_LOSS if group[0].page.is_review_overdue else 0.0
        scores[pk] = group[0].score + FOLLOWING_WEIGHT * sum(following) / FOLLOWING_CHUNKS - loss
    scored = [replace(hit, page_score=scores[hit.page.pk]) for hit in hits]
    first: dict[int, Hit] = {}
    for hit in sorted(scored, key=lambda hit: (-hit.page_score, -hit.score)):
        first.setdefault(hit.page.pk, hit)
    chosen = {hit.chunk.pk for hit in first.values()}
    return (*first.values(), *(hit for hit in scored if hit.chunk.pk not in chosen))
