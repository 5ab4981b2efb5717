"""Whether a sentence that a language model wrote stands on the evidence."""

from chatbots.answering.grounding.check import Fault, check
from chatbots.answering.grounding.grounds import Grounds, Statement

__all__ = ["Fault", "Grounds", "Statement", "check"]
