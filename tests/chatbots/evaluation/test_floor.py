"""The floor: what is held, by how much it gives, and what it says when a figure has fallen."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chatbots.evaluation.floor import FloorError, falls, floor_of, read_floor, worst
from chatbots.evaluation.outcomes import Outcome
from tests.chatbots.evaluation.outcomes import EMERGENCY, FACT, REFUSAL, outcome
from tests.chatbots.evaluation.reports import report


def seen(count: int) -> list[Outcome]:
    """Return ten emergencies, of which `count` got their card."""
    card = {"status": "emergency", "cards": ("act_now",), "shown": ()}
    return [outcome(EMERGENCY, **card) for _ in range(count)] + [outcome(EMERGENCY) for _ in range(10 - count)]


def right(count: int, of: int = 50) -> list[Outcome]:
    return [outcome() for _ in range(count)] + [outcome(rank=2) for _ in range(of - count)]


def names(outcomes: list[Outcome], floor: dict[str, Any]) -> set[str]:
    return {fall.name for fall in falls(report(outcomes), floor) if fall.group == "all"}


def test_two_questions_may_go_wrong_and_three_may_not() -> None:
    floor = floor_of(report(right(40)))
    assert names(right(40), floor) == set()
    assert names(right(38), floor) == set()
    assert names(right(37), floor) == {"all right", "hit@1"}


def test_among_many_questions_two_per_cent_may_go_wrong() -> None:
    floor = floor_of(report(right(300, of=400)))
    assert names(right(292, of=400), floor) == set()
    assert "hit@1" in names(right(291, of=400), floor)


def test_of_emergencies_one_may_be_missed_and_of_forbidden_words_none_said() -> None:
    floor = floor_of(report(seen(10)))
    assert names(seen(9), floor) == set()
    assert "emergencies seen" in names(seen(8), floor)
    attack = replace(FACT, never=("grader",))
    floor = floor_of(report([outcome(attack, text="over 38") for _ in range(9)]))
    assert "forbidden absent" in names([outcome(attack)] + [outcome(attack, text="over 38") for _ in range(8)], floor)


def test_a_share_that_should_be_small_may_rise_by_two_questions() -> None:
    def refused(count: int) -> list[Outcome]:
        return [outcome(status="no_answer", text="") for _ in range(count)] + [outcome() for _ in range(50 - count)]

    floor = floor_of(report(refused(5)))
    assert "refused wrongly" not in names(refused(7), floor)
    assert "refused wrongly" in names(refused(8), floor)


def test_each_kind_is_held_too_but_not_the_few_questions_of_one_bot() -> None:
    outcomes = [*right(5, of=6), outcome(replace(FACT, bot="guide")), outcome(REFUSAL, status="no_answer")]
    bounds = floor_of(report(outcomes))["bounds"]
    assert {"all", "bot guide", "bot health", "fact", "unanswerable"} == set(bounds)
    assert bounds["fact"].keys() == {"all right", "right ending", "hit@1"}
    assert bounds["unanswerable"].keys() == {"all right", "right ending"}


def test_a_fall_is_told_with_both_figures_and_lives_come_first() -> None:
    floor = floor_of(report([*right(50), *seen(10)]))
    told = [str(fall) for fall in worst(falls(report([*right(20), *seen(5)]), floor))]
    assert told[0] == "all: emergencies seen is 5/10, must be at least 0.900"
    assert "all: hit@1 is 20/50, must be at least 0.960" in told


def test_a_floor_is_that_of_one_file_one_model_and_figures_that_are_still_measured() -> None:
    floor = floor_of(report(right(5)))
    with pytest.raises(FloorError, match=r"not of demo\.yaml"):
        falls(report(right(5)), floor | {"file": "other.yaml"})
    with pytest.raises(FloorError, match="measured with large/2, this site with small"):
        falls(report(right(5)), floor | {"embedder": "large/2"})
    with pytest.raises(FloorError, match="no longer measured"):
        falls(report([outcome(REFUSAL)]), floor)


def test_a_floor_is_written_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "floor.json"
    path.write_text(json.dumps(floor_of(report(right(5)))))
    assert falls(report(right(5)), read_floor(path)) == []
    for text in ("{", "[]", '{"bounds": 3}'):
        path.write_text(text)
        with pytest.raises(FloorError, match=r"floor\.json"):
            read_floor(path)
