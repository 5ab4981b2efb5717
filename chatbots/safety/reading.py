"""A message read as a whole, by the model's last layers fine-tuned on messages whose outcome is known.

Likeness holds a message against examples one by one, and tells short ones apart well. In a long story the danger stands
beside what makes it harmless, or the other way round; that takes reading. See docs/adr/0026.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass
from pathlib import Path

from chatbots.embedders import Embedder
from chatbots.embedders.adapter import Adapter
from chatbots.embedders.base import Classifier
from chatbots.exceptions import BackendError
from chatbots.safety.weights import FittedReading, fitted_reading

logger = logging.getLogger(__name__)

ADAPTER_FILE = Path(__file__).with_name("triage_adapter.npz")
#: What is read in a message. Its topic is taught beside that and not asked for: the nearest examples tell it better.
OUTCOME, TOPIC = "outcome", "topic"
#: Beyond this a logit says no more than that it is sure.
_SURE = 12.0


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads messages, and weighs what it read."""

    classify: Classifier
    outcomes: tuple[str, ...]
    fitted: FittedReading

    def read(self, message: str) -> dict[str, float]:
        """Return "read_emergency", "read_beside" and "read_none": how sure it is of each, as a logit.

        Raises BackendError.
        """
        found = zip(self.outcomes, self.classify(message)[OUTCOME], strict=True)
        return {f"read_{outcome}": _logit(float(log_share)) for outcome, log_share in found}


def reader_of(embedder: Embedder) -> Reader | None:
    """Return the reader that this embedder's model makes possible; None where triage must do without."""
    fitted = fitted_reading()
    if fitted is None:
        return None
    try:
        adapter = Adapter.load(ADAPTER_FILE)
        classify = embedder.classifier(adapter)
    except BackendError as error:
        logger.warning("Triage reads no message as a whole: %s", error)
        return None
    if classify is None:
        return None
    return Reader(classify, adapter.heads[OUTCOME].classes, fitted)


def _logit(log_share: float) -> float:
    rest = -math.expm1(min(log_share, -1e-9))
    return max(-_SURE, min(_SURE, log_share - math.log(rest)))
