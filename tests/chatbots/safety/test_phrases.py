"""Phrases are found in whatever inflection and spelling, and not in what merely resembles them."""

from __future__ import annotations

import pytest

from chatbots.safety.phrases import Matcher, PhraseError, matches, parse_phrases, tokens


def found(phrases: str, text: str) -> list[str]:
    parsed = parse_phrases(phrases)
    return [phrase.line for phrase, *_ in matches(parsed, Matcher(parsed).read(tokens(text)))]


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("ondt … brystet", "Jeg har ondt i brystet"),
        ("ondt … brystet", "ONDT her i bryst!!"),
        ("trækker ikke vejret", "han traekker ik vejret"),
        ("trækker ikke vejret", "han trækker ikke vejret"),
        ("forgiftning", "forgiftninger"),
        ("bevidstløs", "hun er bevistløs"),
        ("selvmord", "selvmrd"),
        ("overdosis", "overdossis"),
        ("skæv/skævt … mund/munden", "munden er skæv, ja skæv om munden"),
        ("bryst*", "brystkassen"),
        ("*kramper", "feberkramper"),
        ("not breathe", "I can't breathe"),
        ("hjælp", "hjææææælp"),
    ],
)
def test_a_phrase_is_found(phrase: str, text: str) -> None:
    assert found(phrase, text) == [phrase]


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("blodprop", "jeg skal have taget en blodprøve"),
        ("ondt … brystet", "ondt i halsen, og siden mærkede jeg noget i brystet"),
        ("trækker ikke vejret", "vejret er ikke godt"),
        ("dø", "du er sød"),
        ("magnet", "magnetisme er spændende"),
    ],
)
def test_a_phrase_is_not_found_in_what_only_resembles_it(phrase: str, text: str) -> None:
    assert found(phrase, text) == []


@pytest.mark.parametrize("line", ["… …", "!!!", "a*"])
def test_a_phrase_that_says_nothing_is_refused(line: str) -> None:
    with pytest.raises(PhraseError) as error:
        parse_phrases(f"ondt i brystet\n{line}")
    assert error.value.line == line


def test_a_gap_stands_for_three_words_at_most() -> None:
    assert found("ondt … brystet", "ondt en to tre brystet")
    assert not found("ondt … brystet", "ondt en to tre fire brystet")
