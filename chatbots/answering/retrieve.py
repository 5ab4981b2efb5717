"""Step: find what may answer the question."""

from __future__ import annotations

from chatbots import retrieval
from chatbots.answering.context import Context


def retrieve(context: Context) -> None:
    """Leave the hits in `context.retrieval`. Raises SnapshotError when the bot has no index."""
    assert context.query is not None
    context.retrieval = retrieval.retrieve(context.bot, context.query)
