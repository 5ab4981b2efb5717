"""The steps of an answer, in order, and the runner that passes one context through them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from django.utils import translation

from chatbots.answering import canned
from chatbots.answering.compose import compose_facts, compose_way
from chatbots.answering.context import Context, Question
from chatbots.answering.contextualise import contextualise
from chatbots.answering.judge import judge
from chatbots.answering.read import read
from chatbots.answering.retrieve import retrieve
from chatbots.answering.screen import screen
from chatbots.answering.verify import verify
from chatbots.bots import Bot
from chatbots.exceptions import ChatbotsError
from chatbots.types import Event, Status

logger = logging.getLogger(__name__)

Step = Callable[[Context], None]

#: A step that sets the context's status ends the answer; the steps after it are passed over.
STEPS: dict[str, tuple[Step, ...]] = {
    "guide": (screen, read, contextualise, retrieve, judge, compose_way, verify),
    "health": (screen, read, contextualise, retrieve, judge, compose_facts, verify),
}


def answer(bot: Bot, question: Question) -> Iterator[Event]:
    """Yield the events of an answer: accepted, status, sources, help_card, delta and done, or error.

    The data of `done` is the JSON of the API. Close the iterator to stop early.
    """
    yield Event("accepted", {"bot": bot.name})
    yield from events_of(run(bot, question))


def run(bot: Bot, question: Question) -> Context:
    """Pass a question through the bot's steps; return the finished context. Never raises a ChatbotsError."""
    context = Context(bot=bot, question=question)
    for step in STEPS[bot.name]:
        started = time.perf_counter()
        try:
            with translation.override(context.language):
                step(context)
        except ChatbotsError as error:
            logger.error("%s: %s failed: %s", bot.name, step.__name__, error)
            canned.unavailable(context)
        context.timings[step.__name__] = time.perf_counter() - started
        if context.status is not None and step is not STEPS[bot.name][-1] and _has_ended(context):
            break
    return context


def _has_ended(context: Context) -> bool:
    return context.status in {Status.NO_ANSWER, Status.UNAVAILABLE, Status.REFUSED, Status.EMERGENCY, Status.HANDOVER}


def events_of(context: Context) -> Iterator[Event]:
    """Yield what a finished context says, sources before the first word."""
    done = as_json(context)
    yield Event("status", {"status": done["status"]})
    yield Event("sources", {"sources": done["sources"]})
    for card in done["help_cards"]:
        yield Event("help_card", card)
    for line in context.text.splitlines(keepends=True):
        yield Event("delta", {"text": line})
    if context.asked != context.question.message:
        yield Event("understood", {"question": context.asked})  # For the conversation's memory, not for the visitor.
    yield Event("done", done)


def as_json(context: Context) -> dict[str, Any]:
    """Return the JSON of the API for a finished context."""
    question = context.question
    return {
        "id": question.answer_id,
        "conversation": question.conversation,
        "status": str(context.status or Status.UNAVAILABLE),
        "text": context.text,
        "language": context.language,
        "sources": [asdict(source) for source in context.sources],
        "help_cards": [asdict(card) for card in context.help_cards],
        "handover": asdict(context.handover) if context.handover else None,
        "suggestions": [asdict(suggestion) for suggestion in context.suggestions],
    }
