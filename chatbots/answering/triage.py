"""Step: is someone in danger now? Then a help card comes first, and nothing is quoted."""

from __future__ import annotations

import logging

import numpy as np

from chatbots.answering import canned
from chatbots.answering.context import Context
from chatbots.exceptions import ChatbotsError
from chatbots.safety.cards import card_for
from chatbots.safety.knowledge import name_of_vectors
from chatbots.safety.triage import Outcome, assess
from chatbots.serving import current_snapshot, embedder_of

logger = logging.getLogger(__name__)


def triage(context: Context) -> None:
    """Leave a help card where one is called for; end the answer with it in an emergency.

    Goes by what the visitor writes now, not by what was said before. Somebody who has seen the card and says that it is
    not urgent gets the answer too, with the card beside it.
    """
    verdict = assess(context.question.message, *_vector(context))
    if verdict.outcome is Outcome.NONE:
        return
    ends = verdict.outcome is Outcome.EMERGENCY and not context.question.not_urgent
    card = card_for(verdict.topic, context.language, beside=verdict.outcome is Outcome.BESIDE)
    context.help_cards = (*context.help_cards, card)
    # Never the words: a log keeps what a visitor may have wished to keep to themselves.
    logger.info("triage: %s, %s, %.2f", verdict.outcome, verdict.topic.code, verdict.score)
    if ends:
        canned.emergency(context)


def _vector(context: Context) -> tuple[np.ndarray | None, str]:
    """Return the vector that `read` made of the message as it was written, and the name of its model; else none."""
    query = context.query
    if query is None or query.written is None or query.text != context.question.message:
        return None, ""
    try:
        model_id = embedder_of(current_snapshot(context.bot.name)).model_id
    except ChatbotsError:
        return None, ""
    return query.written, name_of_vectors(model_id)
