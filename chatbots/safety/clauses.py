"""The parts of a message that are judged on their own, so that a danger in one clause of a long story is seen. Pure."""

from __future__ import annotations

import re
from itertools import pairwise

from chatbots.lexical import words

#: Words up to which a message is judged as a whole only.
SHORT = 22
#: Words that a part should have, at least and at most.
_LEAST, _MOST = 5, 22
#: Parts that are judged, at most; the last ones of a very long message are kept, where the reason for writing stands.
MOST_PARTS = 16
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\s\"”»)]+|\n+|;\s*|\s[–—-]+\s")
_CLAUSE_END = re.compile(
    r",\s*|\s+(?=(?:og|men|så|fordi|for|da|mens|nu|and|but|because|so|while|now|och|utan|men)\s)", re.IGNORECASE
)


def parts(message: str) -> list[str]:
    """Return the sentences of a long message, those too long cut at their clauses; [] for a short one."""
    if _length(message) <= SHORT:
        return []
    cut: list[str] = []
    for sentence in _pieces(_SENTENCE_END, message):
        if _length(sentence) <= _MOST:
            cut.append(sentence)
        else:
            cut.extend(_joined(_pieces(_CLAUSE_END, sentence)))
    cut = [part for part in cut if words(part)]
    # A sentence of a few words ("Han er 4.") says something only with its neighbour.
    pairs = [f"{first} {second}" for first, second in pairwise(cut) if min(map(_length, (first, second))) <= _LEAST]
    pairs = [pair for pair in pairs if _length(pair) <= _MOST]
    return list(dict.fromkeys([*cut, *pairs]))[-MOST_PARTS:] if len(cut) > 1 else []


def _length(text: str) -> int:
    return len(words(text))


def _pieces(pattern: re.Pattern[str], text: str) -> list[str]:
    return [piece.strip() for piece in pattern.split(text) if piece and piece.strip()]


def _joined(pieces: list[str]) -> list[str]:
    """Join clauses until each has enough words to mean something and none has too many."""
    joined: list[str] = []
    for piece in pieces:
        if joined and (_length(joined[-1]) < _LEAST or _length(piece) < _LEAST):
            together = f"{joined[-1]}, {piece}"
            if _length(together) <= _MOST:
                joined[-1] = together
                continue
        joined.append(piece)
    return joined
