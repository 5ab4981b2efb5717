"""Find what identifies a visitor in what they write, and put dots in its place. Pure: standard library only.

Recognised are Danish civil registration numbers (cpr), payment cards, e-mail addresses and telephone numbers, in the
ways people type them: with spaces, hyphens, dots or nothing between the digits, in digits of any script, with
characters between them that nobody sees. Where a string could be one of these or a harmless number, it is masked:
dots in a question cost little. Help numbers that everybody may know stand in `public_numbers.txt` and are left.
"""

from __future__ import annotations

import calendar
import functools
import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: Stands where something was. No letter and no digit: nothing to search for, and of no language.
DOTS = "•••••"
PUBLIC_NUMBERS_FILE = Path(__file__).with_name("public_numbers.txt")

CPR, CARD, EMAIL, PHONE = "cpr", "card", "email", "phone"


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without what identifies its writer, and the kinds of what was taken out: cpr, card, email, phone."""

    text: str
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Found:
    kind: str
    start: int
    end: int


def mask(text: str) -> Masked:
    """Return `text` with dots in place of what identifies someone. Masking twice changes nothing."""
    seen = _Seen.of(text)
    if not seen.may_identify():
        return Masked(text, frozenset())
    found = _without_overlap([*_emails(seen.text), *_numbers(seen.text)])
    pieces, at = [], 0
    for one in found:
        start, end = seen.span(one.start, one.end)
        pieces += [text[at:start], DOTS]
        at = end
    return Masked("".join([*pieces, text[at:]]), frozenset(one.kind for one in found))


def _without_overlap(found: list[_Found]) -> list[_Found]:
    """Return the finds from left to right; where some overlap they become one, of the kind of the longest."""
    merged: list[_Found] = []
    kinds: list[tuple[int, str]] = []  # length and kind of the longest find in each
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        longest = (one.end - one.start, one.kind)
        if merged and one.start < merged[-1].end:
            longest = max(kinds.pop(), longest, key=lambda pair: pair[0])
            last = merged.pop()
            one = _Found(longest[1], last.start, max(last.end, one.end))
        merged.append(one)
        kinds.append(longest)
    return merged


# ── What an eye sees ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Seen:
    """A text as an eye sees it: plain digits and letters, nothing invisible. `origins[n]`: where character n stood."""

    text: str
    origins: tuple[int, ...]
    length: int

    @classmethod
    def of(cls, text: str) -> _Seen:
        if text.isascii():
            return cls(text.translate(_ASCII_SPACES), tuple(range(len(text))), len(text))
        characters: list[str] = []
        origins: list[int] = []
        for at, character in enumerate(text):
            for plain in _plain(character):
                characters.append(plain)
                origins.append(at)
        return cls("".join(characters), tuple(origins), len(text))

    def may_identify(self) -> bool:
        return sum(character in _DIGITS for character in self.text) >= _FEWEST_DIGITS or bool(
            _MAYBE_EMAIL.search(self.text)
        )

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a piece stands in the text itself, with the unseen characters that follow its last one."""
        following = self.origins[end] if end < len(self.origins) else self.length
        last = self.origins[end - 1]
        return self.origins[start], max(last + 1, following) if following > last else last + 1


_ASCII_SPACES = str.maketrans(dict.fromkeys("\t\n\r\v\f", " "))
_DIGITS = frozenset("0123456789")
_FEWEST_DIGITS = 7


@functools.lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    """Return a character as ASCII where it looks like that, "" for one that nobody sees."""
    if character.isascii():
        return character.translate(_ASCII_SPACES)
    if (digit := unicodedata.digit(character, None)) is not None:
        return str(digit)
    category = unicodedata.category(character)
    if category[0] == "M" or category in {"Cf", "Cc"} or character in _BLANK_LETTERS:
        return ""
    if category[0] == "Z":
        return " "
    if category == "Pd" or character in "\u2212\u2010\u00ad\u02d7\u30fc":
        return "-"
    if character in "·•․‧∙⋅・。":
        return "."
    return unicodedata.normalize("NFKC", character).translate(_ASCII_SPACES)


_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")

# ── E-mail addresses ────────────────────────────────────────────────────────────────────────────

