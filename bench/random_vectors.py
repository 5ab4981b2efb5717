"""The real model's name and tokens with random vectors: fills an index of any size in minutes instead of hours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from chatbots.embedders.base import Role
from chatbots.embedders.sentence_transformers import SentenceTransformersEmbedder


class RandomVectors(SentenceTransformersEmbedder):
    """Rows that it makes count as made by the real model."""

    _random = np.random.default_rng(1)

    def embed(self, texts: Sequence[str], *, role: Role) -> np.ndarray:
        vectors = self._random.standard_normal((len(texts), self.dimension), dtype=np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
