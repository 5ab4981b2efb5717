"""What a sentence states that can be compared to the letter: numbers with their units, telephone numbers, links, days.

Pure. Danish and English.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Number(NamedTuple):
    """A number as written with digits, and its unit; "" when none follows."""

    value: str
    unit: str


_UNITS = {
    "mg": "mg milligram milligrams",
    "µg": "µg μg mcg mikrogram microgram micrograms",
    "g": "g gram grams",
    "kg": "kg kilo kilos kilogram kilograms",
    "ml": "ml milliliter millilitre millilitres",
    "dl": "dl deciliter decilitre",
    "l": "l liter litre litres liters",
    "mm": "mm millimeter millimetre millimetres",
    "cm": "cm centimeter centimetre centimetres centimeters",
    "m": "m meter metre metres meters",
    "km": "km kilometer kilometre kilometres kilometers",
    "degree": "° °c c grad grader degree degrees celsius",
    "percent": "% pct procent percent",
    "krone": "kr kroner krone dkk",
    "second": "s sek sekund sekunder second seconds",
    "minute": "min minut minutter minute minutes minutters",
    "hour": "time timer hour hours hrs timers",
    "day": "døgn døgns dag dage dages day days",
    "week": "uge uger ugers week weeks",
    "month": "måned måneder mdr måneders month months",
    "year": "år års årig årige year years",
    "time": "gang gange times",
    "tablet": "tablet tabletter pille piller tablets pill pills",
    "glass": "glas glasses",
    "unit": "enhed enheder genstand genstande units",
    "mmhg": "mmhg",
    "mmol": "mmol",
    "thousand": "tusind tusinde thousand",
    "million": "million millioner",
    "person": "person personer people voksne voksen adult adults barn børn child children",
}
_MONTHS = {
    "january": "januar january jan",
    "february": "februar february feb",
    "march": "marts march",
    "april": "april",
    "may": "maj may",
    "june": "juni june",
    "july": "juli july",
    "august": "august",
    "september": "september",
    "october": "oktober october",
    "november": "november",
    "december": "december",
}
_DAYS = {
    "monday": "mandag mandage mandagen mandags monday mondays",
    "tuesday": "tirsdag tirsdage tirsdagen tirsdags tuesday tuesdays",
    "wednesday": "onsdag onsdage onsdagen onsdags wednesday wednesdays",
    "thursday": "torsdag torsdage torsdagen torsdags thursday thursdays",
    "friday": "fredag fredage fredagen fredags friday fridays",
    "saturday": "lørdag lørdage lørdagen lørdags saturday saturdays",
    "sunday": "søndag søndage søndagen søndags sunday sundays",
}


def _by_word(table: dict[str, str]) -> dict[str, str]:
    return {word: name for name, words in table.items() for word in words.split()}


_UNIT_OF = _by_word(_UNITS)
_MONTH_OF = _by_word(_MONTHS)
_DAY_OF = _by_word(_DAYS)

_WORDS_DA = "nul . to tre fire fem seks syv otte ni ti elleve tolv tretten fjorten femten seksten sytten atten nitten"
_WORDS_EN = (
    "zero . two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS_DA = "tyve tredive fyrre halvtreds tres halvfjerds firs halvfems hundrede"
_TENS_EN = "twenty thirty forty fifty sixty seventy eighty ninety hundred"


def _number_words(ones: str, tens: str) -> dict[str, str]:
    named = {word: str(value) for value, word in enumerate(ones.split()) if word != "."}
    return named | {word: str(10 * value) for value, word in enumerate(tens.split(), 2)}


#: Words that are numbers. "en", "et" and "one" are left out: they are articles and pronouns too.
_NUMBER_WORDS = {
    "da": _number_words(_WORDS_DA, _TENS_DA) | {"halvanden": "1.5", "halvandet": "1.5"},
    "en": _number_words(_WORDS_EN, _TENS_EN) | {"twice": "2"},
}

_PHONE = re.compile(
    r"(?<![\d.,])(?:\+\s?\d{2}\s?)?"
    r"(?:\d{2}(?:[ \u00a0]?\d{2}){3}|\d{2}[ \u00a0]\d{3}[ \u00a0]\d{3}|1\d{2}[ \u00a0]?\d{3})(?![\d.,]?\d)"
)
_SHORT_PHONE = re.compile(r"(?<![\d.,:])(?:11[23]|1813|1888|1812)(?![\d.,:]?\d)")
_LINK = re.compile(
    r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+\.\w+|\b[\w-]+(?:\.[\w-]+)*\.(?:dk|com|org|net|eu|io|info|example|se|no|de|uk)\b(?:/\S*)?"
    r"|\]\([^)]*\)|(?<![\w/])/[a-zæøå][\w-]*/\S*",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+|[%°µμ]|[–—-]|[^\w\s]", re.UNICODE)
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
#: Between the two ends of a range: "38-39 grader", "2 to 3 weeks".
_RANGE = frozenset("- – — til to og and eller or".split())


def phones(text: str) -> set[str]:
    """Return the telephone numbers in a text, digits only, without a country's code."""
    found = {re.sub(r"^\+\s?\d{2}|\D", "", match.group()) for match in _PHONE.finditer(text)}
    return found | set(_SHORT_PHONE.findall(text))