_SPOKEN_AT = r"(?:snabel|krølle)[- ]?a"
_AT = (
    r"(?:\s{0,2}@\s{0,2}"
    rf"|\s{{0,2}}[(\[{{]\s?(?:at|{_SPOKEN_AT}|@)\s?[)\]}}]\s{{0,2}}"
    rf"|\s{{1,2}}{_SPOKEN_AT}\s{{1,2}})"
)
_DOT = r"(?:\.|\s{0,2}[(\[{]\s?(?:dot|punktum|prik|\.)\s?[)\]}]\s{0,2}|\s{1,2}(?:punktum|dot)\s{1,2})"
_MAYBE_EMAIL = re.compile(rf"@|{_SPOKEN_AT}|[(\[{{]\s?at\s?[)\]}}]", re.IGNORECASE)
_LOCAL = r"(?:\"[^\"]{1,64}\"|[^\s@<>()\[\]{},;:\"•]{1,200})"
_EMAIL = re.compile(
    # With a whole domain, or, written without a space, with the first part of one: "lone@hotmail".
    rf"{_LOCAL}(?:{_AT}[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{1,8}}|@[^\W\d][\w-]{{1,62}})",
    re.IGNORECASE,
)


def _emails(text: str) -> Iterator[_Found]:
    if _MAYBE_EMAIL.search(text):
        for match in _EMAIL.finditer(text):
            yield _Found(EMAIL, *match.span())


# ── Numbers ─────────────────────────────────────────────────────────────────────────────────────

#: What people put between the digits of a number.
_BETWEEN = r"[ .\-/_]"
#: Digits with little between them, from the first of a group on. Nothing longer than a card is looked at.
_RUN = re.compile(rf"[0-9](?:{_BETWEEN}{{0,3}}[0-9]){{0,25}}")
_GROUP_START = re.compile(r"(?<![0-9])[0-9]")


def _numbers(text: str) -> Iterator[_Found]:
    """Give every identifying number that begins with a group of digits, surest kind first."""
    text = _ABROAD.sub(_hide_public, text)
    for recognise in (_cpr, _cpr_in_two_places, _card, _foreign_phone, _danish_phone, _named_number):
        yield from recognise(text)


def _groups_from(text: str, start: int) -> list[tuple[int, int]]:
    """Return (start, end) of the groups of digits that a run of them from `start` on consists of."""
    match = _RUN.match(text, start)
    assert match
    return [(start + group.start(), start + group.end()) for group in re.finditer(r"[0-9]+", match[0])]


#: Where a number may be divided: day, month, year, serial number, or after each digit.
_CPR = re.compile(
    r"([0-9]{2})[ .\-/_]{0,2}([0-9]{2})[ .\-/_]{0,2}((?:18|19|20)?[0-9]{2})[ .\-/_,:;]{0,4}([0-9]{4})(?![0-9])"
)
_CPR_LETTERED = re.compile(
    r"([0-9]{2})([0-9]{2})([0-9]{2})[ -]?((?=[A-Z]*[0-9])(?=[0-9]*[A-Z])[0-9A-Z]{4})\b", re.IGNORECASE
)
_CPR_SPACED = re.compile(r"[0-9](?:[ .\-/_]{1,3}[0-9]){9}(?![ .\-/_]?[0-9])")
_CPR_WORD = re.compile(
    r"\b(?:cpr|personn(?:umme)?r|person[- ]?(?:id|number)|civil registration|social security)", re.IGNORECASE
)
_CPR_NAMED = re.compile(r"[0-9]{6}[ .\-/_,:;]{0,3}[0-9]{4}(?![0-9])")


def _cpr(text: str) -> Iterator[_Found]:
    for begin in _GROUP_START.finditer(text):
        start = begin.start()
        for pattern in (_CPR, _CPR_LETTERED):
            match = pattern.match(text, start)
            if match and not _is_listed(match) and is_birth_date(*match.groups()):
                yield _Found(CPR, start, match.end())
        if match := _CPR_SPACED.match(text, start):
            digits = re.sub(r"[^0-9]", "", match[0])
            if is_birth_date(digits[:2], digits[2:4], digits[4:6], digits[6:]):
                yield _Found(CPR, start, match.end())
        # A slip of the finger in a number that is called by its name is still nearly that number.
        named = _CPR_NAMED.match(text, start)
        if named and _CPR_WORD.search(text, max(0, start - 40), start):
            yield _Found(CPR, start, named.end())


_TWO_PLACES = re.compile(
    r"(?<![0-9])([0-9]{2})[ .\-/]{0,2}([0-9]{2})[ .\-/]{0,2}((?:18|19|20)?[0-9]{2})(?![0-9])[^0-9]{1,60}?"
    r"(?:sidste|slutter|ender|fire|4|last|four|ends)[^0-9]{1,40}(?<![0-9])([0-9]{4})(?![0-9])",
    re.IGNORECASE,
)


