"""A small deterministic embedder for tests: no model, no torch, and vectors that can be checked by hand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import islice
from zlib import crc32

import numpy as np

from chatbots.embedders.base import Embedder, Role

_FOLD = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})
#: Words of one text come with this many more tokens: the prefix and the two markers of a real model.
_OVERHEAD = 3


class HashingEmbedder(Embedder):
    """Counts folded words, and the first four letters of long ones, into buckets.

    Texts that share words are near each other; inflections ("hoste", "hosten") are nearer than strangers.
    """

    dimension = 64
    max_tokens = 128

    @property
    def model_id(self) -> str:
        return f"hashing-{self.dimension}"

    def embed(self, texts: Sequence[str], *, role: Role) -> np.ndarray:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for feature in features(text, self.max_tokens - _OVERHEAD):
                digest = crc32(feature.encode())
                vector[digest % self.dimension] += 1 if digest & 0x80000000 else -1
            if not vector.any():
                vector[0] = 1
            vector /= np.linalg.norm(vector)
        return vectors

    def count_tokens(self, text: str) -> int:
        return sum(1 for _ in words(text)) + _OVERHEAD


def words(text: str) -> Iterator[str]:
    """Yield the words of `text` in lower case, æøå written out, other accents gone."""
    folded = unicodedata.normalize("NFC", text).lower().translate(_FOLD)
    plain = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    return (match.group() for match in re.finditer(r"\w+", plain))


def features(text: str, limit: int) -> Iterator[str]:
    """Yield what is counted: each of the first `limit` words, and `abcd*` for a word of five letters or more."""
    for word in islice(words(text), limit):
        yield word
        if len(word) > 4:
            yield f"{word[:4]}*"
