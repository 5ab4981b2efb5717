from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.chatbots.pages import index, make_hours, make_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("judge_by_shared_words")]

GOLDEN = """
- {id: good, bot: health, language: da, kind: fact, status: answered, pages: [feber],
   question: hvor mange grader er feber}
- {id: bad, bot: guide, language: da, kind: place, status: answered, pages: [ukendt],
   question: hvornår har centret åbent}
"""


@pytest.fixture
def golden(tmp_path: Path) -> str:
    path = tmp_path / "golden.yaml"
    path.write_text(GOLDEN)
    return str(path)


@pytest.fixture
def site() -> None:
    make_hours()
    make_page("feber", body="<h2>Hvad er feber?</h2><p>Feber er over 38 grader.</p>")
    index()


def evaluate(*arguments: str) -> str:
    out = io.StringIO()
    call_command("evaluate", *arguments, stdout=out)
    return out.getvalue()


def test_it_prints_the_figures_by_kind_and_the_failures(site: None, golden: str) -> None:
    out = evaluate(golden)
    head, *lines = out.splitlines()
    assert head.split("  ")[-1].strip() == "p95 ms"
    rows = {line[:14].strip(): line for line in lines[:5]}
    assert set(rows) == {"all", "bot guide", "bot health", "guide place", "health fact"}
    assert rows["all"].split()[1:3] == ["2", "0.500"]
    assert rows["health fact"].split()[2:4] == ["1", "1.000"]
    assert "bad (guide, place): hvornår har centret åbent" in out
    assert "expected ukendt" in out
    assert "good (" not in out


def test_the_failures_can_be_left_out(site: None, golden: str) -> None:
    assert "bad (" not in evaluate(golden, "--no-failures")


def test_it_prints_json(site: None, golden: str) -> None:
    report = json.loads(evaluate(golden, "--json"))
    assert report["figures"]["all"]["questions"] == 2
    assert [failure["id"] for failure in report["failures"]] == ["bad"]


def test_a_file_that_cannot_be_used_is_told(site: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        evaluate(str(tmp_path / "none.yaml"))


def test_without_an_index_there_is_nothing_to_evaluate(golden: str) -> None:
    with pytest.raises(CommandError, match="no index"):
        evaluate(golden)
