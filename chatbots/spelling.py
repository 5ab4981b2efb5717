"""Repair a question against the words of the corpus, before it is embedded.

"kan man faa skoldkoper to gange, har hoved pine" ▸ "kan man få skoldkopper to gange, har hovedpine". A word that the
language knows is left alone, so that a question about something the site does not cover stays a question about that.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

from chatbots.lexical import fold, is_stop_word, stop_word

_TOKEN = re.compile(r"[^\W_]+|[\W_]+")
#: Shortest word that is compared with others, and letters that may differ, by length.
_MIN_LENGTH = 5
_TWO_EDITS_FROM = 8
#: Shortest part of a compound.
_MIN_PART = 3


class SpellingRepairer:
    """Knows the words of one language's pages. `word_counts` says in how many chunks each stands."""

    def __init__(self, word_counts: Mapping[str, int], language: str) -> None:
        self._language = language
        self._counts = word_counts
        self._by_fold: dict[str, str] = {}
        for word, count in word_counts.items():
            if not word.isdigit():
                best = self._by_fold.get(fold(word))
                if best is None or (count, word) > (word_counts[best], best):
                    self._by_fold[fold(word)] = word
        by_length: dict[int, list[str]] = {}
        for folded in self._by_fold:
            by_length.setdefault(len(folded), []).append(folded)
        self._by_length = by_length

    def repair(self, question: str) -> str:
        """Return `question` with the words that the corpus spells otherwise put right; case is lost on those only."""
        tokens = _TOKEN.findall(question)
        tokens = self._join_split_compounds(tokens)
        return "".join(self._word(token) if token[0].isalnum() else token for token in tokens)

    def knows(self, word: str) -> bool:
        return word in self._counts or fold(word) in self._by_fold

    def _word(self, token: str) -> str:
        word = token.lower()
        if word in self._counts or not word.isalpha():
            return token
        if is_stop_word(word, self._language):
            spelt = stop_word(word, self._language)
            return token if spelt == word else spelt
        if word.isascii() and (same := self._by_fold.get(fold(word))):
            return same
        if len(word) < _MIN_LENGTH or self._is_known(word):
            return token
        return self._nearest(fold(word)) or token

    def _is_known(self, word: str) -> bool:
        """Tell a word of the language, or a compound of two, from a misspelt one."""
        import simplemma

        known = functools.partial(simplemma.is_known, lang=self._language)
        if known(word):
            return True
        parts = ((word[:at], word[at:]) for at in range(_MIN_PART, len(word) - _MIN_PART + 1))
        return any(
            (known(first) or known(first.removesuffix("s")))
            and known(second)
            and not (is_stop_word(first, self._language) or is_stop_word(second, self._language))
            for first, second in parts
        )

    def _nearest(self, folded: str) -> str | None:
        """Return the commonest of the words that differ least, none when all differ too much."""
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract

        edits = 2 if len(folded) >= _TWO_EDITS_FROM else 1
        lengths = range(len(folded) - edits, len(folded) + edits + 1)
        near = [word for length in lengths for word in self._by_length.get(length, ())]
        found = extract(folded, near, scorer=OSA.distance, score_cutoff=edits, limit=8)
        if not found:
            return None

        def rank(match: tuple[str, float, int]) -> tuple[float, bool, int]:
            word, distance, _ = match
            return distance, word[0] != folded[0], -self._counts[self._by_fold[word]]

        return self._by_fold[min(found, key=rank)[0]]

    def _join_split_compounds(self, tokens: list[str]) -> list[str]:
        """Join "hoved pine" where the pages write "hovedpine"."""
        joined = list(tokens)
        for at in range(len(joined) - 3, -1, -1):
            first, space, second = [*joined[at : at + 3], "", ""][:3]
            if space != " " or len(first) < 3 or len(second) < 3 or not (first.isalpha() and second.isalpha()):
                continue
            if is_stop_word(first, self._language) or is_stop_word(second, self._language):
                continue
            whole = fold((first + second).lower())
            compound = self._by_fold.get(whole)
            if compound is None and not (self.knows(second) or self._is_known(second.lower())):
                compound = self._nearest(whole)
            if compound:
                joined[at : at + 3] = [compound]
        return joined
