from __future__ import annotations

from pathlib import Path

import pytest

from chatbots.evaluation.golden import GoldenError, GoldenQuestion, read_golden

ONE = """
- id: a
  bot: health
  language: da
  kind: fact
  question: hvor mange grader er feber
  pages: [feber, influenza]
  contains: [38, "over 38"]
  status: answered
"""


def written(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "golden.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_file_is_read_as_it_is_written(tmp_path: Path) -> None:
    assert read_golden(written(tmp_path, ONE)) == [
        GoldenQuestion(
            id="a",
            bot="health",
            language="da",
            kind="fact",
            question="hvor mange grader er feber",
            pages=("feber", "influenza"),
            status="answered",
            contains=("38", "over 38"),
        )
    ]


def test_a_question_without_an_answer_needs_no_page(tmp_path: Path) -> None:
    text = ONE.replace("[feber, influenza]", "[]").replace("status: answered", "status: no_answer")
    (question,) = read_golden(written(tmp_path, text))
    assert not question.answerable
    assert question.pages == ()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "must be a list"),
        ("id: a", "must be a list"),
        ("- hvad", "question 1 must be a mapping"),
        (ONE.replace("  kind: fact\n", ""), "question 1 lacks kind"),
        (ONE + "  pagse: x\n", "unknown keys: pagse"),
        (ONE.replace("bot: health", "bot: doctor"), "there is no bot 'doctor'"),
        (ONE + ONE, "an id stands twice"),
        ("- [", "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(tmp_path: Path, text: str | bytes, complaint: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(GoldenError, match=complaint) as caught:
        read_golden(path)
    assert str(path) in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(GoldenError, match="cannot be read"):
        read_golden(tmp_path / "none.yaml")


@pytest.mark.parametrize("name", ["demo.yaml", "demo-heldout.yaml"])
def test_the_golden_questions_of_the_demo_site_are_well_formed(name: str) -> None:
    questions = read_golden(Path(__file__).parents[3] / "golden" / name)
    assert len(questions) >= 30
    for question in questions:
        assert question.answerable == bool(question.pages), question.id
        assert question.language in {"da", "en"}
        assert question.question.strip()