def _is_listed(match: re.Match[str]) -> bool:
    """Tell "24.12.2026, 1000-1800" and "24.12.26, 1800": a date and a time."""
    divided = match.end(3) - match.start(1) > 6
    time_follows = match[0][match.end(3) - match.start() :].lstrip(" ")[:1] in {",", ":", ";"}
    return divided and (
        time_follows or bool(len(match[3]) == 4 and re.match(r"-[0-9]{4}", match.string[match.end() :]))
    )


def _cpr_in_two_places(text: str) -> Iterator[_Found]:
    """Give both halves of "født 010190, og de sidste fire er 1234"."""
    for match in _TWO_PLACES.finditer(text):
        if is_birth_date(*match.groups()):
            yield _Found(CPR, match.start(1), match.end(3))
            yield _Found(CPR, *match.span(4))


def is_birth_date(day: str, month: str, year: str, serial: str) -> bool:
    """Tell whether day, month, year and serial number can begin and end a Danish civil registration number.

    The serial's first digit tells the century of a two-digit year (cpr.dk, "Personnummeret i CPR"). A replacement
    number has 60 added to its day, or letters in its serial. Modulus 11 is not asked for: numbers given out since
    2007 need not fit it.
    """
    number = int(day) - 60 if int(day) > 60 else int(day)
    if not 1 <= int(month) <= 12:
        return False
    years = [int(year)] if len(year) == 4 else _years(int(year), serial[0])
    return any(1 <= number <= calendar.monthrange(one, int(month))[1] for one in years)


def _years(year: int, seventh: str) -> list[int]:
    if not seventh.isdigit():
        return [1900 + year, 2000 + year]
    digit = int(seventh)
    if digit <= 3:
        return [1900 + year]
    if digit in {4, 9}:
        return [2000 + year if year <= 36 else 1900 + year]
    return [2000 + year if year <= 57 else 1800 + year]


_CARD_LENGTHS = range(13, 20)
_CARD_WORD = re.compile(r"\b(?:kort(?:nr|nummer)?|dankort|visa|mastercard|card)\b", re.IGNORECASE)


def _card(text: str) -> Iterator[_Found]:
    for begin in _GROUP_START.finditer(text):
        digits, lengths = "", []
        longest: _Found | None = None
        for start, end in _groups_from(text, begin.start()):
            digits += text[start:end]
            lengths.append(end - start)
            if len(digits) not in _CARD_LENGTHS or not int(digits) or not _is_grouped_as_card(lengths):
                continue
            if _luhn(digits) or _is_named_card(text, begin, digits):
                longest = _Found(CARD, begin.start(), end)
        if longest:
            yield longest


def _is_grouped_as_card(lengths: list[int]) -> bool:
    """Tell one group, fours, singles, and the 4-6-5 and 4-6-4 of some cards, from a list of other numbers."""
    fours = all(length == 4 for length in lengths[:-1]) and lengths[-1] <= 4
    return len(lengths) == 1 or fours or lengths in ([4, 6, 5], [4, 6, 4]) or set(lengths) == {1}


def _is_named_card(text: str, begin: re.Match[str], digits: str) -> bool:
    return len(digits) == 16 and bool(_CARD_WORD.search(text, max(0, begin.start() - 40), begin.start()))


