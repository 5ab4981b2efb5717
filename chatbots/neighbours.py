"""Put the commonest Swedish and Norwegian words into Danish, before a question is searched."""

from __future__ import annotations

import functools
import re
from pathlib import Path

WORDS_FILE = Path(__file__).with_name("neighbours.txt")
_WORD = re.compile(r"[^\W\d_]+")


def in_danish(question: str) -> str:
    """Return a Swedish or Norwegian question with the words of `neighbours.txt` in Danish; any other as it stands.

    Such a question has a word of the list that is no Danish word: many of the list mean something else in Danish.
    """
    if not any(is_neighbours(word.lower()) for word in _WORD.findall(question)):
        return question
    return _WORD.sub(lambda match: _table().get(match[0].lower(), match[0]), question)


def is_neighbours(word: str) -> bool:
    """Tell a word of the list that no Dane writes."""
    return word in _telling()


@functools.cache
def _table() -> dict[str, str]:
    """Return the Danish for each word of the list."""
    pairs = (line.partition(" ") for line in WORDS_FILE.read_text().splitlines() if not line.startswith("#"))
    return {word: danish for word, _, danish in pairs}


@functools.cache
def _telling() -> frozenset[str]:
    """Return the words that are not Danish as well."""
    import simplemma

    return frozenset(word for word in _table() if not simplemma.is_known(word, lang="da"))
