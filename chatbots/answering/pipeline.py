"""The steps of an answer, in order, and the runner that passes one context through them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from django.utils import translation

from chatbots.answering import canned
from chatbots.answering.caution import advise, caution
from chatbots.answering.compose import compose_facts, compose_way
from chatbots.answering.context import Context, Question
from chatbots.answering.contextualise import contextualise
from chatbots.answering.judge import judge
from chatbots.answering.labels import label_language
from chatbots.answering.masked import tell_masked
from chatbots.answering.read import read
from chatbots.answering.retrieve import retrieve
from chatbots.answering.route import route
from chatbots.answering.screen import screen
from chatbots.answering.triage import triage
from chatbots.answering.verify import verify
from chatbots.answering.write import write
from chatbots.bots import Bot
from chatbots.exceptions import ChatbotsError
from chatbots.types import Event, Status

logger = logging.getLogger(__name__)

#: Works on the context. A step that takes long yields: a piece of text that may be shown now, for which the context
#: must hold all else that is said before it; or "", for a sign that it lives and a chance to stop it.
Step = Callable[[Context], Iterator[str] | None]

#: A step that leaves one of these has ended the answer: the steps after it are passed over.
ENDINGS = frozenset({Status.NO_ANSWER, Status.UNAVAILABLE, Status.REFUSED, Status.EMERGENCY, Status.HANDOVER})

STEPS: dict[str, tuple[Step, ...]] = {
    "guide": (
        *(tell_masked, read, triage, screen, contextualise, caution),
        *(retrieve, route, judge, compose_way, advise, label_language, write, verify),
    ),
    "health": (
        *(tell_masked, read, triage, screen, contextualise, caution),
        *(retrieve, route, judge, compose_facts, advise, label_language, write, verify),
    ),
}


def answer(bot: Bot, question: Question) -> Iterator[Event]:
    """Yield the events of an answer: accepted, help_card, status, sources, delta and done, or error.

    Each comes as soon as it is known: a help card when triage has made it, a word when it has been checked. The data of
    `done` is the JSON of the API, and its text is what the deltas add up to. Close the iterator to stop early.
    """
    yield Event("accepted", {"bot": bot.name})
    yield from tell(Context(bot=bot, question=question))


def run(bot: Bot, question: Question, *, steps: Sequence[Step] | None = None) -> Context:
    """Pass a question through the bot's steps; return the finished context. Never raises a ChatbotsError.

    `steps` replaces the bot's own, to measure what each is worth.
    """
    context = Context(bot=bot, question=question)
    for _event in tell(context, steps=steps):
        pass
    return context


def tell(context: Context, *, steps: Sequence[Step] | None = None) -> Iterator[Event]:
    """Pass a context through its bot's steps, or through `steps`; yield what the visitor may know, once it is known."""
    told, cards = "", 0
    for step in STEPS[context.bot.name] if steps is None else steps:
        for piece in _run_step(step, context, begun=bool(told)):
            if piece and not told:
                yield from _before_the_first_word(context)
                notices = "".join(f"{notice}\n\n" for notice in context.notices)
                piece = notices + piece
            told += piece
            yield Event("delta", {"text": piece}) if piece else Event("status", {"step": step.__name__})
        for card in context.help_cards[cards:]:
            yield Event("help_card", asdict(card))
        cards = len(context.help_cards)
        if context.status in ENDINGS:
            break
    if not told:
        yield from _before_the_first_word(context)
    if not context.text.startswith(told):
        raise RuntimeError("The answer is not what the visitor has been told")
    for line in context.text.removeprefix(told).splitlines(keepends=True):
        yield Event("delta", {"text": line})
    if context.asked != context.question.message:
        yield Event("understood", {"question": context.asked})  # For the conversation's memory, not for the visitor.
    yield Event("done", as_json(context))


def _run_step(step: Step, context: Context, *, begun: bool) -> Iterator[str]:
    """Run one step, in the language of the answer, and time it; yield what it yields.

    A step that fails on purpose ends the answer as `unavailable`; raises its ChatbotsError when words have been told.
    """
    name = step.__name__
    context.timings[name] = 0.0
    pieces: Iterator[str] | None = None
    try:
        while True:
            started = time.perf_counter()
            try:
                # Around each piece and not around the loop: while the visitor reads, the language is the caller's.
                with translation.override(context.language):
                    if pieces is None:
                        pieces = iter(step(context) or ())
                    piece = next(pieces, None)
            except ChatbotsError as error:
                logger.error("%s: %s failed: %s", context.bot.name, name, error)
                if begun:
                    raise
                canned.unavailable(context)
                return
            finally:
                context.timings[name] += time.perf_counter() - started
            if piece is None:
                return
            begun = begun or bool(piece)
            yield piece
    finally:
        if isinstance(pieces, Generator):
            pieces.close()


def _before_the_first_word(context: Context) -> Iterator[Event]:
    done = as_json(context)
    yield Event("status", {"status": done["status"]})
    yield Event("sources", {"sources": done["sources"]})


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
