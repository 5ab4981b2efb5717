"""What the steps of an answer share."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from chatbots.bots import Bot
from chatbots.retrieval import Hit, Retrieval
from chatbots.types import Handover, HelpCard, Source, Status, Suggestion


@dataclass(frozen=True, slots=True)
class Question:
    """What a visitor asks, and where. `turns` are the (question, answer text) before it, oldest first."""

    message: str
    language: str | None = None
    page: str | None = None
    conversation: str = ""
    turns: tuple[tuple[str, str], ...] = ()
    answer_id: str = ""


@dataclass(slots=True)
class Context:
    """An answer in the making. Steps read what earlier ones left, and end it by setting `status`."""

    bot: Bot
    question: Question
    retrieval: Retrieval | None = None
    #: Hits that may be quoted, best first.
    evidence: tuple[Hit, ...] = ()
    #: How sure the judge is that the evidence answers the question, 0 to 1.
    confidence: float = 0.0
    status: Status | None = None
    paragraphs: list[str] = field(default_factory=list)
    quotes: list[tuple[Hit, tuple[str, ...]]] = field(default_factory=list)
    sources: tuple[Source, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    help_cards: tuple[HelpCard, ...] = ()
    handover: Handover | None = None
    #: Seconds that each step took, by its name.
    timings: dict[str, float] = field(default_factory=dict)
    started: float = field(default_factory=time.perf_counter)

    @property
    def language(self) -> str:
        """The language of the answer: that of the question."""
        if self.retrieval is not None:
            return self.retrieval.query.language
        return self.question.language or "da"
