"""From a question to an answer, event by event."""

from chatbots.answering.context import Question
from chatbots.answering.pipeline import answer

__all__ = ["Question", "answer"]
