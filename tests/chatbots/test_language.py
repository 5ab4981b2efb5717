from __future__ import annotations

import pytest

from chatbots.language import LANGUAGES, detect_language

DANISH = [
    "Hvornår har I åbent?",
    "hvornaar har i aabent",
    "kan jeg faa ondt i halsen af at sove med aabent vindue",
    "mit barn har feber",
    "Hvor kan jeg parkere?",
    "hvad hjælper mod hoste",
    "skal jeg blive hjemme med forkølelse",
    "hvor længe smitter influenza",
    "jeg kan ikke sove om natten",
]
ENGLISH = [
    "What are your opening hours?",
    "how long is the flu contagious",
    "my child has a fever, what should I do?",
    "where can I park my car",
    "Do I have to stay home with a cold?",
    "how do i book an appointment",
]
NEIGHBOURS = [
    "Hur länge smittar vattkoppor?",  # Swedish
    "Var kan jag parkera bilen någonstans?",
    "Hvor lenge smitter vannkopper?",  # Norwegian
    "Jeg har vondt i halsen, hva bør jeg gjøre?",
]


@pytest.mark.parametrize("hint", [None, "da", "en"])
@pytest.mark.parametrize("question", DANISH)
def test_danish_is_danish_wherever_it_is_asked(question: str, hint: str | None) -> None:
    assert detect_language(question, hint) == "da"


@pytest.mark.parametrize("hint", [None, "da", "en"])
@pytest.mark.parametrize("question", ENGLISH)
def test_english_is_english_wherever_it_is_asked(question: str, hint: str | None) -> None:
    assert detect_language(question, hint) == "en"


@pytest.mark.parametrize("question", NEIGHBOURS)
def test_swedish_and_norwegian_are_answered_in_danish(question: str) -> None:
    assert detect_language(question) == "da"


@pytest.mark.parametrize("question", ["", "?", "123", "🙂", "漢字", "covid-19"])
def test_what_has_no_language_gets_one_of_ours(question: str) -> None:
    assert detect_language(question) in LANGUAGES


@pytest.mark.parametrize(("hint", "expected"), [("da", "da"), ("en", "en")])
@pytest.mark.parametrize("question", ["influenza", "stress", "diabetes"])
def test_a_word_of_both_languages_is_that_of_the_page(question: str, hint: str, expected: str) -> None:
    assert detect_language(question, hint) == expected
