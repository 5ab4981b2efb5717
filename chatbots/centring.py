"""Take out of a vector what all texts of its language and role share.

The vectors of E5 lie in a narrow cone, another one for each language and for questions and passages. Less the mean of
its cone, a vector tells what a text is about: questions find more of their passages, and most of all across
languages (figures in docs/adr/0006-centred-vectors.md). `fit_weights` made the means, in `centring.npz`.
"""

from __future__ import annotations

import functools
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    means = _means_of(embedder.model_id)
    if means is None:
        return vectors
    centred = vectors - np.stack([means.vectors[f"{role}_{language}"] for language in languages])
    return (centred / np.linalg.norm(centred, axis=1, keepdims=True)).astype(np.float32)


def centring_id(model_id: str) -> str:
    """Name the means that a model's vectors are taken less of; part of the recipe. Empty when there are none."""
    means = _means_of(model_id)
    return means.digest if means is not None else ""


def typical_deviation(model_id: str) -> float | None:
    """Return the deviation of the scores that a model's centred vectors give a question; None when it is not known."""
    return TYPICAL_DEVIATION if _means_of(model_id) is not None else None


def forget_means() -> None:
    """Read the means anew when they are next asked for."""
    _read_means.cache_clear()


@dataclass(frozen=True, slots=True)
class _Means:
    """What the file of means holds. `vectors` are by "role_language", float32 (d,)."""

    model: str
    vectors: Mapping[str, np.ndarray]
    digest: str


def _means_of(model_id: str) -> _Means | None:
    """Return the means for a model, whatever the origin of its weights; None when none are known."""
    means = _read_means()
    return means if means is not None and means.model == name_of_model(model_id) else None


@functools.cache
def _read_means() -> _Means | None:
    if not CENTRES_FILE.exists():
        return None
    content = CENTRES_FILE.read_bytes()
    arrays = np.load(io.BytesIO(content), allow_pickle=False)
    vectors = {key: arrays[key].astype(np.float32) for key in arrays.files if key != "model"}
    return _Means(str(arrays["model"]), vectors, hashlib.sha256(content).hexdigest()[:8])
