"""What the steps of an answer share."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chatbots.answering.drafting import Draft
from chatbots.bots import Bot
from chatbots.query import Query
from chatbots.retrieval import Hit, Retrieval
from chatbots.types import Handover, HelpCard, Source, Status, Suggestion

if TYPE_CHECKING:
    from chatbots.answering.judge import Assessment


@dataclass(frozen=True, slots=True)
class EarlierSource:
    """A passage that an earlier answer showed."""

    title: str
    url: str  # with #anchor
    heading: str = ""


@dataclass(frozen=True, slots=True)
class EarlierTurn:
    """A question of the same conversation, and what became of it."""

    question: str
    text: str = ""
    #: The question as it was answered: made whole from the turns before it. Empty when it stood alone.
    asked: str = ""
    bot: str = ""
    status: str = "answered"
    language: str = "da"
    sources: tuple[EarlierSource, ...] = ()
    #: Path of the page that the visitor stood on, "" when it is not known.
    page: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What a visitor asks, and where. `turns` are those before it, oldest first."""

    message: str
    language: str | None = None
    page: str | None = None
    conversation: str = ""
    turns: tuple[EarlierTurn, ...] = ()
    answer_id: str = ""
    #: What was masked in the message before anyone read it, such as "cpr".
    masked: frozenset[str] = frozenset()
    #: The visitor has seen the help card and says that it is not urgent.
    not_urgent: bool = False
    #: The visitor wants the editors' own words and nothing that a model wrote.
    quotes_only: bool = False


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
    #: Whether that is enough to answer without reserve.
    is_sure: bool = True
    #: What `retrieval` holds, judged, once a step has asked for it.
    assessment: Assessment | None = None
    #: The question as it is searched: the message, made whole from the conversation where it leans on it.
    asked: str = ""
    #: `asked` with its language, put right and embedded.
    query: Query | None = None
    #: What the bot must not do for this visitor, such as "dosing"; see the step `caution`.
    caution: str | None = None
    status: Status | None = None
    #: Said before the answer: that something was masked, that a quotation is in another language.
    notices: list[str] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)
    quotes: list[tuple[Hit, tuple[str, ...]]] = field(default_factory=list)
    sources: tuple[Source, ...] = ()
    #: What a language model is writing from the same evidence; see the steps `write` and `verify`.
    draft: Draft | None = None
    #: What became of the draft: "used", "completed" with quotations, or why it was not used. "" when there was none.
    drafted: str = ""
    suggestions: tuple[Suggestion, ...] = ()
    help_cards: tuple[HelpCard, ...] = ()
    handover: Handover | None = None
    #: The bots of which each has answered its half already; see the step `route`.
    halves: tuple[str, ...] = ()
    #: Seconds that each step took, by its name.
    timings: dict[str, float] = field(default_factory=dict)
    started: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        self.asked = self.asked or self.question.message

    @property
    def language(self) -> str:
        """The language of the answer: that of the question."""
        return self.query.language if self.query else self.question.language or "da"

    @property
    def was_handed_over(self) -> bool:
        """Whether the other bot has just sent this question here: it is whole, and it stays."""
        last = self.question.turns[-1] if self.question.turns else None
        return (
            last is not None
            and last.status == Status.HANDOVER
            and last.bot != self.bot.name
            and self.question.message in {last.asked, last.question}
        )

    @property
    def text(self) -> str:
        """What the visitor reads."""
        return "\n\n".join([*self.notices, *self.paragraphs])
