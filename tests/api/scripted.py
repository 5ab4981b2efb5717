"""A pipeline that answers as it is told, for tests of everything around it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import Any

from chatbots.bots import Bot
from chatbots.types import Event

SOURCE = {
    "title": "Åbningstider",
    "url": "/aabningstider/#hverdage",
    "heading": "Hverdage",
    "excerpt": "Vi har åbent kl. 8-16.",
    "kind": "page",
    "language": "da",
    "reviewed_on": "2025-01-31",
    "score": 0.9,
    "breadcrumb": ["Forside", "Åbningstider"],
}


def answer_json(question: Any, text: str = "Vi har åbent kl. 8-16.") -> dict[str, Any]:
    """Return the JSON of the API's contract for an answer with `text`."""
    return {
        "id": question.answer_id,
        "conversation": question.conversation,
        "status": "answered",
        "text": text,
        "language": question.language or "da",
        "sources": [SOURCE],
        "help_cards": [],
        "handover": None,
        "suggestions": [],
    }


def usual_events(question: Any) -> Iterable[Event]:
    yield Event("accepted")
    yield Event("status", {"step": "retrieve"})
    yield Event("sources", {"sources": [SOURCE]})
    yield Event("delta", {"text": "Vi har åbent "})
    yield Event("delta", {"text": "kl. 8-16."})
    yield Event("done", answer_json(question))


class ScriptedPipeline:
    """Stands in for `chatbots.answering.answer`. Set `script` to change what it does."""

    def __init__(self) -> None:
        self.script: Callable[[Any], Iterable[Event]] = usual_events
        self.asked: list[tuple[Bot, Any]] = []
        self.closed = 0

    @property
    def question(self) -> Any:
        """Return the last question that came."""
        return self.asked[-1][1]

    def __call__(self, bot: Bot, question: Any) -> Generator[Event]:
        self.asked.append((bot, question))
        return self._run(question)

    def _run(self, question: Any) -> Generator[Event]:
        try:
            yield from self.script(question)
        finally:
            self.closed += 1
