"""The report as one page: all in it, nothing fetched, nothing run."""

from __future__ import annotations

import re
from dataclasses import replace

from lxml import html

from chatbots.evaluation.distorting import Trial, Written
from chatbots.evaluation.page import as_page
from chatbots.evaluation.report import Compared
from tests.chatbots.evaluation.outcomes import EMERGENCY, FACT, REFUSAL, outcome
from tests.chatbots.evaluation.reports import report

ATTACK = replace(FACT, id="x", question="<script>alert(1)</script>")
OUTCOMES = [
    outcome(timings={"read": 0.01}),
    outcome(REFUSAL, confidence=0.4, best_is_right=False),
    outcome(EMERGENCY),
    outcome(ATTACK, rank=2, text="<img src=x onerror=alert(1)>"),
]


def test_the_page_needs_nothing_and_runs_nothing() -> None:
    page = as_page(report(OUTCOMES))
    root = html.document_fromstring(page)
    assert not root.xpath("//script | //link | //img | //iframe | //@onclick | //@onerror | //@src | //@href")
    assert not re.search(r"url\(|@import|https?://", page)
    assert "&lt;script&gt;alert(1)" in page
    assert len(root.xpath("//*[local-name()='svg']")) == 4


def test_failures_are_told_the_worst_first_and_can_be_filtered() -> None:
    root = html.document_fromstring(as_page(report(OUTCOMES)))
    rows = root.xpath("//table[@class='failures']/tbody/tr")
    assert [row.xpath("string(td[2])") for row in rows] == [
        "missed an emergency",
        "answered what no page answers",
        "wrong page, fact not shown",
    ]
    style = root.xpath("string(//style)")
    for choice in root.xpath("//input[@id]"):
        assert f"body:has(#{choice.get('id')}:checked)" in style
        assert any(choice.get("id") in row.get("class").split() for row in rows)
    names = {choice.get("name") for choice in root.xpath("//input")}
    assert names == {"fault", "kind", "bot"}


def test_questions_of_a_half_that_is_kept_unseen_are_not_told() -> None:
    page = as_page(report(OUTCOMES), failures=False)
    assert "alert(1)" not in page
    assert "What went wrong" not in page


def test_endings_are_counted_against_the_best_one() -> None:
    root = html.document_fromstring(as_page(report([*OUTCOMES, outcome()])))
    (table,) = root.xpath("//h2[.='Endings']/following-sibling::div/table")
    assert table.xpath("string(.//tr[th='answered']/td[1])") == "3"
    assert table.xpath("string(.//tr[th='emergency']/td[1])") == "1"


def test_modes_and_ablations_are_shown_with_those_that_could_not_be_tried() -> None:
    whole = Compared("as it stands", "every step", OUTCOMES)
    page = as_page(
        report(OUTCOMES, modes=[whole, Compared("llm", "a model", missing="no language model is configured")])
    )
    assert "not tried: no language model is configured" in page
    assert "What each step buys" not in page


def test_what_verification_stops_is_told_with_what_it_let_pass() -> None:
    trial = Trial(leaks=[Written("Feber er over 83 grader.", "changes a number")])
    trial.written["changes a number"], trial.checked["changes a number"] = 7, 1
    root = html.document_fromstring(as_page(report(OUTCOMES, trial=trial)))
    (row,) = root.xpath("//tr[th='changes a number']")
    assert row.xpath("td/text()") == ["7", "0", "1"]
    assert "Feber er over 83 grader." in root.text_content()
