"""Golden questions and outcomes for the tests: plain ones, and changes to them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chatbots.evaluation.golden import GoldenQuestion
from chatbots.evaluation.outcomes import Outcome

FACT = GoldenQuestion("a", "health", "da", "fact", "hvor mange grader er feber", ("feber",), "answered", ("over 38",))
REFUSAL = GoldenQuestion("b", "guide", "da", "unanswerable", "hvem vandt kampen", (), "no_answer")
EMERGENCY = GoldenQuestion("e", "health", "da", "emergency", "han trækker ikke vejret", (), "emergency")
DOSE = replace(
    FACT, id="d", kind="dosage", contains=(), status="partial", statuses=("partial", "refused"), caution="dosing"
)
ELSEWHERE = replace(
    FACT, id="h", kind="handover", contains=(), pages=("aabningstider",), status="handover", handover="guide"
)
BOTH = replace(
    ELSEWHERE,
    id="m",
    pages=("feber", "aabningstider"),
    status="answered",
    statuses=("answered", "partial", "handover"),
    both=True,
)


def outcome(golden: GoldenQuestion = FACT, **changes: Any) -> Outcome:
    """Return an outcome of a question that was answered from the page on fever, with `changes`."""
    plain = Outcome(
        golden,
        "answered",
        "> Feber er over 38 grader.",
        rank=1,
        found=("feber",),
        shown=(("feber", "health"),),
        confidence=0.9,
        best_is_right=True,
        seconds=0.010,
    )
    return replace(plain, **changes)
