"""Step: nothing is shown as a quotation that its page does not say, word for word."""

from __future__ import annotations

import logging

from chatbots.answering import canned
from chatbots.answering.context import Context

logger = logging.getLogger(__name__)


def verify(context: Context) -> None:
    """End with `unavailable` when a quotation does not stand in its chunk."""
    for hit, quoted in context.quotes:
        for statement in quoted:
            if statement not in hit.chunk.text:
                logger.error("A quotation does not stand in chunk %s", hit.chunk.pk)
                canned.unavailable(context)
                return
