"""Put an English question into Danish, word by word, before Danish pages are searched.

No translation, and never shown: only what lexical search and the embedding need to meet the words of the pages.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from pathlib import Path

from chatbots.lexical import stem_words
from chatbots.spelling import SpellingRepairer

GLOSSARY_FILE = Path(__file__).with_name("glossary.txt")
_WORD = re.compile(r"[^\W_]+(?:['&-][^\W_]+)*")


def in_danish_words(question: str) -> str:
    """Return the Danish words for an English question, misspelt ones put right; unknown words stay as they are."""
    words = _WORD.findall(_repairer().repair(question.lower().replace("’", "'")))
    danish: list[str] = []
    at = 0
    while at < len(words):
        found, length = _longest_entry(words, at)
        danish.append(words[at] if found is None else found)
        at += length
    return " ".join(filter(None, danish))


def _longest_entry(words: Sequence[str], at: int) -> tuple[str | None, int]:
    """Return the Danish for the longest phrase that begins at a word, and its length in words; None for none."""
    for length in range(min(_longest(), len(words) - at), 0, -1):
        phrase = words[at : at + length]
        for form in _forms(phrase):
            if form in glossary():
                return glossary()[form], length
    stem = stem_words([words[at]], "en")[0]
    return _by_stem().get(stem), 1


def _forms(phrase: Sequence[str]) -> list[str]:
    """Return a phrase as it is written, and with its last or its first word in dictionary form."""
    import simplemma

    first, last = (simplemma.lemmatize(phrase[at], "en").lower() for at in (0, -1))
    return [" ".join(phrase), " ".join([*phrase[:-1], last]), " ".join([first, *phrase[1:]])]


@functools.cache
def glossary() -> dict[str, str]:
    """Return the entries of `glossary.txt`: English words or phrases, and the Danish for each, which may be empty."""
    lines = GLOSSARY_FILE.read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("|") for line in lines if not line.startswith("#"))
    return {english.strip(): danish.strip() for english, _, danish in pairs}


@functools.cache
def _longest() -> int:
    return max(len(english.split()) for english in glossary())


@functools.cache
def _by_stem() -> dict[str, str]:
    """Return the Danish for the stem of each single word; of words with one stem, the first in the file."""
    found: dict[str, str] = {}
    for english, danish in glossary().items():
        if " " not in english:
            found.setdefault(stem_words([english], "en")[0], danish)
    return found


@functools.cache
def _repairer() -> SpellingRepairer:
    words = {word for english in glossary() for word in english.split() if word.isalpha()}
    return SpellingRepairer(dict.fromkeys(words, 1), "en")
