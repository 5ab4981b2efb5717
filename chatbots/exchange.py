"""One exchange: a visitor's question in, the events of its answer out, the turn kept in its conversation."""

from __future__ import annotations

import uuid
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chatbots import conversations
from chatbots.bots import Bot
from chatbots.conversation_models import Turn
from chatbots.safety.masking import mask
from chatbots.types import Event

if TYPE_CHECKING:
    from chatbots.answering.context import EarlierTurn


@dataclass(frozen=True)
class Inquiry:
    """What a visitor sends. An empty `conversation` begins a new one."""

    message: str
    conversation: str = ""
    language: str | None = None
    page: str | None = None
    #: The visitor has seen the help card and says that it is not urgent.
    not_urgent: bool = False
    #: The visitor wants quotations and nothing that a model wrote.
    quotes_only: bool = False


def exchange(bot: Bot, inquiry: Inquiry) -> Generator[Event]:
    """Yield the events of the answer, each as soon as the pipeline has it.

    The first one, `accepted`, has the answer's id and the conversation's token. The last one is `done` with the
    API's JSON, or `error`; "conversation" in `done` is null when the answer could not be kept. Where something in the
    message was masked, `done` has the message as it was understood and kept, as "question". Close it to stop early.
    Raises ConversationNotFound, and what the pipeline raises, before the first event.
    """
    from chatbots.answering import Question, answer  # Here, because the pipeline brings the models' libraries.

    conversation = conversations.resume(inquiry.conversation) if inquiry.conversation else conversations.begin()
    masked = mask(inquiry.message)  # Before anything else: nobody beyond this line sees what was taken out.
    question = Question(
        message=masked.text,
        language=inquiry.language,
        page=inquiry.page,
        conversation=conversation.token,
        turns=tuple(earlier(turn) for turn in conversation.turns),
        answer_id=str(uuid.uuid4()),
        masked=masked.kinds,
        not_urgent=inquiry.not_urgent,
        quotes_only=inquiry.quotes_only,
    )
    asked = ""
    with closing(answer(bot, question)) as events:
        for event in events:
            if event.name == "understood":  # For the turns to come; the visitor reads it in the answer.
                asked = event.data["question"]
                continue
            if event.name == "done":
                token = conversations.keep(
                    conversation, bot.name, masked.text, event.data, asked=asked, page=inquiry.page or ""
                )
                shown = {"question": masked.text} if masked.kinds else {}
                yield replace(event, data=event.data | shown | {"conversation": token})
                return
            if event.name == "accepted":
                event = replace(event, data=event.data | {"id": question.answer_id, "conversation": conversation.token})
            yield event
            if event.name == "error":
                return


def earlier(turn: Turn) -> EarlierTurn:
    """Return a stored turn as the steps of an answer read it."""
    from chatbots.answering.context import EarlierSource, EarlierTurn

    answer = turn.answer
    return EarlierTurn(
        question=turn.question,
        text=turn.answer_text,
        asked=turn.asked,
        bot=turn.bot,
        status=answer["status"],
        language=answer.get("language") or "da",
        sources=tuple(
            EarlierSource(source["title"], source["url"], source.get("heading") or "")
            for source in answer.get("sources", ())
        ),
        page=turn.page,
    )
