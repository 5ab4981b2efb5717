"""How much a sentence is like the examples: by its meaning, by its words, or both. Pure.

Kernel ridge regression (Saunders, Gammerman & Vovk 1998): the score of a sentence is the sum of how near it is to each
example, times what that example is worth. What is like no example scores 0. Solved anew when the examples change; what
those of the program are worth comes with it.
"""

from __future__ import annotations

import functools
import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType

import numpy as np

from chatbots.lexical import stem_words
from chatbots.safety.phrases import tokens

#: What an outcome counts: how urgent it is, 0 to 1.
URGENCY = {"emergency": 1.0, "beside": 0.35, "none": 0.0}


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled sentence. `outcome` is a key of URGENCY."""

    text: str
    topic: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Kernel:
    """What nearness is made of. Fitted; see `fit_triage`."""

    meaning: float  # weight of the cosine of the vectors
    sharp: float  # weight of exp(sharpness · (cosine − 1)): only near examples count
    sharpness: float
    words: float  # weight of the cosine of words and pairs of words
    ridge: float


def word_terms(text: str) -> Mapping[str, int]:
    """Return the words, stems and pairs of neighbouring words of a sentence. Small words count: they tell the frame."""
    folded = tokens(text).folded
    marked = ["^", *folded, "$"]
    terms = Counter(folded)
    terms.update(f"s:{stem}" for stem in stem_words(folded, "da"))
    terms.update(f"{first} {second}" for first, second in pairwise(marked))
    return terms


#: Of examples alone: they are read again after each edit. What a visitor types is never kept.
_terms_of_example = functools.lru_cache(maxsize=20_000)(word_terms)


class WordIndex:
    """The words of the examples, weighted by how rare they are."""

    def __init__(self, texts: Sequence[str]) -> None:
        counted = [_terms_of_example(text) for text in texts]
        found = Counter(term for terms in counted for term in terms)
        self._size = len(texts)
        self._idf = {term: math.log(1 + self._size / count) for term, count in found.items()}
        rows: dict[str, list[int]] = defaultdict(list)
        weights: dict[str, list[float]] = defaultdict(list)
        for row, terms in enumerate(counted):
            norm = self._norm(terms)
            for term, count in terms.items():
                rows[term].append(row)
                weights[term].append(self._weight(term, count) / norm)
        self._rows = {term: np.array(of) for term, of in rows.items()}
        self._weights = {term: np.array(of, np.float32) for term, of in weights.items()}

    def cosines_of_all(self) -> np.ndarray:
        """Return the cosine of each example with each other one, float32 (n, n)."""
        from scipy.sparse import csr_array

        if not self._rows:
            return np.zeros((self._size, self._size), np.float32)
        columns = np.repeat(np.arange(len(self._rows)), [len(rows) for rows in self._rows.values()])
        at = (np.concatenate(list(self._rows.values())), columns)
        table = csr_array((np.concatenate(list(self._weights.values())), at), shape=(self._size, len(self._rows)))
        return (table @ table.T).toarray()

    def digest(self) -> str:
        """Return the sha256 of all that it holds; weights to three decimals, which every machine computes alike."""
        hashed = hashlib.sha256("\n".join(self._rows).encode())
        for held in (*self._rows.values(), *(np.round(of, 3) for of in self._weights.values())):
            hashed.update(held.tobytes())
        return hashed.hexdigest()

    def cosines(self, text: str) -> np.ndarray:
        """Return how many weighted words `text` shares with each example, float32 (n,), 0 to 1."""
        terms = word_terms(text)
        scores = np.zeros(self._size, np.float32)
        norm = self._norm(terms)
        for term, count in terms.items():
            if term in self._rows:
                scores[self._rows[term]] += self._weight(term, count) / norm * self._weights[term]
        return scores

    def _weight(self, term: str, count: int) -> float:
        return (1 + math.log(count)) * self._idf.get(term, math.log(1 + self._size))

    def _norm(self, terms: Mapping[str, int]) -> float:
        return math.sqrt(sum(self._weight(term, count) ** 2 for term, count in terms.items())) or 1.0


class Likeness:
    """The examples, ready to be compared with. `vectors` are float32 unit vectors (n, d), None without a model.

    worths: what the examples of a fingerprint are worth, (n,), where it has been solved before. model: the vectors'.
    """

    def __init__(
        self,
        examples: Sequence[Example],
        vectors: np.ndarray | None,
        kernel: Kernel,
        *,
        worths: Mapping[str, np.ndarray] = MappingProxyType({}),
        model: str = "",
    ) -> None:
        self._worths = worths
        self._model = model
        self.examples = tuple(examples)
        self._vectors = vectors
        self._kernel = kernel
        self._index = WordIndex([example.text for example in examples])
        self._urgency = np.array([URGENCY[example.outcome] for example in examples], np.float64)
        self._is_emergency = self._urgency == 1.0
        self._is_none = self._urgency == 0.0

    def _ridged(self) -> np.ndarray:
        """Return how near each example is to each other one, with the ridge on the diagonal; float32 (n, n)."""
        meaning = self._vectors @ self._vectors.T if self._vectors is not None else None
        near = self._combine(meaning, self._index.cosines_of_all())
        near[np.diag_indices_from(near)] += self._kernel.ridge
        return near

    @cached_property
    def fingerprint(self) -> str:
        """What decides the worth of the examples: their words, outcomes and vectors, and what nearness is made of."""
        said = [(example.text, URGENCY[example.outcome]) for example in self.examples]
        parts = (self._model, astuple(self._kernel), said)
        return hashlib.sha256(f"{parts} {self._index.digest()}".encode()).hexdigest()

    @cached_property
    def _worth(self) -> np.ndarray:
        """What each example is worth, (n,)."""
        known = self._worths.get(self.fingerprint)
        return self.solve() if known is None else known

    def settle(self) -> Likeness:
        """Solve now what would else be solved for the first question; return self."""
        _ = self._worth
        return self

    def solve(self) -> np.ndarray:
        """Return what each example is worth, (n,). The table that it is solved from is not kept: it is large."""
        from scipy.linalg import cho_factor, cho_solve

        return cho_solve(cho_factor(self._ridged(), overwrite_a=True), self._urgency)

    def _combine(self, meaning: np.ndarray | None, words: np.ndarray) -> np.ndarray:
        kernel = self._kernel
        near = np.float32(kernel.words) * words
        if meaning is not None:
            near += np.float32(kernel.meaning) * meaning
            near += np.float32(kernel.sharp) * np.exp(np.float32(kernel.sharpness) * (meaning - np.float32(1.0)))
        return near

    def near(self, text: str, vector: np.ndarray | None) -> np.ndarray:
        """Return how near a sentence is to each example, (n,)."""
        meaning = self._vectors @ vector if self._vectors is not None and vector is not None else None
        return self._combine(meaning, self._index.cosines(text))

    def signals(self, near: np.ndarray) -> dict[str, float]:
        """Return what nearness tells: the urgency, and the nearest example of either sort."""
        if not self.examples:
            return dict.fromkeys(("urgency", "nearest_emergency", "nearest_none", "lead", "well_founded"), 0.0)
        return self._signals(float(near @ self._worth), near)

    def _signals(self, urgency: float, near: np.ndarray) -> dict[str, float]:
        emergency, none = _top(near[self._is_emergency]), _top(near[self._is_none])
        return {
            "urgency": urgency,
            "nearest_emergency": emergency,
            "nearest_none": none,
            "lead": emergency - none,
            # What is like no example much says little, whatever it adds up to.
            "well_founded": urgency * emergency,
        }

    def signals_left_out(self) -> list[dict[str, float]]:
        """Return the signals of every example as if it were not one of them (the ridge's closed form)."""
        ridged = self._ridged()
        inverse = np.linalg.inv(ridged.astype(np.float64))
        errors = self._worth / np.diag(inverse)
        signals = []
        for row, urgency in enumerate(self._urgency):
            near = ridged[row].copy()
            near[row] = 0.0
            signals.append(self._signals(float(urgency - errors[row]), near))
        return signals

    def topic(self, near: np.ndarray) -> str:
        """Return the topic of the emergencies that a sentence is nearest to; "" when there are none."""
        votes: Counter[str] = Counter()
        at = np.flatnonzero(~self._is_none)
        for row in at[np.argsort(-near[at])[:7]]:
            votes[self.examples[row].topic] += max(0.0, float(near[row])) ** 2
        return votes.most_common(1)[0][0] if votes else ""

    def nearest(self, near: np.ndarray, count: int) -> list[tuple[Example, float]]:
        """Return the nearest examples, best first."""
        return [(self.examples[row], float(near[row])) for row in np.argsort(-near)[:count]]


def _top(near: np.ndarray) -> float:
    """Return the mean of the three nearest: one chance likeness is not enough."""
    most = min(3, len(near))
    return float(np.partition(near, -most)[-most:].mean()) if most else 0.0
