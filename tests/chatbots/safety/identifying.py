"""Strings that identify someone, and strings that look like them and are harmless, made from a seed."""

from __future__ import annotations

import calendar
import random
from collections.abc import Callable

SENTENCES = (
    "Hej, jeg hedder Bo, og mit nummer er {}. Hvad gør jeg ved feber?",
    "{}",
    "Kan I se min journal? {} tak",
    "hvad hjælper mod hoste ({})",
    "Mit barn, {}, har ondt i øret i 3 dage og 38,5 i feber",
    "My details: {}; can you call me back about my 2 appointments?",
    "jeg er 45 år {} og vejer 82,5 kg",
    "please book me in, {}\nthank you",
    "Det er:{}, siger hun",
    "åbner I kl. 8.00? {} Den 3. maj passer godt",
    "id:{}!",
    "I am 34 years old, {}, where can I park?",
)
FULL_WIDTH = str.maketrans("0123456789-@.", "０１２３４５６７８９－＠．")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
UNSEEN = ("\u200b", "\u200d", "\u2060", "\u00ad", "\ufeff", "\u200e")


def disguised(text: str, chance: random.Random) -> str:
    """Return `text` as it is, in other digits, with unseen characters, or with another kind of dash or space."""
    match chance.randrange(8):
        case 0:
            return text.translate(FULL_WIDTH)
        case 1:
            return "".join(character + chance.choice(("", *UNSEEN)) for character in text)
        case 2:
            return text.replace("-", chance.choice("–—‐‑−")).replace(" ", chance.choice("\u00a0\u2009\u202f\t"))
        case 3:
            return text.translate(ARABIC)
        case _:
            return text


def digits(count: int, chance: random.Random, first: str = "0123456789") -> str:
    return chance.choice(first) + "".join(chance.choice("0123456789") for _ in range(count - 1))


def cpr(chance: random.Random) -> str:
    """Return a civil registration number whose date and century fit, in one of the ways people type it."""
    seventh = chance.randrange(10)
    if seventh <= 3:
        year = chance.randint(1900, 1999)
    elif seventh in {4, 9}:
        year = chance.choice([chance.randint(2000, 2036), chance.randint(1937, 1999)])
    else:
        year = chance.choice([chance.randint(2000, 2057), chance.randint(1858, 1899)])
    month = chance.randint(1, 12)
    day = chance.randint(1, calendar.monthrange(year, month)[1])
    if chance.random() < 0.05:
        day += 60  # a replacement number
    serial = f"{seventh}{chance.randint(0, 999):03}"
    d, m, y = f"{day:02}", f"{month:02}", f"{year % 100:02}"
    return chance.choice(
        [
            f"{d}{m}{y}-{serial}", f"{d}{m}{y}{serial}", f"{d}{m}{y} {serial}", f"{d}{m}{y} - {serial}",
            f"{d}.{m}.{y}-{serial}", f"{d} {m} {y} {serial}", f"{d}-{m}-{y}-{serial}", f"{d}/{m}/{y} {serial}",
            f"{d}{m}{y}.{serial}", f"{d}{m}{y}/{serial}", f"{d} {m} {y}-{serial}", f"{d}{m}{year}-{serial}",
            " ".join(d + m + y + serial), f"{d}{m}{y}, {serial}", f"{d}{m}{y}\n{serial}", f"{d}{m} {y}{serial}",
        ]
    )  # fmt: skip


def email(chance: random.Random) -> str:
    name = chance.choice(["bo.hansen", "lone_k", "søren+læge", "a", "MARIE-LOUISE", "x1234567890", "o'neill"])
    host = chance.choice(["mail.dk", "gmail.com", "kk.kommune.dk", "firma-a.co.uk", "æblegård.dk", "e.eu"])
    at = chance.choice(["@", "@", "@", " @ ", " (at) ", "[at]", "{at}", " snabel-a ", "(snabela)"])
    return name + at + host


DANISH_GROUPINGS = ((8,), (2, 2, 2, 2), (4, 4), (3, 2, 3), (2, 3, 3), (2, 6))


def grouped(number: str, lengths: tuple[int, ...], separator: str) -> str:
    pieces, at = [], 0
    for length in lengths:
        pieces.append(number[at : at + length])
        at += length
    return separator.join(pieces)


def phone(chance: random.Random) -> str:
    if chance.random() < 0.3:
        return foreign_phone(chance)
    number = digits(8, chance, "23456789")
    while number.startswith("620040") or number in {"70201201", "82121212", "80313131"} or number[:4] == "7011":
        number = digits(8, chance, "23456789")
    prefix = chance.choice(["", "", "+45 ", "+45", "0045 ", "0045", "(+45) ", "+45-"])
    lengths = chance.choice(DANISH_GROUPINGS)
    separator = chance.choice([" ", " ", "-", ".", "\u00a0"])
    if not prefix and lengths == (4, 4) and separator == "-":
        separator = " "  # "2000-2500" is a range
    return prefix + grouped(number, lengths, separator)


