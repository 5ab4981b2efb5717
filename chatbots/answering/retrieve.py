"""Step: find what may answer the question."""

from __future__ import annotations

from chatbots import retrieval
from chatbots.answering import canned
from chatbots.answering.context import Context


def retrieve(context: Context) -> None:
    """Leave the hits in `context.retrieval`; say so where words alone found them.

    Raises SnapshotError when the bot has no index.
    """
    assert context.query is not None
    if context.retrieval is None or context.retrieval.query is not context.query:  # else an earlier step has searched
        context.retrieval, context.assessment = retrieval.retrieve(context.bot, context.query), None
    if context.query.vector is None:
        context.notices.append(canned.by_words_alone())
