from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from chatbots.llms.echo import EchoLLM
from tests.chatbots.pages import index, make_hours, make_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("judge_by_shared_words")]

GOLDEN = """
- {id: good, bot: health, language: da, kind: fact, status: answered, pages: [feber],
   question: hvor mange grader er feber}
- {id: bad, bot: guide, language: da, kind: way, status: answered, pages: [ukendt],
   question: hvornår har sundhedscentret åbent}
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
    call_command("evaluate", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_it_prints_the_figures_by_kind_and_the_failures(site: None, golden: str) -> None:
    out = evaluate(golden)
    lines = out.splitlines()
    assert lines[0] == "golden.yaml: 2 questions"
    rows = {line[:14].strip(): line[14:].split() for line in lines[3:8]}
    assert set(rows) == {"all", "bot guide", "bot health", "fact", "way"}
    assert rows["all"][:2] == ["2", "0.500"]
    assert rows["fact"][:2] == ["1", "1.000"]
    assert "bad (guide, way): hvornår har sundhedscentret åbent" in out
    assert "wrong page" in out
    assert "good (" not in out


def test_it_prints_what_each_step_took(site: None, golden: str) -> None:
    lines = [line.split() for line in evaluate(golden).splitlines()]
    assert ["step", "ran", "p50", "ms", "p95", "ms"] in lines
    assert [line[1] for line in lines if line[:1] == ["read"]] == ["2"]


def test_the_failures_can_be_left_out(site: None, golden: str, tmp_path: Path) -> None:
    assert "hvornår har sundhedscentret" not in evaluate(golden, "--no-failures")
    assert "failures" not in json.loads(evaluate(golden, "--no-failures", "--json"))


def test_it_prints_json_or_writes_it(site: None, golden: str, tmp_path: Path) -> None:
    report = json.loads(evaluate(golden, "--json"))
    assert report["figures"]["all"]["questions"] == 2
    assert report["figures"]["all"]["all right"]["hits"] == 1
    assert [failure["id"] for failure in report["failures"]] == ["bad"]
    out = evaluate(golden, "--json", str(tmp_path / "report.json"))
    assert out.startswith("golden.yaml: 2 questions")
    assert json.loads((tmp_path / "report.json").read_text())["figures"].keys() == report["figures"].keys()


def test_several_files_are_reported_one_after_the_other(site: None, golden: str) -> None:
    reports = json.loads(evaluate(golden, golden, "--json"))
    assert [report["file"] for report in reports] == ["golden.yaml", "golden.yaml"]


def test_questions_can_be_chosen(site: None, golden: str) -> None:
    assert evaluate(golden, "--kind", "way").startswith("golden.yaml: 1 questions")
    assert evaluate(golden, "--sample", "1").startswith("golden.yaml: 1 questions")
    with pytest.raises(CommandError, match="No question is of the kind fat"):
        evaluate(golden, "--kind", "fat")
    assert evaluate(golden, "--language", "da").startswith("golden.yaml: 2 questions")
    with pytest.raises(CommandError, match="No question is in the language en"):
        evaluate(golden, "--language", "en")
    assert evaluate(golden, "--bot", "guide").startswith("golden.yaml: 1 questions")


def test_what_search_and_judge_do_not_decide_can_be_left_out(site: None, tmp_path: Path) -> None:
    talk = tmp_path / "talk.yaml"
    talk.write_text(
        f"{GOLDEN}- {{id: next, bot: health, language: da, kind: follow-up, status: answered, "
        "pages: [feber], turns: [hvad er feber], question: og hvor meget}\n"
    )
    assert evaluate(str(talk)).startswith("talk.yaml: 3 questions")
    assert evaluate(str(talk), "--plain").startswith("talk.yaml: 2 questions")
    with pytest.raises(CommandError, match="No question is decided by search and judge alone"):
        evaluate(str(talk), "--kind", "follow-up", "--plain")


def test_modes_and_ablations_stand_side_by_side(site: None, golden: str) -> None:
    report = json.loads(evaluate(golden, "--modes", "quotes,retrieval,llm", "--ablations", "--json"))
    assert list(report["modes"]) == ["as it stands", "quotes", "retrieval", "llm"]
    assert report["modes"]["retrieval"]["hit@1"]["of"] == 2
    assert report["modes"]["llm"] == "no language model is configured"
    assert {"lexical only", "without judge", "without triage"} <= set(report["ablations"])
    assert "llm: not tried, no language model is configured" in evaluate(golden, "--modes", "llm")


def test_another_model_can_be_put_beside(site: None, golden: str) -> None:
    report = json.loads(evaluate(golden, "--mode", "tuned=echo/ours", "--json"))
    assert list(report["modes"]) == ["as it stands", "tuned", "tuned, alone"]
    assert report["modes"]["tuned, alone"]["questions"] == 2


def test_patience_holds_for_every_model_that_is_measured(
    site: None, golden: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = []

    def stream(self: EchoLLM, messages: object, *, max_tokens: int) -> Iterator[str]:
        limits.append((self.first_token_timeout, self.total_timeout))
        yield "Te."

    monkeypatch.setattr(EchoLLM, "stream", stream)
    evaluate(golden, "--mode", "tuned=echo/ours", "--patience", "90")
    assert limits and set(limits) == {(90.0, 90.0)}


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--modes", "magic"], "no mode 'magic'"),
        (["--mode", "tuned"], "must be NAME=BACKEND/MODEL"),
        (["--mode", "tuned=no.such.Backend/x"], "cannot be imported"),
    ],
)
def test_a_mode_that_cannot_be_is_told(site: None, golden: str, arguments: list[str], complaint: str) -> None:
    with pytest.raises(CommandError, match=complaint):
        evaluate(golden, *arguments)


def test_a_file_that_cannot_be_used_is_told(site: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        evaluate(str(tmp_path / "none.yaml"))


def test_without_an_index_there_is_nothing_to_evaluate(golden: str) -> None:
    with pytest.raises(CommandError, match="no index"):
        evaluate(golden)
