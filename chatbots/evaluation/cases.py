"""Questions with their candidates, to fit on: the lay questions, and the development half of the golden ones.

The lay questions (`golden/lay-questions/`) are asked of their own passages and hard negatives, indexed in memory; the
golden ones of the site's real index. Never the held-out half.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from chatbots import retrieval
from chatbots.bots import BOTS, Bot, get_bot
from chatbots.centring import embed_centred
from chatbots.embedders import Embedder
from chatbots.evaluation.golden import GoldenQuestion
from chatbots.indexing.chunking import embedded_statement, embedded_text
from chatbots.indexing.sentences import split_statements
from chatbots.language import detect_language
from chatbots.models import Chunk
from chatbots.query import Query
from chatbots.retrieval import Hit, Retrieval
from chatbots.snapshots import IndexRow, Snapshot, build_segment
from chatbots.spelling import SpellingRepairer
from content.models import Page

#: What a candidate's score is the weighted sum of.
SIGNALS = ("passage", "question", "statement", "stems", "grams")


@dataclass(frozen=True, slots=True)
class LayPassage:
    """One record of the lay questions. `bot` is the bot whose pages it resembles.

    answered_by: for each question, the numbers of the passage's sentences that a visitor must see, from 1.
    """

    bot: str
    title: str
    heading: str
    passage: str
    questions: tuple[str, ...]
    hard_negative: str
    answered_by: tuple[tuple[int, ...], ...]


def read_lay_questions(folder: Path) -> list[LayPassage]:
    """Return the records of every file in a folder; those of `site*` are about public pages, the others health."""
    records = []
    for path in sorted(folder.glob("*.jsonl")):
        bot = "guide" if path.name.startswith("site") else "health"
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            record["questions"] = tuple(record["questions"])
            record["answered_by"] = tuple(map(tuple, record["answered_by"]))
            records.append(LayPassage(bot=bot, **record))
    return records


@dataclass(slots=True)
class Case:
    """The hits of a question before they are weighted. `right` marks those that answer it.

    answering: the hits among which statements are chosen, by chunk id: those of a page that answers; and of each, the
    numbers of the statements that do. Empty where it is not known.
    """

    origin: str
    found: Retrieval
    hits: tuple[Hit, ...]
    right: np.ndarray  # (h,) bool
    answerable: bool
    answering: Mapping[int, frozenset[int]] = field(default_factory=dict)

    def signals(self) -> np.ndarray:
        return np.array([[hit.signals.get(name, 0.0) for name in SIGNALS] for hit in self.hits])


class LayIndex:
    """The passages and hard negatives of one bot's lay questions, indexed in memory as if they were pages."""

    def __init__(self, bot: Bot, records: Sequence[LayPassage], embedder: Embedder) -> None:
        self._bot, self._embedder, self._records = bot, embedder, records
        self._rows: dict[int, Chunk] = {}
        texts = [(r.title, (r.heading,), r.passage) for r in records] + [
            (r.title, (), r.hard_negative) for r in records
        ]
        embedded = [embedded_text(*text) for text in texts]
        vectors = self._embed(embedded, "passage")
        said = [[embedded_statement(title, s) for s in split_statements(text)] for title, _, text in texts]
        said_vectors = self._embed([s for group in said for s in group], "passage").astype(np.float16)
        at = 0
        for number, ((title, path, text), group) in enumerate(zip(texts, said, strict=True), 1):
            page = Page(pk=number, title=title, kind="health", language="da")
            row = Chunk(pk=number, page=page, language="da", text=text, heading_path=list(path))
            row.statement_vectors = said_vectors[at : at + len(group)].tobytes()
            at += len(group)
            self._rows[number] = row
        rows = [IndexRow(n, "da", text, vectors[n - 1 : n]) for n, text in enumerate(embedded, 1)]
        segment = build_segment(rows)
        self._snapshot = Snapshot({"dead": [], "generation": "lay", "recipe": "lay"}, [segment])

    def _embed(self, texts: Sequence[str], role: Any, language: str = "da") -> np.ndarray:
        if not texts:
            return np.empty((0, self._embedder.dimension), np.float32)
        return embed_centred(self._embedder, texts, [language] * len(texts), role=role)

    def cases(self, *, covered: bool, language: str = "da") -> Iterator[Case]:
        """Give a case for each question in `language`; without its passage when not `covered`."""
        index = self._snapshot.languages["da"]
        repairer = SpellingRepairer(index.word_counts, "da")
        weights = dict.fromkeys(SIGNALS, 1.0)
        for number, record in enumerate(self._records, 1):
            both = zip(record.questions, record.answered_by, strict=True)
            asked = [(question, by) for question, by in both if detect_language(question, "da") == language]
            repaired = [repairer.repair(question) if language == "da" else question for question, _ in asked]
            vectors = self._embed(repaired, "query", language)
            for (question, answered_by), text, vector in zip(asked, repaired, vectors, strict=True):
                asked_in = Query(question, text, language, vector)
                found = Retrieval(self._bot, self._snapshot, asked_in, weights, self._embedder)
                query = found.query_in("da")
                candidates = retrieval.search(index, query, weights)
                if not covered:
                    candidates = [candidate for candidate in candidates if candidate.chunk_id != number]
                hits = retrieval.score_rows(index, query, candidates, self._rows, weights)
                right = np.array([hit.chunk.pk == number for hit in hits])
                answering = self._answering(number, answered_by, hits) if covered else {}
                yield Case(f"lay {self._bot.name} {record.title}", found, hits, right, covered, answering)

    def _answering(self, number: int, answered_by: Sequence[int], hits: Sequence[Hit]) -> dict[int, frozenset[int]]:
        """Take the passages of one title for a page: which statements of each answer."""
        title = self._rows[number].page.title
        found = {hit.chunk.pk: frozenset[int]() for hit in hits if hit.page.title == title}
        return found | {number: frozenset(place - 1 for place in answered_by)} if number in found else {}


