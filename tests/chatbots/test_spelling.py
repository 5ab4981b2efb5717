from __future__ import annotations

from collections import Counter

import pytest

from chatbots.lexical import words
from chatbots.spelling import SpellingRepairer

DANISH = """
    Skoldkopper smitter, fra du får udslæt. Hovedpine og migræne. Søvnproblemer hos børn: gå i seng samme tid.
    Halsbetændelse, mellemørebetændelse og lungebetændelse. Penicillin. Blærebetændelse gør ondt, når du tisser.
    Åbningstider: sundhedscentret har åbent hver dag. Vaccination mod influenza. Forkølelse varer en uge. Feber.
    Du får ondt i halsen. Stress. Kostvejledning. Hosten. Diabetes type 2. Lægevagten. Forstoppelse. Hovedlus.
"""
ENGLISH = "Chickenpox spreads easily. Sore throat and influenza. Appointment and opening hours. Vaccination. Headache."


def repairer(text: str, language: str) -> SpellingRepairer:
    return SpellingRepairer(Counter(words(text)), language)


DA, EN = repairer(DANISH, "da"), repairer(ENGLISH, "en")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("skoldkoper", "skoldkopper"),
        ("skoldcopper", "skoldkopper"),
        ("infuenza", "influenza"),
        ("inlfuenza", "influenza"),  # two letters changed places
        ("penicilin", "penicillin"),
        ("lungebetendelse", "lungebetændelse"),
        ("mellemørebetendelse", "mellemørebetændelse"),
        ("diabetis", "diabetes"),
        ("forstoppellse", "forstoppelse"),
        ("migrane", "migræne"),
        ("migrene", "migræne"),  # though "mig" and "rene" are words
    ],
)
def test_a_misspelt_word_becomes_the_one_the_pages_have(typed: str, meant: str) -> None:
    assert DA.repair(f"har du {typed}?") == f"har du {meant}?"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("soevnproblemer", "søvnproblemer"),
        ("sovnproblemer", "søvnproblemer"),
        ("aabningstider", "åbningstider"),
        ("abningstider", "åbningstider"),
        ("forkoelelse", "forkølelse"),
        ("forkolelse", "forkølelse"),
        ("blaerebetaendelse", "blærebetændelse"),
        ("laegevagten", "lægevagten"),
        ("naar faar man udslaet", "når får man udslæt"),
    ],
)
def test_danish_letters_that_are_missing_are_put_back(typed: str, meant: str) -> None:
    assert DA.repair(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("jeg har hoved pine", "jeg har hovedpine"),
        ("kost vejledning", "kostvejledning"),
        ("hals betændelse", "halsbetændelse"),
        ("soevn problemer hos boern", "søvnproblemer hos børn"),
    ],
)
def test_a_compound_written_apart_is_joined(typed: str, meant: str) -> None:
    assert DA.repair(typed) == meant


@pytest.mark.parametrize(
    "question",
    [
        "Hvad koster en tandlæge?",
        "Kan jeg parkere min bil ved biblioteket?",
        "hvem vandt kampen i går",
        "opskrift på frikadeller",
        "skal jeg betale skat af min pension",
        "hvordan virker en varmepumpe",
        "Har I åbent den 24. december kl. 10?",
        "du får hver dag ondt",
        "covid-19, type 2 og B12",
        "",
        "?!",
        "   ",
    ],
)
def test_words_that_the_language_has_are_left_alone(question: str) -> None:
    assert DA.repair(question) == question


def test_words_of_the_pages_keep_their_case() -> None:
    assert DA.repair("HOVEDPINE og Feber") == "HOVEDPINE og Feber"


def test_two_words_of_the_pages_are_not_joined_into_one_they_lack() -> None:
    assert DA.repair("feber stress") == "feber stress"


def test_short_words_are_never_guessed() -> None:
    assert DA.repair("fbr hst") == "fbr hst"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("chikenpox", "chickenpox"),
        ("vacination", "vaccination"),
        ("apointment", "appointment"),
        ("influensa", "influenza"),
    ],
)
def test_english_is_repaired_against_english_pages(typed: str, meant: str) -> None:
    assert EN.repair(f"about {typed}") == f"about {meant}"


def test_english_words_are_left_alone() -> None:
    question = "How do I renew my passport before travelling?"
    assert EN.repair(question) == question


def test_a_repairer_of_no_words_changes_nothing() -> None:
    assert SpellingRepairer({}, "da").repair("kan jeg faa skoldkoper") == "kan jeg få skoldkoper"


def test_repairing_twice_is_repairing_once() -> None:
    for question in ("kan man faa skoldkoper to gange, har hoved pine", "soevn problemer", "blaerebetendelse"):
        once = DA.repair(question)
        assert DA.repair(once) == once
