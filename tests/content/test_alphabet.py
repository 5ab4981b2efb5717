from __future__ import annotations

import pytest

from content.alphabet import by_letter
from content.models import Page


def titles(language: str, *written: str) -> dict[str, list[str]]:
    """Return the titles under each letter that has any."""
    letters = by_letter([Page(title=title) for title in written], language)
    return {letter.name: [page.title for page in letter.pages] for letter in letters if letter.pages}


def test_danish_ends_with_its_own_letters_and_takes_aa_for_the_last() -> None:
    found = titles("da", "Åreknuder", "Øjne", "Ældre", "Astma", "Aabenraa", "Zika", "Øre", "Börn", "Bøf", "Bær", "Bål")

    assert list(found) == ["A", "B", "Z", "Æ", "Ø", "Å"]
    assert found["A"] == ["Astma"]
    assert found["B"] == ["Bær", "Bøf", "Börn", "Bål"]
    assert found["Å"] == ["Aabenraa", "Åreknuder"]


def test_english_has_no_letters_beyond_z() -> None:
    assert titles("en", "Ælf", "Zika", "Åvang", "Aardvark") == {"A": ["Aardvark", "Ælf", "Åvang"], "Z": ["Zika"]}


def test_words_are_sorted_one_by_one_and_signs_are_passed_over() -> None:
    assert titles("da", "Ondt-i-øret", "Ondt i halsen", "Onde", "“Ondt i ryggen”", "ondt") == {
        "O": ["Onde", "ondt", "Ondt i halsen", "“Ondt i ryggen”", "Ondt-i-øret"]
    }


def test_an_accent_does_not_make_another_letter() -> None:
    assert titles("da", "Émil", "Eksem", "Übung", "Yoga") == {"E": ["Eksem", "Émil"], "Y": ["Übung", "Yoga"]}


def test_what_begins_with_no_letter_stands_first_and_only_where_there_is_some() -> None:
    assert list(titles("da", "5 råd", "Astma", "…")) == ["0–9", "A"]
    assert by_letter([], "da")[0].name == "A"


@pytest.mark.parametrize(("language", "number", "last"), [("da", 29, "aa"), ("en", 26, "z")])
def test_every_letter_is_there_with_a_place_of_its_own(language: str, number: int, last: str) -> None:
    letters = by_letter([Page(title="Astma")], language)

    assert len({letter.anchor for letter in letters}) == len(letters) == number
    assert letters[-1].anchor == last
