from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbots.search.marking import Piece, Wanted


def marked(text: str, *asked: str, language: str = "da") -> list[str]:
    return [piece.text for piece in Wanted.of(language, *asked).pieces(text) if piece.is_match]


@pytest.mark.parametrize(
    ("asked", "text", "found"),
    [
        ("smerte", "Smerterne sidder i maven.", ["Smerterne"]),
        ("soevn", "Søvn er vigtig.", ["Søvn"]),
        ("betændelse", "Mellemørebetændelse gør ondt.", ["Mellemørebetændelse"]),
        ("ondt i halsen", "Har du ondt i halsen?", ["ondt", "halsen"]),
        ("feber barn", "Har barnet feber?", ["barnet feber"]),
        ("hvad er det", "Hvad er det for noget?", []),
        ("ar", "Armen har det godt.", []),
    ],
)
def test_words_are_marked_in_all_their_forms_and_nothing_else(asked: str, text: str, found: list[str]) -> None:
    assert marked(text, asked) == found


def test_the_words_as_they_were_put_right_are_marked_too() -> None:
    assert marked("Skoldkopper klør.", "skoldkoper", "skoldkopper") == ["Skoldkopper"]


@pytest.mark.parametrize(
    ("asked", "text", "share"),
    [
        ("ondt i maven", "Ondt i halsen går over.", 0.25),
        ("ondt i maven", "Det gør ondt i maverne.", 1.0),
        ("betændelse", "Mellemørebetændelse gør ondt.", 1.0),
        ("feber", "Hoste varer i to uger.", 0.0),
        ("hvad er det", "Hvad er det?", 0.0),
    ],
)
def test_a_text_says_a_share_of_the_words_by_how_telling_they_are(asked: str, text: str, share: float) -> None:
    weights = {"mav": 3.0}

    assert Wanted.of("da", asked).share_said(text, lambda stem: weights.get(stem, 1.0)) == share


@given(st.text(), st.text())
def test_the_pieces_are_the_text_whole_and_unaltered(asked: str, text: str) -> None:
    pieces = Wanted.of("da", asked).pieces(text)

    assert "".join(piece.text for piece in pieces) == text
    assert Piece("", False) not in pieces
