"""Put an English question into Danish, word by word, before Danish pages are searched.

No translation, and never shown: only what lexical search and the embedding need to meet the words of the pages.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Container, Iterator, Sequence
from pathlib import Path

from chatbots.lexical import stem_words
from chatbots.spelling import SpellingRepairer

GLOSSARY_FILE = Path(__file__).with_name("glossary.txt")
_WORD = re.compile(r"[^\W_]+(?:['&-][^\W_]+)*")


def in_danish_words(question: str, danish: Container[str] = frozenset()) -> str:
    """Return the Danish words for an English question, misspelt ones put right; unknown words stay as they are.

    `danish` are the words of Danish pages: of these, what is no English word stays as it is, such as a page's title.
    """
    terms = _terms(question.lower().replace("’", "'"), danish)
    found: list[str] = []
    at = 0
    while at < len(terms):
        own, length = (terms[at], 1) if _is_danish(terms[at], danish) else _longest_entry(terms, at)
        found.append(own)
        at += length
    return " ".join(filter(None, found))


def _terms(question: str, danish: Container[str]) -> list[str]:
    """Return the words to look up: misspelt ones put right, and words with hyphens apart where they have no entry."""
    return [term for word in _WORD.findall(question) for term in _split(_mended(word, danish))]


def _mended(word: str, danish: Container[str]) -> str:
    if word in _words_listed() or _is_danish(word, danish) or not word.isalpha():
        return word
    return _repairer().repair(word)


def _is_danish(word: str, danish: Container[str]) -> bool:
    """Tell a word of Danish pages that is no English word as well."""
    return word in danish and word not in _words_listed() and not _is_english(word)


def _split(word: str) -> Iterator[str]:
    if "-" in word and word not in _words_listed():
        yield from word.split("-")
    else:
        yield word


def _longest_entry(terms: Sequence[str], at: int) -> tuple[str, int]:
    """Return the Danish for the longest phrase that begins at a word, and its length in words; the word for none."""
    for length in range(min(_longest(), len(terms) - at), 0, -1):
        phrase = tuple(terms[at : at + length])
        danish = glossary().get(" ".join(phrase))
        if danish is None:
            danish = _by_stems().get(tuple(stem_words(phrase, "en")))
        if danish is not None:
            return danish, length
    return terms[at], 1


def _is_english(word: str) -> bool:
    import simplemma

    return simplemma.is_known(word, lang="en")


@functools.cache
def glossary() -> dict[str, str]:
    """Return the entries of `glossary.txt`: English words or phrases, and the Danish for each, which may be empty."""
    lines = GLOSSARY_FILE.read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("|") for line in lines if not line.startswith("#"))
    return {english.strip(): danish.strip() for english, _, danish in pairs}


@functools.cache
def _words_listed() -> frozenset[str]:
    return frozenset(word for english in glossary() for word in english.split())


@functools.cache
def _longest() -> int:
    return max(len(english.split()) for english in glossary())


@functools.cache
def _by_stems() -> dict[tuple[str, ...], str]:
    """Return the Danish for the stems of each entry; of entries with the same, the shortest, which comes first."""
    found: dict[tuple[str, ...], str] = {}
    for english in sorted(glossary(), key=len):
        found.setdefault(tuple(stem_words(english.split(), "en")), glossary()[english])
    return found


@functools.cache
def _repairer() -> SpellingRepairer:
    return SpellingRepairer(dict.fromkeys(filter(str.isalpha, _words_listed()), 1), "en")


def warm_up() -> None:
    """Read the glossary, and what misspelt words are held against."""
    in_danish_words("unknownwordforexample")
