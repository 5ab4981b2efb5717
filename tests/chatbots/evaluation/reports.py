"""Reports for the tests, made of outcomes that nobody had to ask for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chatbots.evaluation.outcomes import Outcome
from chatbots.evaluation.report import Report, Setting

SETTING = Setting("2026-11-21", "abc1234", "small/1", "", {"guide": 3, "health": 5}, 2)


def report(outcomes: Sequence[Outcome], **changes: Any) -> Report:
    return Report("demo.yaml", SETTING, outcomes, **changes)
