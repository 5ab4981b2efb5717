"""Ask the golden questions of the real pipeline, and say how it did."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chatbots import retrieval
from chatbots.answering import Question
from chatbots.answering.pipeline import run
from chatbots.bots import get_bot
from chatbots.evaluation.golden import GoldenQuestion
from chatbots.retrieval import Hit
from chatbots.types import Status

#: Search alone, by the meaning of whole passages: what the rest of retrieval is compared with.
PLAIN_DENSE = {"passage": 1.0}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question. `rank` is that of the first right page, 0 when none was found."""

    question: GoldenQuestion
    status: str
    text: str
    rank: int
    dense_rank: int
    found: tuple[str, ...]
    confidence: float
    seconds: float

    @property
    def shows_fact(self) -> bool | None:
        """Whether the answer holds the expected string; None when none is expected."""
        if not self.question.contains:
            return None
        text = _plain(self.text)
        return any(_plain(expected) in text for expected in self.question.contains)

    @property
    def right(self) -> bool:
        """Whether a visitor got what they should: the right refusal, or the right page with the fact in the answer."""
        if not self.question.answerable:
            return self.status == Status.NO_ANSWER
        return self.status in {Status.ANSWERED, Status.PARTIAL} and self.rank == 1 and self.shows_fact is not False


def evaluate(questions: Iterable[GoldenQuestion]) -> list[Outcome]:
    """Ask each question as a visitor would who stands on a page in the question's language."""
    return [_ask(question) for question in questions]


def _ask(golden: GoldenQuestion) -> Outcome:
    bot = get_bot(golden.bot)
    started = time.perf_counter()
    context = run(bot, Question(golden.question, language=golden.language))
    seconds = time.perf_counter() - started
    found: Sequence[Hit] = ()
    if context.retrieval is not None:
        found = context.evidence or context.retrieval.hits(context.retrieval.query.language)
    dense = retrieval.retrieve(bot, golden.question, language=golden.language, weights=PLAIN_DENSE)
    return Outcome(
        question=golden,
        status=str(context.status),
        text="\n".join(context.paragraphs),
        rank=_rank(golden, found),
        dense_rank=_rank(golden, dense.hits(dense.query.language)),
        found=tuple(_pages(found)[:3]),
        confidence=context.confidence,
        seconds=seconds,
    )


def _pages(hits: Sequence[Hit]) -> list[str]:
    return list(dict.fromkeys(hit.page.slug for hit in hits))


def _rank(golden: GoldenQuestion, hits: Sequence[Hit]) -> int:
    return next((place for place, slug in enumerate(_pages(hits), 1) if slug in golden.pages), 0)


def _plain(text: str) -> str:
    """Return text for comparing: dashes, spaces, quotation marks and case do not matter."""
    table = str.maketrans({"–": "-", "—": "-", "\u00a0": " ", ">": " ", "“": '"', "”": '"'})
    return " ".join(text.translate(table).lower().split())


def figures(outcomes: Sequence[Outcome]) -> dict[str, float | int | None]:
    """Return the figures of these outcomes; None where no question is of the sort that a figure is about."""
    answerable = [outcome for outcome in outcomes if outcome.question.answerable]
    unanswerable = [outcome for outcome in outcomes if not outcome.question.answerable]
    facts = [outcome.shows_fact for outcome in answerable if outcome.shows_fact is not None]
    seconds = sorted(outcome.seconds for outcome in outcomes)
    return {
        "questions": len(outcomes),
        "hit@1": _share(outcome.rank == 1 for outcome in answerable),
        "hit@3": _share(0 < outcome.rank <= 3 for outcome in answerable),
        "MRR": _mean(1 / outcome.rank if outcome.rank else 0.0 for outcome in answerable),
        "dense hit@1": _share(outcome.dense_rank == 1 for outcome in answerable),
        "shows the fact": _share(facts),
        "refused rightly": _share(outcome.status == Status.NO_ANSWER for outcome in unanswerable),
        "refused wrongly": _share(outcome.status == Status.NO_ANSWER for outcome in answerable),
        "all right": _share(outcome.right for outcome in outcomes),
        "p50 ms": 1000 * statistics.median(seconds) if seconds else None,
        "p95 ms": 1000 * seconds[min(len(seconds) - 1, int(0.95 * len(seconds)))] if seconds else None,
    }


def by_group(outcomes: Sequence[Outcome]) -> Mapping[str, Sequence[Outcome]]:
    """Return the outcomes in all, of each bot, and of each kind."""
    groups: dict[str, list[Outcome]] = {"all": list(outcomes)}
    for outcome in sorted(outcomes, key=lambda o: o.question.bot):
        groups.setdefault(f"bot {outcome.question.bot}", []).append(outcome)
    for outcome in sorted(outcomes, key=lambda o: (o.question.bot, o.question.kind)):
        groups.setdefault(f"{outcome.question.bot} {outcome.question.kind}", []).append(outcome)
    return groups


def _mean(values: Iterable[float]) -> float | None:
    listed = list(values)
    return sum(listed) / len(listed) if listed else None


def _share(values: Iterable[bool | None]) -> float | None:
    return _mean(float(bool(value)) for value in values)


def as_dict(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return figures and failures, ready for JSON."""
    return {
        "figures": {name: figures(group) for name, group in by_group(outcomes).items()},
        "failures": [
            {
                "id": outcome.question.id,
                "kind": outcome.question.kind,
                "question": outcome.question.question,
                "expected": list(outcome.question.pages) or outcome.question.status,
                "contains": list(outcome.question.contains),
                "found": list(outcome.found),
                "status": outcome.status,
                "rank": outcome.rank,
                "confidence": round(outcome.confidence, 3),
                "text": outcome.text,
            }
            for outcome in outcomes
            if not outcome.right
        ],
    }
