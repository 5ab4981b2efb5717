from __future__ import annotations

import pytest

from chatbots.answering.grounding import facts


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Højst 4 gram i døgnet", "da", [("4", "g")]),
        ("2 til 3 uger", "da", [("2", "week"), ("3", "week")]),
        ("38-39 grader", "da", [("38", "degree"), ("39", "degree")]),
        ("mellem 8 og 16", "da", [("8", ""), ("16", "")]),
        ("fra kl. 8.00 til 16.30", "da", [("8.00", ""), ("16.30", "")]),
        ("det koster 1.250 kr.", "da", [("1250", "krone")]),
        ("det koster 250,50 kr.", "da", [("250.50", "krone")]),
        ("den 3. januar", "da", [("3", "january")]),
        ("on 1 March or May 2", "en", [("1", "march"), ("2", "may")]),
        ("to gange om dagen i syv dage", "da", [("2", "time"), ("7", "day")]),
        ("give two tablets to him", "en", [("2", "tablet")]),
        ("3 hele dage", "da", [("3", "day")]),
        ("en dag", "da", []),
        ("ring 112 eller 82 12 12 12", "da", []),
        ("5 % har det", "da", [("5", "percent")]),
    ],
)
def test_numbers_come_with_their_units(text: str, language: str, expected: list[tuple[str, str]]) -> None:
    assert [tuple(number) for number in facts.numbers(text, language)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ring 62 00 40 00", {"62004000"}),
        ("Ring +45 62004000.", {"62004000"}),
        ("Ring 112 eller 1813", {"112", "1813"}),
        ("Børnetelefonen 116 111", {"116111"}),
        ("Livslinien 70 201 201", {"70201201"}),
        ("kl. 11.30, 1120 kr. og 2026", set()),
        ("12 34 56", set()),
    ],
)
def test_telephone_numbers_are_told_from_other_numbers(text: str, expected: set[str]) -> None:
    assert facts.phones(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Se https://a.example/b.", {"a.example/b"}),
        ("Se www.sundhed.dk!", {"www.sundhed.dk"}),
        ("skriv til a@b.dk", {"a@b.dk"}),
        ("se [her](javascript:alert)", {"javascript:alert"}),
        ("gå til /kontakt/os", {"/kontakt/os"}),
        ("mand/kvinde og 1/2 og f.eks. bl.a.", set()),
    ],
)
def test_links_are_found_in_whatever_form(text: str, expected: set[str]) -> None:
    assert facts.links(text) == expected


@pytest.mark.parametrize(
    ("said", "known", "unfounded"),
    [
        ("4 uger", "4 uger", False),
        ("4 uger", "4 dage", True),
        ("5 uger", "4 uger", True),
        ("over 38", "38 grader", False),
        ("38 grader", "over 38", False),
        ("fire uger", "4 uger", False),
        ("8.30", "8:30", False),
        ("08.30", "8.30", False),
    ],
)
def test_a_number_must_be_known_with_its_unit(said: str, known: str, unfounded: bool) -> None:
    found = list(facts.unfounded_numbers(facts.numbers(said, "da"), facts.numbers(known, "da")))
    assert bool(found) is unfounded


def test_days_and_months_are_the_same_in_both_languages() -> None:
    assert facts.days("Tirsdag den 3. maj") == facts.days("Tuesday 3 May") == {"tuesday", "may"}
    assert facts.days("you may march on") == set()
