"""Step: find what may answer the question."""

from __future__ import annotations

from chatbots import retrieval
from chatbots.answering.context import Context


def retrieve(context: Context) -> None:
    """Leave the hits in `context.retrieval`. Raises SnapshotError when the bot has no index."""
    assert context.query is not None
    if context.retrieval is None or context.retrieval.query is not context.query:  # else an earlier step has searched
        context.retrieval = retrieval.retrieve(context.bot, context.query)
