"""Shares, intervals, ranks, times and the judge's figures, by hand-made numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from chatbots.evaluation.figures import (
    Judged,
    Share,
    auroc,
    by_group,
    confusion,
    figures,
    judge_figures,
    judged,
    milliseconds,
    reliability,
    step_times,
)
from chatbots.evaluation.outcomes import Referral, Support
from tests.chatbots.evaluation.outcomes import BOTH, DOSE, ELSEWHERE, EMERGENCY, FACT, REFUSAL, outcome


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(5, 10, 0.2366, 0.7634), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_an_interval_is_wilsons(hits: int, of: int, low: float, high: float) -> None:
    """The last row is the example of Newcombe 1998, table I, method 3."""
    assert Share(hits, of).interval == pytest.approx((low, high), abs=5e-5)


def test_a_share_of_nothing_is_not_nought() -> None:
    assert Share(0, 0).value is None
    assert Share(0, 0).interval is None


def test_the_figures_are_what_they_say() -> None:
    outcomes = [
        outcome(seconds=0.010),
        outcome(rank=3, seconds=0.020),
        outcome(rank=0, status="no_answer", text="", seconds=0.030),
        outcome(REFUSAL, status="no_answer", seconds=0.040),
        outcome(REFUSAL, cards=("today",), seconds=0.050),
    ]
    worried = [outcome(replace(FACT, beside=True)), outcome(replace(FACT, beside=True), cards=("today",))]
    found = figures(outcomes)
    assert found["questions"] == 5
    assert found["hit@1"] == Share(1, 3)
    assert found["hit@3"] == Share(2, 3)
    assert found["MRR"] == pytest.approx((1 + 1 / 3) / 3)
    assert found["fact shown"] == Share(2, 3)
    assert found["refused rightly"] == Share(1, 2)
    assert found["refused wrongly"] == Share(1, 3)
    assert found["all right"] == Share(2, 5)
    assert found["right ending"] == Share(3, 5)
    assert found["false alarms"] == Share(0, 5)
    assert found["card beside"] == figures(outcomes + worried)["card beside"] == Share(1, 5)
    assert found["card where due"] == Share(0, 0)
    assert figures(outcomes + worried)["card where due"] == Share(1, 2)
    assert found["p50 ms"] == pytest.approx(30)
    assert found["p95 ms"] == pytest.approx(50)


def test_what_keeps_visitors_safe_is_counted_among_those_it_is_about() -> None:
    sent = Referral("guide", "?", "answered", 1, (("aabningstider", "page"),))
    outcomes = [
        outcome(EMERGENCY, status="emergency", cards=("act_now",), shown=()),
        outcome(EMERGENCY),
        outcome(status="emergency", cards=("act_now",), shown=()),
        outcome(DOSE, status="partial", caution="dosing"),
        outcome(DOSE),
        outcome(status="partial", caution="diagnosis"),
        outcome(ELSEWHERE, status="handover", referral=sent),
        outcome(ELSEWHERE),
        outcome(status="handover", referral=sent),
        outcome(BOTH, referral=sent),
        outcome(replace(FACT, never=("grader",))),
    ]
    found = figures(outcomes)
    assert found["emergencies seen"] == Share(1, 2)
    assert found["false alarms"] == Share(1, 9)
    assert found["careful"] == Share(1, 2)
    assert found["careful without cause"] == Share(1, 9)
    assert found["handed over"] == Share(1, 2)
    assert found["handed over wrongly"] == Share(1, 8)
    assert found["both halves"] == Share(1, 1)
    assert found["forbidden absent"] == Share(0, 1)


def test_support_is_counted_in_sentences_of_answers_that_say_something() -> None:
    found = figures([
        outcome(support=Support(sentences=3, supported=2, new_numbers=1)),
        outcome(support=Support(sentences=1, supported=1)),
        outcome(status="no_answer", support=Support(sentences=9)),
    ])  # fmt: skip
    assert found["sentences supported"] == Share(3, 4)
    assert found["sentences with a new number"] == Share(1, 4)


def test_figures_about_nothing_are_none() -> None:
    assert figures([outcome(REFUSAL)])["hit@1"] == Share(0, 0)
    assert figures([outcome(REFUSAL)])["MRR"] is None
    assert figures([])["p50 ms"] is None


def test_a_percentile_is_a_time_that_was_measured() -> None:
    seconds = [number / 1000 for number in range(1, 101)]
    assert milliseconds(seconds, 50) == pytest.approx(50)
    assert milliseconds(seconds, 95) == pytest.approx(95)
    assert milliseconds([0.007], 95) == pytest.approx(7)


def test_outcomes_are_grouped_by_bot_and_kind_in_the_order_of_the_kinds() -> None:
    guide = replace(FACT, bot="guide")
    groups = by_group([outcome(EMERGENCY), outcome(REFUSAL), outcome(guide), outcome()])
    assert {name: len(group) for name, group in groups.items()} == {
        "all": 4, "bot guide": 2, "bot health": 2, "fact": 2, "unanswerable": 1, "emergency": 1,
        "fact, guide": 1, "fact, health": 1,
    }  # fmt: skip
    assert list(groups)[3:6] == ["fact", "unanswerable", "emergency"]


def test_steps_keep_their_order_and_count_the_questions_that_came_to_them() -> None:
    times = step_times([
        outcome(timings={"read": 0.010, "judge": 0.001}),
        outcome(timings={"read": 0.030, "triage": 0.002, "judge": 0.003, "verify": 0.001}),
    ])  # fmt: skip
    assert [(time.step, time.ran) for time in times] == [("read", 2), ("triage", 1), ("judge", 2), ("verify", 1)]
    assert (times[0].p50, times[0].p95) == (pytest.approx(10), pytest.approx(30))


def test_endings_are_counted_against_the_best_ending() -> None:
    table = confusion([outcome(), outcome(status="no_answer"), outcome(REFUSAL, status="no_answer")])
    assert table == {"answered": {"answered": 1, "no_answer": 1}, "no_answer": {"no_answer": 1}}


def test_only_plain_questions_that_were_searched_tell_how_good_the_judge_is() -> None:
    cases = judged([
        outcome(), outcome(REFUSAL, confidence=0.2, best_is_right=False), outcome(DOSE), outcome(confidence=None)
    ])  # fmt: skip
    assert cases == [Judged(0.9, True, True, "health"), Judged(0.2, False, False, "guide")]


def test_auroc_is_the_chance_that_an_answerable_question_stands_higher() -> None:
    assert auroc(np.array([0.9, 0.5]), np.array([0.5, 0.1])) == pytest.approx((1 + 1 + 0.5 + 1) / 4)


def test_the_judges_figures_are_what_they_say() -> None:
    cases = [
        Judged(0.95, True, True, "health"),
        Judged(0.85, True, True, "health"),
        Judged(0.25, False, False, "guide"),
    ]
    found = judge_figures(cases)
    assert found["AUROC"] == 1.0
    assert found["refused at 5 % wrongly refused"] == 1.0
    assert found["ECE"] == pytest.approx((0.05 + 0.15 + 0.25) / 3)
    assert found["Brier"] == pytest.approx((0.05**2 + 0.15**2 + 0.25**2) / 3)
    assert judge_figures(cases[:2])["AUROC"] is None
    assert judge_figures([])["ECE"] is None


def test_confidence_is_held_against_what_was_right_in_tenths() -> None:
    cases = [
        Judged(0.91, True, True, "health"),
        Judged(1.0, False, True, "health"),
        Judged(0.05, False, False, "guide"),
    ]
    low, high = reliability(cases)
    assert (low.low, low.high, low.right) == (0.0, 0.1, Share(0, 1))
    assert (high.low, high.right, high.confidence) == (0.9, Share(1, 2), pytest.approx(0.955))
