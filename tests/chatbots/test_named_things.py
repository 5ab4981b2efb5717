from __future__ import annotations

from collections import Counter

import pytest

from chatbots.lexical import STOP_WORDS, fold, is_stop_word, words
from chatbots.named_things import NAMED_THINGS_FILE, named_things, things_in


def thing(name: str) -> int:
    """Return the number of the thing that has this very name."""
    return next(number for number, names in enumerate(named_things()) if name in names)


def heads(text: str, language: str = "da") -> set[str]:
    """Return what `text` names, each by the first of its names."""
    return {named_things()[number][0] for number in things_in(text, language)}


def folded(name: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in words(name))


def test_every_line_holds_names_of_letters_or_numbers_parted_by_bars() -> None:
    for names in named_things():
        for name in names:
            assert words(name), names
            assert name == name.lower(), names
    for line in NAMED_THINGS_FILE.read_text(encoding="utf-8").splitlines():
        assert line.startswith("#") or line == " | ".join(part.strip() for part in line.split("|")), line


def test_no_name_stands_twice() -> None:
    counted = Counter(folded(name) for names in named_things() for name in names)
    assert [name for name, times in counted.items() if times > 1] == []


def test_no_name_is_a_stop_word_alone_or_shorter_than_two_signs() -> None:
    single = [name for names in named_things() for name in names if len(words(name)) == 1]
    assert [name for name in single for language in STOP_WORDS if is_stop_word(name, language)] == []
    assert [name for name in single if len(name) < 2] == []


def test_the_lines_of_a_section_are_in_danish_alphabetical_order() -> None:
    order = {letter: at for at, letter in enumerate(" -.,'&0123456789aàbcçdeéèfghijklmnopqrstuvwxyzæäøöå")}
    sections = NAMED_THINGS_FILE.read_text(encoding="utf-8").split("# ── ")[1:]
    assert len(sections) == 4
    for section in sections:
        lines = [[order[letter] for letter in line.split(" | ")[0]] for line in section.splitlines()[1:] if line]
        assert lines == sorted(lines)


def test_every_name_finds_its_own_thing_in_either_language() -> None:
    for number, names in enumerate(named_things()):
        for name in names:
            for language in ("da", "en"):
                assert number in things_in(name, language), (name, language)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("hvad gør jeg ved nyrestenen", "nyresten"),
        ("hvordan bliver jeg af med hovedlusene", "hovedlus"),
        ("mine børn har fået lusene igen", "lus"),
        ("hvor længe varer lungebetændelsen", "lungebetændelse"),
        ("er hæmoriderne farlige", "hæmorider"),
        ("hvornår kommer influenzavaccinen", "influenza"),
        ("hvornår kommer influenzavaccinen", "vaccine"),
        ("min migrænedagbog", "migræne"),
        ("skal vi have allergiudredning", "allergi"),
        ("har hun boerneorm", "børneorm"),
        ("bornesar smitter", "børnesår"),
        ("er det braekket arm", "brækket arm"),
        ("min far har kraeft", "kræft"),
        ("jeg har hold i ryggen", "back pain"),
        ("hun fik skrup af på knæet", "hudafskrabning"),
        ("må jeg tage Panodil", "paracetamol"),
        ("hvad koster Wegovy", "semaglutid"),
        ("kan jeg låne en rollator", "rollator"),
        ("hvor hænger hjerte starteren", "hjertestarter"),
        ("nyre sten gør ondt", "nyresten"),
    ],
)
def test_a_danish_text_names_a_thing_in_any_ending_spelling_or_compound(text: str, name: str) -> None:
    assert thing(name) in things_in(text, "da")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("how do I get rid of head lice", "hovedlus"),
        ("do kidney stones hurt", "nyresten"),
        ("is chickenpox catching", "skoldkopper"),
        ("can I get a flu jab here", "influenza"),
        ("my hearing aids whistle", "høreapparat"),
        ("painkillers for migraines", "migræne"),
    ],
)
def test_an_english_text_names_the_same_things(text: str, name: str) -> None:
    assert thing(name) in things_in(text, "en")


@pytest.mark.parametrize(
    "text",
    [
        "det ser lusket ud",
        "jeg vil brokke mig over ventelisten",
        "sæt maden på køl",
        "reglen træder i kraft",
        "hun fik kræfter igen",
        "tre gange ad gangen",
        "vi høster æbler",
        "hvordan dæmning og opstramning hænger sammen",
        "politiske partier",
        "familier med børn",
        "hun har fødselsdag",
        "min søn har brækket sig",
        "hvad er vort ansvar",
        "det er i gang",
        "hvor længe skal der stå væske",
    ],
)
def test_words_that_only_look_like_a_name_name_nothing(text: str) -> None:
    assert heads(text) == set()


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("hay fever", "en", {"høfeber"}),
        ("type 1-diabetes", "da", {"type 1-diabetes"}),
        ("what is breast cancer", "en", {"brystkræft"}),
        ("heatstroke", "en", {"hedeslag"}),
        ("pollenallergi og feber", "da", {"høfeber", "feber"}),
        ("reception", "en", {"reception"}),
    ],
)
def test_a_longer_name_hides_the_names_inside_it(text: str, language: str, expected: set[str]) -> None:
    assert heads(text, language) == expected


def test_a_general_term_and_a_kind_of_it_are_things_of_their_own() -> None:
    for general, kind in (("kræft", "brystkræft"), ("diabetes", "type 2-diabetes"), ("blodtryk", "lavt blodtryk")):
        assert thing(general) != thing(kind)