def golden_cases(questions: Sequence[GoldenQuestion], *, crosslingual: bool = False) -> Iterator[Case]:
    """Give a case for each plain golden question, with the hits in its own language or in the other one."""
    weights = dict.fromkeys(SIGNALS, 1.0)
    for golden in filter(lambda question: question.plain, questions):
        found = retrieval.retrieve(get_bot(golden.bot), golden.question, language=golden.language, weights=weights)
        own = found.query.language
        if crosslingual and own != "en":
            continue
        hits = found.hits("da" if crosslingual else own)
        slugs = {*golden.pages, *(_translated(golden.pages) if crosslingual else ())}
        right = np.array([hit.page.slug in slugs for hit in hits])
        answerable = golden.answerable and bool(right.any())
        answering = _saying(golden.contains, [hit for hit in hits if hit.page.slug in golden.pages])
        yield Case(f"golden {golden.bot} {golden.id}", found, hits, right, answerable, answering)


def _translated(slugs: Sequence[str]) -> list[str]:
    """Return the slugs of the Danish pages of which English pages are translations."""
    return list(Page.objects.filter(language="en", slug__in=slugs).values_list("translation_of__slug", flat=True))


def _saying(strings: Sequence[str], hits: Sequence[Hit]) -> dict[int, frozenset[int]]:
    """Tell which statements of the best of the right pages hold one of the strings; nothing when none does."""
    page = [hit for hit in hits if hit.page.pk == hits[0].page.pk]
    found = {
        hit.chunk.pk: frozenset(
            at
            for at, statement in enumerate(hit.statements)
            if any(string.lower() in f"{statement.text} {statement.said}".lower() for string in strings)
        )
        for hit in page
    }
    return found if any(found.values()) else {}


def collect_cases(
    records: Sequence[LayPassage],
    questions: Sequence[GoldenQuestion],
    embedder: Embedder,
    across: Sequence[GoldenQuestion] = (),
) -> tuple[list[Case], list[Case]]:
    """Return all cases with hits in the question's own language, and all with hits in the other one.

    `across` are further questions for the latter alone: most have no answer in their own language.
    """
    same, cross = list(golden_cases(questions)), list(golden_cases([*questions, *across], crosslingual=True))
    for bot in BOTS.values():
        index = LayIndex(bot, [record for record in records if record.bot == bot.name], embedder)
        for covered in (True, False):
            same += index.cases(covered=covered)
            cross += index.cases(covered=covered, language="en")
    return same, cross


def weighted(case: Case, scores: np.ndarray) -> list[Hit]:
    """Return the hits of a case with these scores, best first."""
    hits = [
        Hit(hit.page, hit.chunk, float(score), 0.0, hit.signals, hit.statements, hit.statement_scores)
        for hit, score in zip(case.hits, scores, strict=True)
    ]
    return sorted(hits, key=lambda hit: -hit.score)


def provenance(cases: Sequence[Case]) -> str:
    lay = sum(case.origin.startswith("lay") for case in cases)
    golden, today = len(cases) - lay, date.today().isoformat()
    return f"{lay} lay cases and {golden} cases of the golden development questions, {today}"
