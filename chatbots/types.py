"""The words of this app as frozen dataclasses. Standard library only, so that everyone may import it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """How an answer ends. Every outcome has a name; the API and the widget show it."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    NO_ANSWER = "no_answer"
    EMERGENCY = "emergency"
    REFUSED = "refused"
    HANDOVER = "handover"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Source:
    """A passage that an answer shows: where it stands, and the editor's own words."""

    title: str
    url: str  # with #anchor
    heading: str
    excerpt: str
    kind: str  # "health" or "page"
    language: str
    reviewed_on: str | None  # ISO date
    score: float  # 0 to 1, comparable within one answer
    breadcrumb: tuple[str, ...] = ()
    review_due: str | None = None  # ISO date
    overdue: bool = False  # that day is past


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A page worth a look when there is no answer."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Handover:
    """The bot that can answer better, and the question to carry along."""

    bot: str
    question: str


@dataclass(frozen=True, slots=True)
class HelpCard:
    """A fixed box with ways to get help, rendered by code and never by a model."""

    level: str
    title: str
    text: str
    contacts: tuple[dict[str, str], ...] = ()
    #: When the numbers were last looked at, in a sentence.
    checked: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """Text, sources and a status: what the visitor gets, and what the API's JSON holds."""

    id: str
    conversation: str
    status: Status
    text: str
    language: str
    sources: tuple[Source, ...] = ()
    help_cards: tuple[HelpCard, ...] = ()
    handover: Handover | None = None
    suggestions: tuple[Suggestion, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """One step of an answer on its way to the visitor.

    name: accepted, status, sources, delta, help_card, done or error. data: JSON-serialisable.
    """

    name: str
    data: dict[str, Any] = field(default_factory=dict)