def _luhn(digits: str) -> bool:
    """Tell whether the last digit is the check digit of those before it (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


# ── Telephone numbers ───────────────────────────────────────────────────────────────────────────

_FOREIGN = re.compile(
    r"(?<![0-9])(?<![0-9][.,:])(?:\((?:\+ ?|00[ \-]?)([1-9][0-9]{0,2})\)|(?:\+ ?|00[ \-]?)\(?([1-9][0-9]{0,2})\)?)"
    r"((?:[ .\-/()]{0,3}[0-9]){5,13})(?![0-9])"
)
#: A Danish number as it is dialled from abroad.
_ABROAD = re.compile(r"(?<![0-9])(?:\+ ?|00[ \-]?)45[ .\-()]{0,3}((?:[0-9][ .\-]?){7}[0-9])(?![ .\-]?[0-9])")


def _hide_public(match: re.Match[str]) -> str:
    """Return letters, as many, for a number that everybody may know, and any other number as it stands."""
    return "x" * len(match[0]) if is_public(re.sub(r"[^0-9]", "", match[1])) else match[0]


def _foreign_phone(text: str) -> Iterator[_Found]:
    for match in _FOREIGN.finditer(text):
        digits = re.sub(r"[^0-9]", "", match[0]).removeprefix("00")
        if 8 <= len(digits) <= 15:
            yield _Found(PHONE, *match.span())


#: How people group the eight digits.
_GROUPINGS = frozenset(
    {(8,), (2, 2, 2, 2), (4, 4), (3, 2, 3), (2, 3, 3), (3, 3, 2), (2, 6), (6, 2), (2, 2, 4), (4, 2, 2), (1,) * 8}
)
_UNIT = re.compile(
    r"\s?(?:,-|%|€|kr\b|kroner\b|dkk\b|euro\b|mio\b|personer\b|mennesker\b|danskere\b|people\b|kcal\b|kj\b|skridt\b|steps\b)",
    re.IGNORECASE,
)


def _danish_phone(text: str) -> Iterator[_Found]:
    """Give runs of eight digits, grouped as a telephone number. None begins with 0 or 1."""
    for begin in _GROUP_START.finditer(text):
        groups = _groups_from(text, begin.start())
        lengths, digits = [], ""
        for start, end in groups:
            lengths.append(end - start)
            digits += text[start:end]
            if len(digits) >= 8:
                break
        if len(digits) != 8 or digits[0] in "01" or tuple(lengths) not in _GROUPINGS:
            continue
        used = groups[: len(lengths)]
        between = {text[before:after] for (_, before), (after, _) in itertools.pairwise(used)}
        piece = _Found(PHONE, used[0][0], used[-1][1])
        if len(between) > 1 or is_public(digits) or _is_harmless(text, piece, tuple(lengths), digits, between):
            continue
        yield piece


def _is_harmless(text: str, piece: _Found, lengths: tuple[int, ...], digits: str, between: set[str]) -> bool:
    """Tell a date, a range of years or amounts, or an amount with its unit from a telephone number."""
    if lengths == (2, 2, 4) and between != {" "}:
        return _is_date(digits[:2], digits[2:4], digits[4:])
    if lengths == (4, 2, 2) and between != {" "}:
        return _is_date(digits[6:], digits[4:6], digits[:4])
    if lengths == (1,) * 8:
        return digits in "0123456789" or bool(re.match(r"[ .\-/_]?[0-9]", text[piece.end :]))
    first, second = int(digits[:4]), int(digits[4:])
    if lengths == (4, 4) and between & {"-", " - "} and first < second:
        both_years = first >= 1900 and second < 2100
        return both_years or (first % 50 == 0 and second % 50 == 0)
    if lengths in {(8,), (2, 3, 3)} and (between <= {"", " ", "."}):
        return bool(_UNIT.match(text, piece.end))
    return False


def _is_date(day: str, month: str, year: str) -> bool:
    return 1 <= int(day) <= 31 and 1 <= int(month) <= 12 and 1850 <= int(year) <= 2150


_NUMBER_WORD = re.compile(
    r"\b(?:tlf|telefon(?:nr|nummer)?|mobil(?:nr|nummer)?|mit nummer|mit nr|ring til mig|ring mig op|kontakt mig|phone|"
    r"mobile|cell|my number|call me|reach me|text me|whatsapp)\b[^0-9+]{0,25}$",
    re.IGNORECASE,
)


def _named_number(text: str) -> Iterator[_Found]:
    """Give numbers of 7 to 15 digits, however grouped, that the words before call somebody's telephone."""
    for begin in _GROUP_START.finditer(text):
        before = text[max(0, begin.start() - 45) : begin.start()]
        if not _NUMBER_WORD.search(before):
            continue
        digits, groups = "", _groups_from(text, begin.start())
        end = begin.start()
        for start, stop in groups:
            if len(digits) + stop - start > 15:
                break
            digits += text[start:stop]
            end = stop
        if len(digits) >= _FEWEST_DIGITS and not _begins_publicly(digits):
            yield _Found(PHONE, begin.start(), end)


def _begins_publicly(digits: str) -> bool:
    return is_public(digits[:8]) or is_public(digits[:6])


def is_public(digits: str) -> bool:
    """Tell a number that everybody may know."""
    whole, beginnings = _public_numbers()
    return digits in whole or (len(digits) == 8 and digits.startswith(beginnings))


@functools.cache
def _public_numbers() -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the numbers of the file, and the beginnings of numbers, which end in a star there."""
    whole, beginnings = set(), []
    for line in PUBLIC_NUMBERS_FILE.read_text().splitlines():
        number = line.partition("#")[0].replace(" ", "").strip()
        if number.endswith("*"):
            beginnings.append(number[:-1])
        elif number:
            whole.add(number)
    return frozenset(whole), tuple(beginnings)
