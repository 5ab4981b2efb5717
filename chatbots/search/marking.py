"""Which words of a text a visitor searched for. Pure: text in, pieces out, and whoever shows them escapes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from chatbots.lexical import fold, is_stop_word, stem_words, stems_on_page, words

_WORD = re.compile(r"[^\W_]+")
#: Letters from which on a word is also found inside a longer one: "betændelse" in "ørebetændelse".
_INSIDE_FROM = 5


class Piece(NamedTuple):
    """A run of text, and whether it is what was searched for."""

    text: str
    is_match: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """The words that were searched for, as stems and as they are folded."""

    stems: frozenset[str]
    folded: frozenset[str]
    language: str

    @classmethod
    def of(cls, language: str, *texts: str) -> Wanted:
        """Return what `texts` ask for: the visitor's words, and these put right."""
        asked = {word for text in texts for word in words(text) if not is_stop_word(word, language)}
        long_enough = frozenset(fold(word) for word in asked if len(word) >= _INSIDE_FROM)
        return cls(frozenset(stem_words(sorted(asked), language)), long_enough, language)

    def matches(self, word: str) -> bool:
        """Tell whether `word` is one of them, in whatever form, or has one inside."""
        lowered = "".join(words(word))  # "¼" is one word that reads as two
        if not lowered or is_stop_word(lowered, self.language):
            return False
        if stem_words([lowered], self.language)[0] in self.stems:
            return True
        folded = fold(lowered)
        return any(part in folded for part in self.folded)

    @property
    def telling(self) -> frozenset[str]:
        """The stems that tell what is wanted: a number or a letter does so only where there is nothing else."""
        return frozenset(stem for stem in self.stems if len(stem) > 1 and not stem.isdigit()) or self.stems

    def stands_inside(self, said: Iterable[str]) -> bool:
        """Tell whether each of them has a place inside one of the words `said`: "script alert" not in "JavaScript"."""
        if not self.folded or len(self.folded) < len(self.telling):
            return False
        folded = [fold(word) for word in said]
        return all(any(part in word for word in folded) for part in self.folded)

    def share_said(self, said: str, weight: Callable[[str], float]) -> float:
        """Return the share, 0 to 1, of the telling stems that the text `said` has, each by its `weight`."""
        telling = {stem: weight(stem) for stem in self.telling}
        if not telling:
            return 0.0
        stems = stems_on_page(said, self.language)
        inside = " ".join(stems)
        found = (stem in stems or (len(stem) >= _INSIDE_FROM and stem in inside) for stem in telling)
        return sum(by for by, is_found in zip(telling.values(), found, strict=True) if is_found) / sum(telling.values())

    def pieces(self, text: str) -> tuple[Piece, ...]:
        """Return `text` as pieces that together are it; neighbouring matches are one."""
        return tuple(_joined(self._cut(text)))

    def _cut(self, text: str) -> Iterator[Piece]:
        at = 0
        for match in _WORD.finditer(text):
            if self.matches(match[0]):
                yield Piece(text[at : match.start()], False)
                yield Piece(match[0], True)
                at = match.end()
        yield Piece(text[at:], False)


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Drop empty pieces, and make one of two matches with nothing but a space between."""
    kept: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if piece.is_match and len(kept) > 1 and kept[-1].text == " " and kept[-2].is_match:
            before = kept[-2]
            kept[-2:] = [Piece(f"{before.text} {piece.text}", True)]
        else:
            kept.append(piece)
    yield from kept
