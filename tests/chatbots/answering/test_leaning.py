from __future__ import annotations

import pytest

from chatbots.answering.halves import questions_in
from chatbots.answering.leaning import leaning_of

KNOWN = {"influenza", "malaria", "tættekam", "hoste", "skærm", "influenza's", "fridge"}


def knows(word: str) -> bool:
    return word in KNOWN


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Og hvad med børn?", "da"),
        ("Hvor længe varer det?", "da"),
        ("Hvad koster det?", "da"),
        ("er det farligt?", "da"),
        ("gælder det også om søndagen?", "da"),
        ("vor lang tid smiter det", "da"),
        ("hvor længe skal man blive ved med medicinen", "da"),
        ("and for adults?", "en"),
        ("and for toddlers?", "en"),
        ("what about newborn boys?", "en"),
        ("how long does it last?", "en"),
        ("is it contagious for pregnant women", "en"),
    ],
)
def test_a_question_without_a_subject_names_nothing(question: str, language: str) -> None:
    assert leaning_of(question, language, knows).names_nothing


@pytest.mark.parametrize(
    ("question", "subjects"),
    [
        ("hvad hjælper mod hoste?", ("hoste",)),  # One letter from "koste", and a word of the site.
        ("og influenza?", ("influenza",)),
        ("hvad med malaria", ("malaria",)),
        ("hvor køber jeg en tættekam til børn", ("kober", "tattekam")),
    ],
)
def test_words_that_may_be_a_subject_are_told(question: str, subjects: tuple[str, ...]) -> None:
    assert leaning_of(question, "da", knows).subjects == subjects


@pytest.mark.parametrize(
    "question",
    [
        *(
            "det er lørdag, og lægen har lukket",
            "it's sunday night and my gp is shut",
            "hvor længe ligger det jeg skriver",
        ),
        *("jeg har influenza, smitter det?", "Der er nogen, der hoster"),
    ],
)
def test_a_pronoun_that_needs_no_earlier_subject_is_none(question: str) -> None:
    assert not leaning_of(question, "en" if question.startswith("it") else "da", knows).refers


@pytest.mark.parametrize(
    "question", ["er det farligt?", "må han komme i skole", "does it hurt", "hvad gør man ved dem"]
)
def test_a_pronoun_refers(question: str) -> None:
    assert leaning_of(question, "en" if "does" in question else "da", knows).refers


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("og hvad med børn?", "børn"),
        ("Og hos voksne?", "hos voksne"),
        ("hvad så med lus", "lus"),
        ("what about children?", "children"),
        ("og hvornår må jeg gå på arbejde igen?", ""),
        ("hvor længe varer det", ""),
    ],
)
def test_what_is_left_of_a_question_that_only_goes_on(question: str, rest: str) -> None:
    assert leaning_of(question, "en" if rest == "children" else "da", knows).rest == rest


# ── Several questions in one ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        (
            "hvad koster influenzavaccinen hos jer, og kan jeg få den når jeg har feber?",
            ["hvad koster influenzavaccinen hos jer", "kan jeg få den når jeg har feber?"],
        ),
        (
            "where do i park, and from what temperature does a toddler have a fever",
            ["where do i park", "from what temperature does a toddler have a fever"],
        ),
        (
            "jeg har roskildesyge. hvordan melder jeg fra, og hvor længe smitter det",
            ["hvordan melder jeg fra", "hvor længe smitter det"],
        ),
    ],
)
def test_a_question_of_two_is_split(text: str, questions: list[str]) -> None:
    assert [piece.text for piece in questions_in(text)] == questions


def test_a_piece_knows_what_was_said_before_it() -> None:
    _first, second = questions_in("jeg har roskildesyge. hvordan melder jeg fra, og hvor længe smitter det")
    assert second.before == "jeg har roskildesyge. hvordan melder jeg fra"


@pytest.mark.parametrize(
    "text",
    [
        "hvad hjælper mod hoste og ondt i halsen?",
        "lasagne fra i søndags, har stået koldt, kan vi tage den torsdag aften?",
        "hvad koster det, og hvad så?",
        "hvad er det? hvor gør det ondt? hvornår går det væk? hvem skal jeg ringe til?",
        "",
    ],
)
def test_one_question_and_a_story_are_left_whole(text: str) -> None:
    assert questions_in(text) == ()
