"""A second model, to change to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from chatbots.embedders.base import Role
from chatbots.embedders.hashing import HashingEmbedder


class OtherEmbedder(HashingEmbedder):
    """Hashes into half as many buckets, in an order of its own."""

    dimension = 32

    def embed(self, texts: Sequence[str], *, role: Role) -> np.ndarray:
        return np.ascontiguousarray(super().embed(texts, role=role)[:, ::-1])
