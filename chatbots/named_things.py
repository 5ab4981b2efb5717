"""What a text names: illnesses, medicines, treatments, services and places, under any of their names.

The nearest page is always near something. Asked about rosacea, an article about eczema shares nearly every word of the
question but the one that matters; that one is told by a list (`named_things.txt`), for no search can tell it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from chatbots.lexical import fold, is_stop_word, stem_words, words

NAMED_THINGS_FILE = Path(__file__).with_name("named_things.txt")
#: Sections of the file, from 0: illnesses, and medicines.
SUBJECT_SECTIONS = frozenset({0, 1})
#: Letters of a name that is found in other endings, and of what is left of it without: "brok" is not in "brokke sig".
_BENT_LETTERS, _STEM_LETTERS = 6, 5
#: Letters of a name that is found without its æ, ø and å: "brystkraeft" and "brystkraft", but no "kraft" for "kræft".
_PLAIN_LETTERS = 7
#: Letters of a name that begins or ends a compound, and of the rest of it. "Influenzavaccine" names influenza, but
#: "politisk" no police and "stramning" no amning: more than an ending, a prefix or a few letters must be left.
_FIRST_LETTERS, _LAST_LETTERS = 6, 7
_REST_AFTER, _REST_BEFORE = 4, 3

_TYPED = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "é": "e", "è": "e"})

_Key = TypeVar("_Key")
Things = frozenset[int]
Names = Mapping[tuple[str, ...], Things]
_NOTHING: Things = frozenset()


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """What each name stands for: by its words, by their stems, and as the first or last part of a compound."""

    written: Names
    stemmed: Names
    first: Mapping[str, Things]
    last: Mapping[str, Things]
    longest: int


def things_in(text: str, language: str) -> Things:
    """Return the numbers of the things that `text` names: in any inflection, as a part of a compound, and split in two.

    A longer name hides those inside it: "hay fever" names no fever, "type 1-diabetes" not diabetes in general.
    """
    lexicon = _lexicon(language)
    terms = words(text)
    stemmed = stem_words(terms, language)
    found: set[int] = set()
    hidden_until = 0
    for at, term in enumerate(terms):
        things, length = _longest_name(terms, stemmed, at, lexicon)
        if not things:
            things, length = _split_name(terms[at : at + 2], language, lexicon), 2
        if things and at + length > hidden_until:
            found |= things
            hidden_until = at + length
        elif not things and at >= hidden_until:
            found |= _parts_of(fold(term), stemmed[at], lexicon)
    return frozenset(found)


def _longest_name(terms: Sequence[str], stemmed: Sequence[str], at: int, lexicon: _Lexicon) -> tuple[Things, int]:
    """Return what the longest name that begins at a word stands for, and its words; as it is written before as bent."""
    for length in range(min(lexicon.longest, len(terms) - at), 0, -1):
        written = _written(terms[at : at + length])
        things = lexicon.written.get(written) or lexicon.stemmed.get(tuple(stemmed[at : at + length]))
        if things:
            return things, length
    return _NOTHING, 0


def _split_name(pair: Sequence[str], language: str, lexicon: _Lexicon) -> Things:
    """Return what a name written as two words stands for: "hjerte starteren", "b 12"."""
    whole = "".join(pair)
    if len(pair) < 2 or any(is_stop_word(part, language) for part in pair):
        return _NOTHING  # "skal der" is not bald.
    if len(whole) < _BENT_LETTERS and not pair[1].isdigit():
        return _NOTHING
    return lexicon.written.get(_written([whole])) or lexicon.stemmed.get(tuple(stem_words([whole], language)), _NOTHING)


def _parts_of(word: str, stem: str, lexicon: _Lexicon) -> set[int]:
    """Return the things whose name begins or ends a compound."""
    found: set[int] = set()
    for cut in range(_FIRST_LETTERS, len(stem) - _REST_AFTER + 1):
        found |= lexicon.first.get(stem[:cut], _NOTHING)
    for whole in (word, stem):
        for cut in range(_REST_BEFORE, len(whole) - _STEM_LETTERS + 1):
            found |= lexicon.last.get(whole[cut:], _NOTHING)
    return found


@functools.cache
def _lexicon(language: str) -> _Lexicon:
    written: dict[tuple[str, ...], Things] = {}
    stemmed: dict[tuple[str, ...], Things] = {}
    first: dict[str, Things] = {}
    last: dict[str, Things] = {}
    for number, terms in _named():
        things, folded, stems = frozenset({number}), tuple(map(fold, terms)), tuple(stem_words(terms, language))
        letters = sum(map(len, folded))
        _add(written, _written(terms), things)
        if letters >= _BENT_LETTERS:
            # The stem of "nyrestenen" is the word "nyresten", and that word's own is shorter.
            for bent in {folded, stems}:
                if sum(map(len, bent)) >= _STEM_LETTERS:
                    _add(stemmed, bent, things)
        if len(terms) == 1 and letters >= _FIRST_LETTERS:
            _add(first, folded[0], things)
        if len(terms) == 1 and letters >= _LAST_LETTERS:
            for ending in {folded[0], stems[0]}:
                if len(ending) >= _FIRST_LETTERS:
                    _add(last, ending, things)
    return _Lexicon(written, stemmed, first, last, max(map(len, written)))


def _add(names: dict[_Key, Things], name: _Key, things: Things) -> None:
    names[name] = names.get(name, _NOTHING) | things


def _written(terms: Sequence[str]) -> tuple[str, ...]:
    """Return the words of a name alike, however æ, ø and å are typed; a short word alone must have them in some way."""
    folded = tuple(map(fold, terms))
    if len(folded) == 1 and len(folded[0]) < _PLAIN_LETTERS:
        return (terms[0].translate(_TYPED),)
    return folded


@functools.cache
def named_things() -> tuple[tuple[str, ...], ...]:
    """Return the names of every thing; a thing's number is its place."""
    return tuple(tuple(name.strip() for name in line.split("|")) for _, line in _lines())


@functools.cache
def subjects() -> Things:
    """Return the things that a question that names them is about: an illness or a medicine, before a place."""
    return frozenset(number for number, (section, _) in enumerate(_lines()) if section in SUBJECT_SECTIONS)


@functools.cache
def _lines() -> tuple[tuple[int, str], ...]:
    """Return the lines of names, each with the number of its section, from 0."""
    listed: list[tuple[int, str]] = []
    section = -1
    for line in NAMED_THINGS_FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("# ──"):
            section += 1
        elif line.strip() and not line.startswith("#"):
            listed.append((section, line))
    return tuple(listed)


def _named() -> Iterator[tuple[int, list[str]]]:
    for number, names in enumerate(named_things()):
        for name in names:
            yield number, words(name)


def other_names(text: str, language: str) -> str:
    """Return all names, in every language, of the things that `text` names; empty when it names none."""
    return " ".join(name for thing in sorted(things_in(text, language)) for name in named_things()[thing])
