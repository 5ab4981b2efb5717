"""How the signals of triage are weighed: what `fit_triage` has written."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatbots.safety.likeness import Kernel

WEIGHTS_FILE = Path(__file__).with_name("triage_weights.json")
#: What the weights were fitted for: words alone; the vectors of a model beside them; and the reading of its fine-tuned
#: layers beside both.
WORDS_ALONE, WITH_MEANING, WITH_READING = "words_alone", "with_meaning", "with_reading"


@dataclass(frozen=True, slots=True)
class Scale:
    """A logistic regression over the signals, and the score from which on it says yes."""

    intercept: float
    weights: Mapping[str, float]
    threshold: float

    def logit(self, signals: Mapping[str, float]) -> float:
        """Return how sure the scale is, as a logit."""
        return self.intercept + sum(weight * signals.get(name, 0.0) for name, weight in self.weights.items())


@dataclass(frozen=True, slots=True)
class Scales:
    """The two that decide: is it an emergency, and does it call for a card at all?"""

    emergency: Scale
    card: Scale


@dataclass(frozen=True, slots=True)
class Fitted(Scales):
    """What was fitted where nothing is read: nearness, the two scales, and parts."""

    kernel: Kernel
    #: What is added to a part of a long message, in logits: alone, it says more than it does in its place.
    part_shift: float
    #: How near the nearest emergencies must be, where no rule speaks: what is like nothing says nothing.
    floor: float


@dataclass(frozen=True, slots=True)
class FittedReading(Scales):
    """What was fitted where messages are read."""

    #: How sure the scales of WITH_MEANING must be, either of them, for a short message to be worth reading.
    glance: float


@functools.cache
def read_weights() -> Mapping[str, Any]:
    return json.loads(WEIGHTS_FILE.read_text(encoding="utf-8")) if WEIGHTS_FILE.exists() else {}


def fitted(kind: str) -> Fitted:
    """Return the fitted weights of WITH_MEANING or WORDS_ALONE."""
    stored = read_weights()[kind]
    return Fitted(*_scales(stored), Kernel(**stored["kernel"]), stored["part_shift"], stored["floor"])


def fitted_reading() -> FittedReading | None:
    """Return those of WITH_READING, where there are any."""
    stored = read_weights().get(WITH_READING)
    return FittedReading(*_scales(stored), stored["glance"]) if stored else None


def _scales(stored: Mapping[str, Any]) -> tuple[Scale, Scale]:
    return Scale(**stored["emergency"]), Scale(**stored["card"])
