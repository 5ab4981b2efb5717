from __future__ import annotations

import pytest

from chatbots.answering.grounding.polarity import flips


@pytest.mark.parametrize(
    ("sentence", "statement", "flipped"),
    [
        ("Du må ikke give honning.", "Giv ikke honning.", False),
        ("Du må give honning.", "Giv ikke honning.", True),
        ("Undgå honning.", "Giv ikke honning.", False),
        ("Antibiotika hjælper.", "Antibiotika hjælper ikke mod virus.", True),
        ("Ring til lægen, hvis barnet ikke drikker.", "Drikker barnet ikke, så ring til lægen.", False),
        ("Ring ikke til lægen, hvis barnet drikker.", "Drikker barnet ikke, så ring til lægen.", True),
        ("Kom før klokken 8.", "Kom efter klokken 8.", True),
        ("Det er ufarligt.", "Det er farligt.", True),
        ("Det koster mindst 200 kroner.", "Det koster højst 200 kroner.", True),
    ],
)
def test_danish_clauses_keep_their_yes_and_no(sentence: str, statement: str, flipped: bool) -> None:
    assert flips(sentence, [statement], "da") is flipped


@pytest.mark.parametrize(
    ("sentence", "statement", "flipped"),
    [
        ("Don't give honey to babies.", "Do not give honey to babies.", False),
        ("You can give honey to babies.", "Do not give honey to babies.", True),
        ("Avoid honey for babies.", "Babies must not have honey.", False),
        ("It is unsafe for children.", "It is safe for children.", True),
        ("Call above 39 degrees.", "Call below 39 degrees.", True),
        ("You cannot cancel by phone.", "You can cancel by phone.", True),
    ],
)
def test_english_clauses_keep_their_yes_and_no(sentence: str, statement: str, flipped: bool) -> None:
    assert flips(sentence, [statement], "en") is flipped


def test_the_clause_that_shares_most_decides_and_not_another_statement() -> None:
    known = ["Giv ikke honning til små børn.", "Giv barnet rigeligt at drikke."]
    assert flips("Giv honning til små børn.", known, "da")
    assert not flips("Giv barnet rigeligt at drikke.", known, "da")


def test_without_statements_nothing_is_flipped() -> None:
    assert not flips("Giv ikke honning.", [], "da")
