"""A long message is judged part by part."""

from __future__ import annotations

from chatbots.lexical import words
from chatbots.safety.clauses import MOST_PARTS, SHORT, parts

LONG = (
    "Vi har haft en dejlig weekend i sommerhuset, og børnene har badet hver dag. Jeg ville egentlig bare spørge om "
    "vaccinationer, men min mand sidder nu og holder sig til brystet og kan ikke få luft, og vi har langt til lægen."
)


def test_a_short_message_has_no_parts() -> None:
    assert parts("Jeg har ondt i brystet. Hvad gør jeg?") == []


def test_the_dangerous_clause_of_a_long_story_stands_alone() -> None:
    found = parts(LONG)
    assert any("holder sig til brystet" in part and "weekend" not in part for part in found)
    assert all(len(words(part)) <= SHORT for part in found)


def test_no_word_of_the_message_is_lost() -> None:
    said = " ".join(parts(LONG))
    assert all(word in words(said) for word in words(LONG))


def test_the_last_parts_of_a_very_long_message_are_judged() -> None:
    found = parts("Der er sket meget her. " * 60 + "Nu vil jeg ikke leve mere.")
    assert len(found) <= MOST_PARTS
    assert any("ikke leve mere" in part for part in found)