def foreign_phone(chance: random.Random) -> str:
    plus = chance.choice(["+", "00"])
    return plus + chance.choice(
        [
            f"46 70 {digits(3, chance)} {digits(2, chance)} {digits(2, chance)}",
            f"47 {digits(3, chance, '49')} {digits(2, chance)} {digits(3, chance)}",
            f"49 151 {digits(8, chance)}",
            f"44 20 {digits(4, chance)} {digits(4, chance)}",
            f"1 ({digits(3, chance, '23456789')}) {digits(3, chance, '23456789')}-{digits(4, chance)}",
            f"299{digits(6, chance)}",
            f"48-{digits(3, chance, '5678')}-{digits(3, chance)}-{digits(3, chance)}",
        ]
    )


def card(chance: random.Random) -> str:
    """Return 13 to 19 digits with their check digit, as on a card."""
    length = chance.choice([16, 16, 16, 16, 13, 14, 15, 17, 18, 19])
    body = digits(length - 1, chance, "3456")
    number = next(body + last for last in "0123456789" if passes_luhn(body + last))
    separator = chance.choice(["", " ", " ", "-", "."])
    if length == 15 and separator:
        return grouped(number, (4, 6, 5), separator)
    return grouped(number, (4,) * (length // 4) + ((length % 4,) if length % 4 else ()), separator)


def passes_luhn(number: str) -> bool:
    """Check a card number the textbook way: double every second digit from the right, add the digits of it all."""
    doubled = "".join(str(int(digit) * (1 + at % 2)) for at, digit in enumerate(reversed(number)))
    return sum(map(int, doubled)) % 10 == 0


KINDS: dict[str, Callable[[random.Random], str]] = {"cpr": cpr, "email": email, "phone": phone, "card": card}


def harmless(chance: random.Random) -> str:
    """Return a sentence full of numbers that identify nobody."""
    n = chance.randint
    price = chance.choice(
        [f"{n(1, 999)} kr.", f"{n(1, 9)}.{n(0, 999):03} kr.", f"{n(1, 99)}.{n(0, 999):03}.{n(0, 999):03} kr.",
         f"{n(10, 99)} {n(0, 999):03} {n(0, 999):03} kroner", f"{n(10000000, 99999999)} kr.", f"{n(1, 5000)},50 kr"]
    )  # fmt: skip
    hours = chance.choice(
        [f"{n(6, 12)}-{n(13, 22)}", f"kl. {n(0, 12):02}.00-{n(13, 22)}.30", f"{n(0, 11):02}:15–{n(12, 23)}:45",
         f"{n(0, 12):02}00-{n(13, 19)}30", f"mandag {n(8, 9)}-12 og 13-{n(15, 18)}, fredag {n(8, 9)}-{n(12, 14)}"]
    )  # fmt: skip
    date = chance.choice(
        [f"{n(1, 28):02}.{n(1, 12):02}.{n(1950, 2035)}", f"{n(1, 28):02}-{n(1, 12):02}-{n(1950, 2035)}",
         f"{n(1950, 2035)}-{n(1, 12):02}-{n(1, 28):02}", f"{n(1, 28)}/{n(1, 12)} {n(2000, 2035)}",
         f"den {n(1, 28)}. maj kl. {n(8, 20)}", f"fra {n(1990, 2010)}-{n(2011, 2030)}", f"uge {n(1, 52)}"]
    )  # fmt: skip
    measure = chance.choice(
        [f"{n(35, 41)},{n(0, 9)} grader", f"{n(2, 150)} kg og {n(50, 210)} cm", f"{n(90, 190)}/{n(50, 110)}",
         f"{n(1, 1000)} mg {n(1, 4)} gange i {n(1, 14)} dage", f"{n(10, 40) * 50}-{n(41, 60) * 50} kcal",
         f"-{n(1, 20)} °C", f"{n(1, 99)} %", f"puls {n(40, 190)}", f"{n(1, 10)}-{n(11, 20)} uger", f"1:{n(1, 50)}"]
    )  # fmt: skip
    help_number = chance.choice(
        ["112", "1813", "116 111", "70 201 201", "70201201", "82 12 12 12", "+45 82 12 12 12", "1888", "114",
         "70 11 07 07", "80 31 31 31", "62 00 40 30"]
    )  # fmt: skip
    sentence = chance.choice(
        [
            "Koster det {price}, og har I åbent {hours}?", "hvad er {help_number} for et nummer? jeg så det {date}",
            "Feber på {measure} siden {date}", "is {help_number} open {hours} and is it {price}?",
            "Ring {help_number} ved {measure}", "{date}, {hours}: {price}", "Vi er 5 i familien, {measure}, {price}",
        ]
    )  # fmt: skip
    return sentence.format(price=price, hours=hours, date=date, measure=measure, help_number=help_number)
