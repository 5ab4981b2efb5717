"""The evidence that a reply is held against: statements with their meaning."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of a page, whole, and the title and headings that it stands under."""

    text: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Grounds:
    """The statements that a reply may rest on, in one language.

    vectors: float32 (s, d), unit vectors of the statements. embed: returns the vector of a sentence, made as theirs.
    """

    language: str
    statements: Sequence[Statement]
    vectors: np.ndarray
    embed: Callable[[str], np.ndarray]

    def nearest(self, sentence: str) -> list[tuple[float, Statement]]:
        """Return the statements with their cosines to a sentence, nearest first."""
        if not self.statements:
            return []
        cosines = self.vectors @ self.embed(sentence)
        return [(float(cosines[at]), self.statements[at]) for at in np.argsort(-cosines, kind="stable")]
