"""Step: find what may answer the question."""

from __future__ import annotations

from chatbots import retrieval
from chatbots.answering.context import Context


def retrieve(context: Context) -> None:
    """Leave the hits in `context.retrieval`. Raises SnapshotError when the bot has no index."""
    question = context.question
    context.retrieval = retrieval.retrieve(context.bot, question.message, language=question.language)
