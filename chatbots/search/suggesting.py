"""What a visitor may be about to type: titles of pages, and questions that they answer. No model is asked.

Each process keeps the words of every title and question in order, so that a beginning is found by bisection.
"""

from __future__ import annotations

import bisect
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max
from rapidfuzz import fuzz, process

from chatbots.lexical import fold, is_stop_word, words
from content.models import Page, PageQuerySet

#: Suggestions shown, and letters from which on there are any.
MOST, FEWEST_LETTERS = 8, 2
#: Letters of the longest question that is suggested: what is longer is a story, and nobody types it out.
LONGEST = 60
#: Seconds for which nobody asks the database whether a page has changed.
FRESH = 3.0
#: Titles and questions that begin with the same few letters and are weighed; entries checked against the database.
WEIGHED, CHECKED = 2_000, 40
#: A word that nothing begins with is taken for a misspelt one when another is this like it, of 100.
_ALIKE = 78
_MISSPELT_FROM = 4


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A title, or a question, and the page it leads to."""

    text: str
    page: Page
    is_question: bool


@dataclass(frozen=True, slots=True)
class _Entry:
    text: str
    folded: tuple[str, ...]
    page_id: int
    is_question: bool


class Catalogue:
    """The titles and questions of one language, found by how their words begin."""

    def __init__(self, entries: Sequence[_Entry]) -> None:
        self._entries = entries
        having: dict[str, list[int]] = {}
        for number, entry in enumerate(entries):
            for word in dict.fromkeys(entry.folded):
                having.setdefault(word, []).append(number)
        self._words = sorted(having)
        self._having = [having[word] for word in self._words]

    def best(self, typed: Sequence[str], language: str) -> list[_Entry]:
        """Return the entries that have a word beginning with each of `typed`, best first. Small words need not be."""
        telling = [word for word in typed[:-1] if not is_stop_word(word, language)] + [typed[-1]]
        common: set[int] | None = None
        for word in telling:
            numbers = self._beginning_with(word) or self._like(word)
            common = numbers if common is None else common & numbers
        beginning = " ".join(typed)
        found = [self._entries[number] for number in sorted(common or ())[:WEIGHED]]
        return sorted(found, key=lambda entry: self._rank(entry, beginning))

    def _beginning_with(self, word: str) -> set[int]:
        at = bisect.bisect_left(self._words, word)
        numbers: set[int] = set()
        while at < len(self._words) and self._words[at].startswith(word) and len(numbers) < WEIGHED:
            numbers.update(self._having[at])
            at += 1
        return numbers

    def _like(self, word: str) -> set[int]:
        if len(word) < _MISSPELT_FROM:
            return set()
        near = process.extract(word, self._words, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=4)
        return {number for _word, _score, at in near for number in self._having[at]}

    @staticmethod
    def _rank(entry: _Entry, beginning: str) -> tuple[bool, bool, bool, int, str]:
        """Titles go before questions; but whoever has typed several words means what begins with all of them."""
        is_other = not " ".join(entry.folded).startswith(beginning)
        return " " in beginning and is_other, entry.is_question, is_other, len(entry.text), entry.text


@dataclass(slots=True)
class _Kept:
    catalogue: Catalogue
    stamp: object
    looked_at: float


_kept: dict[str, _Kept] = {}
_lock = threading.Lock()


def suggest(typed: str, language: str) -> list[Suggestion]:
    """Return what begins like `typed` of pages that are public now; titles before questions while it is one word."""
    asked = [fold(word) for word in words(typed)]
    if sum(map(len, asked)) < FEWEST_LETTERS:
        return []
    entries = catalogue(language).best(asked, language)[:CHECKED]
    fields = ("title", "slug", "language", "kind")
    pages = Page.objects.published().only(*fields).in_bulk([entry.page_id for entry in entries])
    chosen: dict[tuple[int, bool], Suggestion] = {}
    for entry in entries:
        if (page := pages.get(entry.page_id)) is not None:
            chosen.setdefault((page.pk, entry.is_question), Suggestion(entry.text, page, entry.is_question))
    return list(chosen.values())[:MOST]


def catalogue(language: str) -> Catalogue:
    """Return the titles and questions of a language, read anew when a page has changed."""
    with _lock:
        kept = _kept.get(language)
        now = time.monotonic()
        if kept is not None and now - kept.looked_at < FRESH:
            return kept.catalogue
        pages = Page.objects.published().filter(language=language)
        stamp = _stamp(pages)
        if kept is None or kept.stamp != stamp:
            kept = _Kept(Catalogue(_entries(pages)), stamp, now)
            _kept[language] = kept
        kept.looked_at = now
        return kept.catalogue


def forget() -> None:
    """Read the titles anew when they are next asked for."""
    with _lock:
        _kept.clear()


def _stamp(pages: PageQuerySet) -> object:
    """Return what is another when one of `pages` has been saved, or has come or gone: by itself too, at its time."""
    pks = tuple(pages.order_by("pk").values_list("pk", flat=True))
    return pks, pages.aggregate(changed=Max("updated_at"))["changed"]


def _entries(pages: object) -> list[_Entry]:
    entries = []
    for pk, title, questions in pages.values_list("pk", "title", "questions"):  # type: ignore[attr-defined]
        entries.append(_Entry(title, _folded(title), pk, False))
        short = (question for question in questions if len(question) <= LONGEST)
        entries += [_Entry(question, _folded(question), pk, True) for question in short]
    return entries


def _folded(text: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in words(text))
