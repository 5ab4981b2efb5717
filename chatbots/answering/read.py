"""Step: read the question: its language, its spelling, its meaning."""

from __future__ import annotations

from chatbots.answering.context import Context
from chatbots.query import read_question


def read(context: Context) -> None:
    """Leave what is asked in `context.query`, ready to be compared and searched. Never fails."""
    context.query = read_question(context.bot, context.asked, context.question.language, as_written=True)
