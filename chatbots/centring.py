"""Take out of a vector what all texts of its language and role share.

The vectors of E5 lie in a narrow cone, another one for each language and for questions and passages. Less the mean of
its cone, a vector tells what a text is about: questions find more of their passages, and most of all across
languages (figures in docs/adr/0006-centred-vectors.md). `fit_weights` made the means, in `centring.npz`.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from chatbots.embedders.base import Embedder, Role
from chatbots.embedders.naming import name_of_model

CENTRES_FILE = Path(__file__).with_name("centring.npz")
#: Standard deviation of the scores that centred vectors of a whole site give a question; their mean is about 0.
#: Measured on the demo site's Danish pages: 0.085 (health) and 0.091 (site pages).
TYPICAL_DEVIATION = 0.088


def embed_centred(embedder: Embedder, texts: Sequence[str], languages: Sequence[str], *, role: Role) -> np.ndarray:
    """Return float32 unit vectors, (len(texts), d), less the mean of each text's language and role.

    A model without known means gives its vectors as they are.
    """
    vectors = embedder.embed(texts, role=role)
    means = _means(embedder.model_id)
    if not means:
        return vectors
    centred = vectors - np.stack([means[f"{role}_{language}"] for language in languages])
    return (centred / np.linalg.norm(centred, axis=1, keepdims=True)).astype(np.float32)


def centring_id(model_id: str) -> str:
    """Name the means that a model's vectors are taken less of; part of the recipe. Empty when there are none."""
    return _digest() if _means(model_id) else ""


def typical_deviation(model_id: str) -> float | None:
    """Return the deviation of the scores that a model's centred vectors give a question; None when it is not known."""
    return TYPICAL_DEVIATION if _means(model_id) else None


@functools.cache
def _digest() -> str:
    return hashlib.sha256(CENTRES_FILE.read_bytes()).hexdigest()[:8]


@functools.lru_cache(maxsize=8)
def _means(model_id: str) -> dict[str, np.ndarray]:
    """Return the means for a model by "role_language", whatever the origin of its weights; {} when none are known."""
    if not CENTRES_FILE.exists():
        return {}
    arrays = np.load(CENTRES_FILE, allow_pickle=False)
    name = str(arrays["model"])
    if name_of_model(model_id) != name:
        return {}
    return {key: arrays[key].astype(np.float32) for key in arrays.files if key != "model"}
