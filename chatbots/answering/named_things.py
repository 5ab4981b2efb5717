"""What a text names: illnesses, medicines, treatments, services and places, under any of their names.

The nearest page is always near something. Asked about rosacea, an article about eczema shares nearly every word of the
question but the one that matters; that one is told by a list (`named_things.txt`), for no search can tell it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path

from chatbots.lexical import fold, stem_words, words

NAMED_THINGS_FILE = Path(__file__).with_name("named_things.txt")
#: Letters that the first or last part of a compound must have: "influenzavaccine" names influenza, "lusen" not "sen".
_PART_LETTERS = 6

Names = Mapping[tuple[str, ...], frozenset[int]]


@functools.lru_cache(maxsize=4096)
def things_in(text: str, language: str) -> frozenset[int]:
    """Return the numbers of the things that `text` names: in any inflection, and as a part of a compound."""
    names, longest = _names(language)
    parts = _single_names(language)
    terms = words(text)
    found: set[int] = set()
    folded, stemmed = [fold(word) for word in terms], stem_words(terms, language)
    for at in range(len(terms)):
        for length in range(1, min(longest, len(terms) - at) + 1):
            for said in (folded, stemmed):
                found |= names.get(tuple(said[at : at + length]), frozenset())
        found |= _parts_of(folded[at], parts)
    return frozenset(found)


def _parts_of(word: str, parts: Mapping[str, frozenset[int]]) -> set[int]:
    """Return the things whose name begins or ends a compound."""
    found: set[int] = set()
    for cut in range(_PART_LETTERS, len(word)):
        found |= parts.get(word[:cut], frozenset())
        found |= parts.get(word[-cut:], frozenset())
    return found


@functools.cache
def _names(language: str) -> tuple[Names, int]:
    """Return which things each name stands for, by its folded words and by their stems; and the longest name's words."""
    names: dict[tuple[str, ...], frozenset[int]] = {}
    for number, line in enumerate(_lines()):
        for name in line.split("|"):
            terms = words(name)
            for said in (tuple(fold(word) for word in terms), tuple(stem_words(terms, language))):
                names[said] = names.get(said, frozenset()) | {number}
    return names, max(map(len, names))


@functools.cache
def _single_names(language: str) -> Mapping[str, frozenset[int]]:
    names, _ = _names(language)
    return {key[0]: found for key, found in names.items() if len(key) == 1 and len(key[0]) >= _PART_LETTERS}


@functools.cache
def _lines() -> tuple[str, ...]:
    lines = NAMED_THINGS_FILE.read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line.strip() and not line.startswith("#"))
