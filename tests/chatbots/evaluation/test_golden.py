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


def test_a_follow_up_keeps_what_was_said_before_and_where_the_visitor_stands(tmp_path: Path) -> None:
    (question,) = read_golden(
        written(tmp_path, ONE + "  turns: ['Hvad er influenza?', 'Smitter det?']\n  page: /priser/\n")
    )
    assert question.turns == ("Hvad er influenza?", "Smitter det?")
    assert question.page == "/priser/"
    assert not question.changes_subject
    assert question.answerable


def test_several_endings_may_be_right_and_the_best_stands_first(tmp_path: Path) -> None:
    text = ONE.replace("status: answered", "status: [partial, refused]") + "  caution: dosing\n"
    (question,) = read_golden(written(tmp_path, text))
    assert question.status == "partial"
    assert question.accepted == ("partial", "refused")
    assert question.answerable


def test_one_ending_is_the_only_accepted_one(tmp_path: Path) -> None:
    (question,) = read_golden(written(tmp_path, ONE))
    assert question.accepted == ("answered",)


def test_a_question_for_the_other_bot_is_not_answerable_where_it_was_asked(tmp_path: Path) -> None:
    text = ONE.replace("status: answered", "status: handover") + "  handover: guide\n"
    (question,) = read_golden(written(tmp_path, text))
    assert question.handover == "guide"
    assert not question.answerable


def test_the_half_that_the_asked_bot_knows_is_answerable(tmp_path: Path) -> None:
    text = ONE.replace("status: answered", "status: [answered, handover]") + "  handover: guide\n  both: true\n"
    (question,) = read_golden(written(tmp_path, text))
    assert question.both
    assert question.answerable


@pytest.mark.parametrize("status", ["emergency", "[refused, no_answer]", "no_answer"])
def test_without_a_page_nothing_is_answerable(tmp_path: Path, status: str) -> None:
    text = ONE.replace("[feber, influenza]", "[]").replace("status: answered", f"status: {status}")
    (question,) = read_golden(written(tmp_path, text))
    assert not question.answerable


@pytest.mark.parametrize(
    ("more", "plain"),
    [
        ("", True),
        ("  turns: ['Hvad er influenza?']\n", False),
        ("  page: /priser/\n", False),
        ("  handover: guide\n", False),
        ("  caution: diagnosis\n", False),
        ("  never: [systemprompt]\n", False),
    ],
)
def test_search_and_judge_are_measured_on_plain_questions_only(tmp_path: Path, more: str, plain: bool) -> None:
    (question,) = read_golden(written(tmp_path, ONE + more))
    assert question.plain is plain


def test_an_emergency_is_not_a_question_for_search(tmp_path: Path) -> None:
    (question,) = read_golden(written(tmp_path, ONE.replace("status: answered", "status: emergency")))
    assert not question.plain


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "must be a list"),
        ("id: a", "must be a list"),
        ("- hvad", "question 1 must be a mapping"),
        (ONE.replace("  kind: fact\n", ""), "question 1 lacks kind"),
        (ONE + "  pagse: x\n", "unknown keys: pagse"),
        (ONE.replace("bot: health", "bot: doctor"), "there is no bot 'doctor'"),
        (ONE.replace("status: answered", "status: solved"), "there is no status 'solved'"),
        (ONE.replace("status: answered", "status: []"), "status is an empty list"),
        (ONE.replace("pages: [feber, influenza]", "pages: feber"), "pages must be a list"),
        (ONE + "  turns: Hvad er feber?\n", "turns must be a list"),
        (ONE + "  turns: ['']\n", "turns holds ''"),
        (ONE + "  never: [null]\n", "never holds None"),
        (ONE + "  changes_subject: true\n", "changes_subject needs turns"),
        (ONE + "  both: ja\n", "both must be true or false"),
        (ONE + "  both: true\n", "both needs handover"),
        (ONE + "  handover: doctor\n", "handover: there is no bot 'doctor'"),
        (ONE + "  handover: health\n", "health cannot hand over to itself"),
        (ONE + "  caution: worry\n", "caution must be one of dosing, diagnosis, test_result"),
        (ONE + "  page: feber\n", "page must be a path"),
        (ONE.replace("status: answered", "status: emergency") + "  beside: true\n", "beside is for a question"),
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
