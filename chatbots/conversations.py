"""Keep conversations for a while, and forget them when asked to.

Each question goes with its answer when its own time is up, however long the conversation goes on.

A token opens a conversation. It is given to the visitor once and never stored: the database knows its digest.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from chatbots.conf import settings_for
from chatbots.conversation_models import Conversation, Feedback, Turn
from chatbots.exceptions import AnswerNotFound, ConversationNotFound
from chatbots.safety.masking import mask

logger = logging.getLogger(__name__)

#: Turns that one conversation keeps; the oldest go first.
MAX_TURNS = 20
TOKEN_BYTES = 32


@dataclass(frozen=True)
class OpenConversation:
    """A conversation in a visitor's hands. `stored` says whether the database holds it yet."""

    token: str
    turns: tuple[Turn, ...] = ()
    stored: bool = False


def begin() -> OpenConversation:
    """Return a new conversation. Nothing is stored before its first answer."""
    return OpenConversation(secrets.token_urlsafe(TOKEN_BYTES))


def resume(token: str) -> OpenConversation:
    """Return the conversation that `token` opens, with the turns whose time is not up; raise ConversationNotFound."""
    conversation = _alive().filter(token_digest=_digest(token)).first()
    if conversation is None:
        raise ConversationNotFound
    turns = conversation.turns.filter(created_at__gt=_oldest_kept()).select_related("feedback")
    return OpenConversation(token, tuple(turns), stored=True)


def keep(
    conversation: OpenConversation, bot: str, question: str, answer: dict[str, Any], *, asked: str = "", page: str = ""
) -> str | None:
    """Store the turn; return the token that opens the conversation, or None when no token does.

    `asked` is the question as it was understood, where that differs; `page` the path where it was asked.
    Trouble with the database is logged and costs the visitor nothing but the memory of this turn.
    """
    try:
        with transaction.atomic():
            return _store(conversation, bot, answer, question=question, asked=asked, page=page)
    except DatabaseError as error:
        logger.warning("An answer was given but could not be kept: %s", type(error).__name__)
        return conversation.token if conversation.stored else None


def forget(token: str) -> None:
    """Delete the conversation, its turns and what was written about them; raise ConversationNotFound."""
    with transaction.atomic():
        # Locked before its turns, in the order in which a turn is kept.
        keys = list(_alive().select_for_update().filter(token_digest=_digest(token)).values_list("pk", flat=True))
        _forget_turns(Turn.objects.filter(conversation__in=keys))
        Conversation.objects.filter(pk__in=keys).delete()
    if not keys:
        raise ConversationNotFound


def give_feedback(answer_id: str, *, helpful: bool, comment: str | None = None) -> Feedback:
    """Store or change the verdict on an answer; a comment of None keeps the one given before.

    What would identify someone is masked in the comment before it is stored.
    Raises AnswerNotFound.
    """
    try:
        key = uuid.UUID(answer_id)
    except ValueError:
        raise AnswerNotFound from None
    with transaction.atomic():
        # Locked, so that no comment comes in between when the turn is being deleted: it would outlive it.
        turn = Turn.objects.select_for_update().filter(answer_id=key, created_at__gt=_oldest_kept()).first()
        if turn is None:
            raise AnswerNotFound
        values: dict[str, Any] = {"helpful": helpful} | ({} if comment is None else {"comment": mask(comment).text})
        about = {"bot": turn.bot, "answer_status": turn.answer["status"]}
        feedback, _ = Feedback.objects.update_or_create(turn=turn, defaults=values, create_defaults=values | about)
    return feedback


def purge_expired() -> int:
    """Delete the turns and the conversations whose time is up; return how many conversations."""
    with transaction.atomic():
        _forget_turns(Turn.objects.filter(created_at__lte=_oldest_kept()))
        # Locked, so that a question that comes this moment is either in time or begins anew.
        expired = Conversation.objects.select_for_update().filter(last_used_at__lte=_oldest_kept())
        keys = list(expired.values_list("pk", flat=True))
        _forget_turns(Turn.objects.filter(conversation__in=keys))
        Conversation.objects.filter(pk__in=keys).delete()
    return len(keys)


def _store(conversation: OpenConversation, bot: str, answer: dict[str, Any], **said: str) -> str | None:
    digest, now = _digest(conversation.token), timezone.now()
    if conversation.stored:
        row = _alive().select_for_update().filter(token_digest=digest).first()
        if row is None:  # Forgotten while the answer was being made: it stays forgotten.
            return None
        row.last_used_at = now
        row.save(update_fields=["last_used_at"])
    else:
        row = Conversation.objects.create(token_digest=digest, created_at=now, last_used_at=now)
    without_token = {name: value for name, value in answer.items() if name != "conversation"}
    Turn.objects.create(conversation=row, answer_id=uuid.UUID(answer["id"]), bot=bot, answer=without_token, **said)
    if len(conversation.turns) >= MAX_TURNS:
        kept = row.turns.order_by("-pk").values_list("pk", flat=True)[:MAX_TURNS]
        _forget_turns(row.turns.exclude(pk__in=list(kept)))
    return conversation.token


def _forget_turns(turns: QuerySet[Turn]) -> None:
    keys = list(turns.select_for_update().values_list("pk", flat=True))
    Feedback.objects.filter(turn__in=keys).update(comment="")
    Turn.objects.filter(pk__in=keys).delete()


def _alive() -> QuerySet[Conversation]:
    return Conversation.objects.filter(last_used_at__gt=_oldest_kept())


def _oldest_kept() -> Any:
    return timezone.now() - timedelta(hours=settings_for("CONVERSATION_HOURS"))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
