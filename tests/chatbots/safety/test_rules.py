"""A rule needs what it needs, and is blocked by what blocks it."""

from __future__ import annotations

from chatbots.safety.rules import Rule, RuleBook


def book(**changes: object) -> RuleBook:
    fields = {
        "name": "Brystsmerter",
        "topic": "chest_pain",
        "outcome": "emergency",
        "strict": False,
        "phrases": "ondt … brystet",
        "needs": "",
        "blocked_by": "",
    }
    return RuleBook([Rule.written(**{**fields, **changes})])  # type: ignore[arg-type]


def test_a_hit_says_what_was_typed() -> None:
    (hit,) = book().hits("Av, jeg har ondt midt i brystet i dag")
    assert (hit.words, hit.phrase, hit.counts) == ("ondt midt i brystet", "ondt … brystet", True)


def test_a_rule_counts_only_with_what_it_needs() -> None:
    rules = book(needs="sveder\nvenstre arm")
    assert not rules.hits("Jeg har ondt i brystet")[0].counts
    assert rules.hits("Jeg har ondt i brystet og i venstre arm")[0].counts


def test_a_blocked_rule_does_not_count_and_says_why() -> None:
    (hit,) = book(blocked_by="for … siden").hits("Jeg havde ondt i brystet for ti år siden")
    assert not hit.counts
    assert hit.blocked == "for … siden"


def test_a_sentence_without_the_phrase_has_no_hit() -> None:
    assert book().hits("Hvornår har I åbent?") == []
