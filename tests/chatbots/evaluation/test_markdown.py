from __future__ import annotations

from pathlib import Path

import pytest

from chatbots.evaluation.distorting import Trial, Written
from chatbots.evaluation.markdown import MarkError, as_markdown, as_summary, put_between_marks
from chatbots.evaluation.report import Compared
from tests.chatbots.evaluation.outcomes import FACT, REFUSAL, outcome
from tests.chatbots.evaluation.reports import report

OUTCOMES = [outcome(timings={"read": 0.01}), outcome(rank=2), outcome(REFUSAL, status="no_answer")]


def test_what_people_wrote_around_the_marks_stays(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("Before.\n<!-- evaluate: begin figures -->\nold\n<!-- evaluate: end figures -->\nAfter.\n")
    for text in ("new", "newer"):
        put_between_marks(page, "figures", text)
    assert page.read_text() == (
        "Before.\n<!-- evaluate: begin figures -->\n\nnewer\n\n<!-- evaluate: end figures -->\nAfter.\n"
    )


@pytest.mark.parametrize("text", ["", "<!-- evaluate: begin figures -->", "<!-- evaluate: end figures -->"])
def test_a_page_without_marks_is_left_alone(tmp_path: Path, text: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(text)
    with pytest.raises(MarkError, match="must have a line"):
        put_between_marks(page, "figures", "new")
    assert page.read_text() == text


def test_every_table_has_as_many_cells_in_each_line() -> None:
    whole = Compared("as it stands", "every step", OUTCOMES)
    poorer = Compared("lexical only", "words", [outcome(rank=2), outcome(rank=2), outcome(REFUSAL)])
    trial = Trial()
    trial.written["changes a number"] = trial.unchecked["changes a number"] = 3
    trial.leaks.append(Written("Feber er over 83 grader.", "changes a number"))
    text = as_markdown([report(OUTCOMES, ablations=[whole, poorer], trial=trial)])
    tables = [block.splitlines() for block in text.split("\n\n") if block.startswith("|")]
    assert len(tables) == 7
    for lines in tables:
        assert len({line.replace("\\|", "").count("|") for line in lines}) == 1
    assert "| lexical only | 0.000 (−0.667) |" in text
    assert "| changes a number | 3 | 3 | 0 |" in text
    assert "Feber er over 83 grader." in text


def test_failures_are_told_or_kept_back() -> None:
    odd = outcome(FACT, rank=2, found=("a|b",))
    assert "a: hvor mange grader er feber | wrong page | answered feber over 38 | answered, a\\|b |" in as_markdown(
        [report([odd])]
    )
    assert "grader" not in as_markdown([report([odd])], failures=False)


def test_the_summary_has_a_column_for_each_file() -> None:
    lines = as_summary([report(OUTCOMES), report(OUTCOMES[:1])]).splitlines()
    assert lines[0] == "|  | demo.yaml (3) | demo.yaml (1) |"
    assert "| Right page first, of the answerable | 0.50 (0.09–0.91) | 1.00 (0.21–1.00) |" in lines
    assert "| Emergencies that got their card first | - | - |" in lines
    assert lines[-1].startswith("Measured 2026-11-21, commit abc1234; small/1; no language model; guide 3 passages")
