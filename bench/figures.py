"""Seconds, ratios and bytes, as a table shows them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def percentile(seconds: Sequence[float], percent: float) -> float:
    return float(np.percentile(np.asarray(seconds), percent))


def shown(seconds: float) -> str:
    """Return a duration in the unit that suits it."""
    if seconds < 1:
        milliseconds = seconds * 1000
        return f"{milliseconds:.2f} ms" if milliseconds < 10 else f"{milliseconds:.0f} ms"
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.0f} s"


def megabytes(count: float) -> str:
    return f"{count / 1e6:.0f} MB"


def verdict(reached: bool, aim: str) -> str:
    """Return the aim, and whether it is reached."""
    return f"{aim}: {'reached' if reached else '**missed**'}"
