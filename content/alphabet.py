"""Titles in the order of a language's alphabet, under its letters.

Danish ends with æ, ø and å; "aa" is an older way to write å and stands with it ("Aabenraa"), as ä and ö stand with æ
and ø. No database is asked to sort: SQLite and PostgreSQL each have an order of their own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from content.models import Page
from content.slugs import danish_slug

_ALPHABETS = {"da": "abcdefghijklmnopqrstuvwxyzæøå", "en": "abcdefghijklmnopqrstuvwxyz"}
_SAME = {"da": (("aa", "å"), ("ä", "æ"), ("ö", "ø"), ("ü", "y")), "en": (("æ", "ae"), ("ø", "o"))}
#: Where titles stand that begin with no letter.
_OTHERS = "0–9"


@dataclass(frozen=True)
class Letter:
    """A letter, where it is on the page, and the pages whose titles begin with it."""

    name: str
    anchor: str
    pages: list[Page] = field(default_factory=list)


def by_letter(pages: Iterable[Page], language: str) -> list[Letter]:
    """Return every letter of the alphabet with its pages in order; before A, what begins with a number, if any does."""
    letters = {name: Letter(name.upper(), danish_slug(name)) for name in ("", *_ALPHABETS[language])}
    letters[""] = Letter(_OTHERS, "0-9")
    for page in sorted(pages, key=lambda page: _place(page.title, language)):
        first = _spelt(page.title, language)[:1]
        letters[first if first in letters else ""].pages.append(page)
    return [letter for name, letter in letters.items() if name or letter.pages]


def _place(title: str, language: str) -> tuple[list[int], str]:
    """Return what titles are sorted by: word after word, as in a dictionary; in doubt, the title as it is written."""
    order = " 0123456789" + _ALPHABETS[language]
    return [order.find(sign) for sign in _spelt(title, language)], title


def _spelt(title: str, language: str) -> str:
    """Return `title` in small letters of the language's alphabet, with single spaces and without signs."""
    title = unicodedata.normalize("NFC", title).casefold()
    for written, meant in _SAME[language]:
        title = title.replace(written, meant)
    plain = "".join(
        sign if sign in _ALPHABETS[language] else unicodedata.normalize("NFKD", sign)[0]
        for sign in title.replace("-", " ")
    )
    return " ".join("".join(sign for sign in plain if sign.isalnum() or sign == " ").split())
