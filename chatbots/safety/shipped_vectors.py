"""The vectors of the examples that the program brings, made once by `fit_triage`: a new site need not make them.

They hold for one model of one origin; with any other one the examples are embedded where they are first needed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

VECTORS_FILE = Path(__file__).with_name("seed") / "vectors.npz"


def shipped_vectors(model: str) -> Mapping[str, np.ndarray]:
    """Return float32 unit vectors (d,) by the digest of their sentence; {} for a model that none were made with.

    `model` is the name of the vectors, see `knowledge.name_of_vectors`.
    """
    if not VECTORS_FILE.exists():
        return {}
    with np.load(VECTORS_FILE, allow_pickle=False) as arrays:
        if str(arrays["model"]) != model:
            return {}
        vectors = arrays["vectors"].astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return dict(zip(map(str, arrays["digests"]), vectors, strict=True))


def write_vectors(model: str, texts: Sequence[str], vectors: np.ndarray) -> None:
    """Write the vectors of sentences, (n, d), in half precision: cosines keep three digits."""
    digests = np.array([digest(text) for text in texts])
    np.savez_compressed(VECTORS_FILE, model=np.array(model), digests=digests, vectors=vectors.astype(np.float16))


def digest(text: str) -> str:
    """Return what a sentence is known by: the first 16 hexadecimal digits of its sha256."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
