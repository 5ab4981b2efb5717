from __future__ import annotations

import json
from dataclasses import replace

import pytest

from chatbots.evaluation.golden import GoldenQuestion
from chatbots.evaluation.report import Outcome, as_dict, by_group, evaluate, figures
from content.models import Page
from tests.chatbots.pages import index, make_hours, make_page

FACT = GoldenQuestion("a", "health", "da", "fact", "hvor mange grader er feber", ("feber",), "answered", ("over 38",))
REFUSAL = GoldenQuestion("b", "guide", "da", "none", "hvem vandt kampen", (), "no_answer")


def outcome(golden: GoldenQuestion = FACT, **changes: object) -> Outcome:
    plain = Outcome(golden, "answered", "> Feber er over 38 grader.", 1, 1, ("feber",), 0.9, 0.010)
    return replace(plain, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("golden", "changes", "right"),
    [
        (FACT, {}, True),
        (FACT, {"rank": 2}, False),
        (FACT, {"rank": 0}, False),
        (FACT, {"status": "no_answer"}, False),
        (FACT, {"status": "unavailable"}, False),
        (FACT, {"text": "> Feber er noget andet."}, False),
        (FACT, {"text": "OVER\n> 38"}, True),
        (replace(FACT, contains=()), {"text": ""}, True),
        (REFUSAL, {"status": "no_answer"}, True),
        (REFUSAL, {"status": "answered"}, False),
        (REFUSAL, {"status": "unavailable"}, False),
    ],
)
def test_an_outcome_is_right_when_a_visitor_got_what_they_should(
    golden: GoldenQuestion, changes: dict[str, object], right: bool
) -> None:
    assert outcome(golden, **changes).right is right


def test_dashes_spaces_and_case_do_not_hide_a_fact() -> None:
    golden = replace(FACT, contains=("5-60 minutter",))
    assert outcome(golden, text="> Det varer 5–60\N{NO-BREAK SPACE}Minutter.").shows_fact
    assert not outcome(golden, text="> Det varer 6-60 minutter.").shows_fact
    assert outcome(replace(FACT, contains=())).shows_fact is None


def test_the_figures_are_what_they_say() -> None:
    outcomes = [
        outcome(rank=1, dense_rank=2, seconds=0.010),
        outcome(rank=3, dense_rank=1, seconds=0.020),
        outcome(rank=0, dense_rank=0, status="no_answer", text="", seconds=0.030),
        outcome(REFUSAL, status="no_answer", seconds=0.040),
        outcome(REFUSAL, status="answered", seconds=0.050),
    ]
    found = figures(outcomes)
    assert found["questions"] == 5
    assert found["hit@1"] == pytest.approx(1 / 3)
    assert found["hit@3"] == pytest.approx(2 / 3)
    assert found["MRR"] == pytest.approx((1 + 1 / 3) / 3)
    assert found["dense hit@1"] == pytest.approx(1 / 3)
    assert found["shows the fact"] == pytest.approx(2 / 3)
    assert found["refused rightly"] == pytest.approx(1 / 2)
    assert found["refused wrongly"] == pytest.approx(1 / 3)
    assert found["all right"] == pytest.approx(2 / 5)
    assert found["p50 ms"] == pytest.approx(30)
    assert found["p95 ms"] == pytest.approx(50)


def test_figures_about_nothing_are_none_and_not_nought() -> None:
    assert figures([outcome(REFUSAL)])["hit@1"] is None
    assert figures([outcome(replace(FACT, contains=()))])["shows the fact"] is None
    assert figures([])["p50 ms"] is None


def test_outcomes_are_grouped_by_bot_and_kind() -> None:
    groups = by_group([outcome(), outcome(REFUSAL), outcome()])
    assert {name: len(group) for name, group in groups.items()} == {
        "all": 3,
        "bot guide": 1,
        "bot health": 2,
        "guide none": 1,
        "health fact": 2,
    }


def test_the_failures_are_told_with_what_was_expected() -> None:
    report = as_dict([outcome(), outcome(rank=0, found=("hoste",))])
    (failure,) = report["failures"]
    assert (failure["id"], failure["expected"], failure["found"]) == ("a", ["feber"], ["hoste"])
    assert json.loads(json.dumps(report))["figures"]["all"]["questions"] == 2


@pytest.mark.django_db
def test_questions_are_asked_of_the_real_bots() -> None:
    make_hours()
    make_page("feber", body="<h2>Hvad er feber?</h2><p>Feber er over 38 grader.</p>")
    make_page()
    index()
    hours = GoldenQuestion("c", "guide", "da", "fact", "hvornår har centret åbent", ("aabningstider",), "answered")
    elsewhere = replace(FACT, id="d", pages=("aabningstider",))
    found, guide, nowhere = evaluate([FACT, hours, elsewhere])
    assert (found.rank, found.found[0]) == (1, "feber")
    assert guide.rank == 1
    assert nowhere.rank == 0
    assert all(outcome.seconds > 0 for outcome in (found, guide, nowhere))
    Page.objects.filter(slug="feber").delete()
    assert evaluate([FACT])[0].rank == 0
