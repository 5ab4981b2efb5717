"""What identifies a visitor is taken out of what they write; what does not stays."""

from __future__ import annotations

import random
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbots.safety.masking import DOTS, is_birth_date, mask
from tests.chatbots.safety.identifying import KINDS, SENTENCES, disguised, harmless

SEED = 20261121


def plain_digits(text: str) -> str:
    return "".join(str(unicodedata.digit(character)) for character in text if character.isdigit())


@pytest.mark.parametrize("kind", KINDS)
def test_of_2500_generated_strings_of_each_kind_none_is_let_through(kind: str) -> None:
    chance = random.Random(f"{SEED} {kind}")
    let_through = []
    for _ in range(2500):
        secret = KINDS[kind](chance)
        written = disguised(secret, chance)
        before, _, after = chance.choice(SENTENCES).partition("{}")
        masked = mask(before + written + after)
        if masked.text != before + DOTS + after or kind not in masked.kinds:
            let_through.append((before + written + after, masked))
    assert let_through == []


def test_of_2000_harmless_sentences_none_is_changed() -> None:
    chance = random.Random(SEED)
    changed = [(text, mask(text).text) for text in (harmless(chance) for _ in range(2000)) if mask(text).kinds]
    assert changed == []


@pytest.mark.parametrize(
    "text",
    [
        "Hvad er forskellen på 112 og 1813?",
        "Kan jeg ringe til 70 201 201 om natten?",
        "er det 82 12 12 12 eller 82121212 man ringer til ved forgiftning",
        "what is +45 70 201 201",
        "børnetelefonen 116111 eller 116 111",
        "Blodtryk 140/90, 150/95 og 135/85",
        "24.12.2026-02.01.2027 er der lukket",
        "1 2 3 4 5 6 7 8 9 10",
        "Omega-3 1000 mg, D-vitamin 10-20 mikrogram",
        "5.806.000 danskere",
        "følg os på @sundhed",
        "290201-4123 er ingen dato, for 2001 var intet skudår",
        "321390-1234",
        "101390-1234",
    ],
)
def test_what_identifies_nobody_stays(text: str) -> None:
    assert mask(text) == mask(text).__class__(text, frozenset())


@pytest.mark.parametrize(
    ("text", "masked", "kind"),
    [
        ("mit cpr er 451290-1234", f"mit cpr er {DOTS}", "cpr"),
        ("født 010190, og de sidste fire er 1234", f"født {DOTS}, og de sidste fire er {DOTS}", "cpr"),
        ("erstatningsnummer 610190-1234", f"erstatningsnummer {DOTS}", "cpr"),
        ("nyfødt: 010126-ABC1.", f"nyfødt: {DOTS}.", "cpr"),
        ("0️⃣1️⃣0️⃣1️⃣9️⃣0️⃣1️⃣2️⃣3️⃣4️⃣", DOTS, "cpr"),
        ("12 34 010190 1234", f"12 {DOTS}", "cpr"),
        ("lone@hotmail", DOTS, "email"),
        ("skriv til lone snabel a mail punktum dk", f"skriv til {DOTS}", "email"),
        ("Mobil: 12 345 67", f"Mobil: {DOTS}", "phone"),
        ("ring til mig på 070-123 45 67 i aften", f"ring til mig på {DOTS} i aften", "phone"),
        ("20304050 og 30405060", f"{DOTS} og {DOTS}", "phone"),
        ("kort 4571-1234-5678-9012", f"kort {DOTS}", "card"),
    ],
)
def test_what_is_said_in_a_roundabout_way_is_masked_too(text: str, masked: str, kind: str) -> None:
    found = mask(text)
    assert (found.text, kind in found.kinds) == (masked, True)


def test_every_kind_in_one_text_is_told() -> None:
    found = mask("010190-1234, bo@mail.dk, 20 30 40 50, 4111 1111 1111 1111")
    assert found.kinds == {"cpr", "email", "phone", "card"}
    assert found.text == ", ".join([DOTS] * 4)


@pytest.mark.parametrize(
    ("date", "serial", "fits"),
    [
        ("290200", "4123", True),  # 2000 was a leap year
        ("290200", "1123", False),  # 1900 was not
        ("290204", "4123", True),
        ("290204", "1123", True),
        ("290204", "5123", True),
        ("290203", "9123", False),
        ("290237", "9123", False),  # 1937
        ("290236", "9123", True),  # 2036
        ("290258", "5123", False),  # 1858
        ("290260", "7123", True),  # 1860
        ("310490", "1234", False),
        ("300490", "1234", True),
        ("000190", "1234", False),
        ("010090", "1234", False),
    ],
)
def test_a_civil_registration_number_begins_with_a_date_of_its_century(date: str, serial: str, fits: bool) -> None:
    assert is_birth_date(date[:2], date[2:4], date[4:], serial) is fits


def test_modulus_11_is_not_asked_for() -> None:
    factors = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    number = "0101901235"
    assert sum(int(digit) * factor for digit, factor in zip(number, factors, strict=True)) % 11
    assert mask(number).kinds == {"cpr"}


@given(st.text())
def test_masking_never_fails_and_twice_is_once(text: str) -> None:
    once = mask(text)
    assert mask(once.text).text == once.text
    assert (once.text == text) == (not once.kinds)


@given(st.text("0123456789 .-/+()@abc,\u200b•", max_size=60))
def test_masking_twice_is_once_among_digits_too(text: str) -> None:
    once = mask(text)
    assert mask(once.text) == mask(once.text).__class__(once.text, frozenset())


def test_a_long_row_of_digits_takes_no_time() -> None:
    for text in ("1 " * 500, "12" * 500, "a@" * 500, "0" * 1000, "x" * 1000, "+4" * 500, "20-" * 330):
        assert len(re.sub(re.escape(DOTS), "", mask(text).text)) <= 1000