def links(text: str) -> set[str]:
    """Return the web and e-mail addresses in a text, and the targets of Markdown links."""
    return {
        match.group().strip("]().,;:!?\"'").lower().removeprefix("https://").removeprefix("http://")
        for match in _LINK.finditer(text)
    }


def days(text: str) -> set[str]:
    """Return the days of the week and the months that a text names, in English."""
    words = [token.lower() for token in _TOKEN.findall(text)]
    named = {_DAY_OF[word] for word in words if word in _DAY_OF}
    # "may" and "march" are other words too: they are months where a capital or a number tells so.
    return named | {number.unit for number in numbers(text, "da") if number.unit in _MONTHS}


def numbers(text: str, language: str) -> list[Number]:
    """Return the numbers in a text, written with digits or letters, with their units; telephone numbers left out."""
    text = _LINK.sub(" ", _SHORT_PHONE.sub(" ", _PHONE.sub(" ", text)))
    tokens = _TOKEN.findall(text)
    found = [(at, value) for at, token in enumerate(tokens) if (value := _value(token, language))]
    result = []
    for place, (at, value) in enumerate(found):
        result.append(Number(value, _unit(tokens, found, place, at)))
    return result


def _value(token: str, language: str) -> str:
    if token[0].isdigit():
        if _THOUSANDS.fullmatch(token):
            return re.sub(r"[.,]", "", token)
        plain = re.sub(r"[,:]", ".", token)
        return plain.lstrip("0") or "0"
    return _NUMBER_WORDS[language].get(token.lower(), "")


def _unit(tokens: list[str], found: list[tuple[int, str]], place: int, at: int) -> str:
    """Return the unit of the number at `at`: the next word or the one after it; for a range, that of its end."""
    following = tokens[at + 1 : at + 4]
    if following[:1] == ["."]:  # "den 3. januar", "20 kr."
        following = following[1:]
    if following and following[0].lower() in _RANGE and place + 1 < len(found) and found[place + 1][0] == at + 2:
        return _unit(tokens, found, place + 1, at + 2)
    for word in following[:2]:
        lower = word.lower()
        if unit := _UNIT_OF.get(lower) or _MONTH_OF.get(lower):
            return unit
        if not word[0].isalpha():
            return ""
    if at and (month := _MONTH_OF.get(tokens[at - 1].lower())):
        return month
    return ""


def unfounded_numbers(said: Iterable[Number], known: Iterable[Number]) -> Iterator[Number]:
    """Yield the numbers that are not known, or known with another unit only."""
    by_value: dict[str, set[str]] = {}
    for number in known:
        by_value.setdefault(number.value, set()).add(number.unit)
    for number in said:
        units = by_value.get(number.value, set())
        if not units or (number.unit and number.unit not in units and "" not in units):
            yield number
