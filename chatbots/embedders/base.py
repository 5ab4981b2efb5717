"""The contract of an embedder, and the one that settings name."""

from __future__ import annotations

import functools
import json
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Literal

import numpy as np
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from chatbots.conf import settings_for
from chatbots.embedders.adapter import Adapter
from chatbots.exceptions import BackendError

Role = Literal["query", "passage"]
#: Returns, for one text, the log-probability of each class of each of an adapter's heads, float32 (classes,).
Classifier = Callable[[str], Mapping[str, np.ndarray]]


class Embedder(ABC):
    """Turns texts into unit vectors. A backend implements `embed`, and loads its model there on first use."""

    #: Length of a vector.
    dimension: ClassVar[int]
    #: Tokens of one text that the model reads; the rest of a longer text has no effect on its vector.
    max_tokens: ClassVar[int]

    def __init__(self, **options: Any) -> None:
        self.options = options

    @property
    @abstractmethod
    def model_id(self) -> str:
        """Name and origin of the model; part of every vector's identity. Never loads the model."""

    @property
    def origin(self) -> str:
        """Say where the model came from, for the operator."""
        return f"{type(self).__module__}.{type(self).__qualname__}"

    def check(self) -> None:
        """Raise BackendError where a process that starts now could not have the model. Never loads it."""
        _ = self.model_id

    @abstractmethod
    def embed(self, texts: Sequence[str], *, role: Role) -> np.ndarray:
        """Return float32 unit vectors, shape (len(texts), dimension), in the order of `texts`.

        `role` says what the texts are; what the model needs for that (a prefix) is added here.
        Raises ModelMissing when there is no model to load.
        """

    def classifier(self, adapter: Adapter) -> Classifier | None:
        """Return what reads a text with the model as an adapter changes it; None where this backend or model cannot.

        The model loads with the first text. That raises BackendError when it cannot be had, and so may this.
        """
        return None

    def expect_reading(self, text: str) -> object | None:
        """Say that a text is about to be embedded as a question, and may be read by a classifier then.

        While what this returns is held, the work that both share is done once. None where there is nothing to share.
        """
        return None

    @abstractmethod
    def count_tokens(self, text: str) -> int:
        """Return how many tokens `text` takes as a passage, prefix and markers included. Needs no torch."""

    def warm_up(self) -> None:
        """Load the model and embed one text, so that the first visitor need not wait."""
        self.embed(["hej"], role="query")


_lock = threading.Lock()
_embedder: Embedder | None = None


def get_embedder() -> Embedder:
    """Return this process's embedder. Cheap: the model loads on the first `embed`."""
    global _embedder
    if _embedder is None:
        with _lock:
            if _embedder is None:
                options = dict(settings_for("EMBEDDER"))
                path = options.pop("BACKEND")
                try:
                    backend = import_string(path)
                except ImportError as error:
                    raise BackendError(
                        f"CHATBOTS['EMBEDDER']['BACKEND'] {path!r} cannot be imported: {error}"
                    ) from error
                _embedder = backend(**{name.lower(): value for name, value in options.items()})
    return _embedder


def embedder_that_made(index: Mapping[str, Any]) -> Embedder:
    """Return the embedder of an index: while a new model is being indexed, the former one.

    `index` holds the settings of its EMBEDDER and the MODEL_ID that it had.
    Raises BackendError when it can no longer be had.
    """
    options = dict(index)
    model_id = options.pop("MODEL_ID")
    current = get_embedder()
    if current.model_id == model_id:
        return current
    try:
        former = _former_embedder(json.dumps(options, sort_keys=True))
        if former.model_id == model_id:
            return former
    except BackendError:
        raise
    except Exception as error:  # a backend that is gone, or takes other options now
        raise BackendError(f"The index was made with {model_id}, which cannot be loaded: {error}") from error
    raise BackendError(f"The index was made with {model_id}, which is no longer on this machine")


def forget_former() -> None:
    """Let go of the former embedder, when no index needs it any longer."""
    _former_embedder.cache_clear()


@functools.lru_cache(maxsize=1)
def _former_embedder(settings: str) -> Embedder:
    options = json.loads(settings)
    backend = import_string(options.pop("BACKEND"))
    return backend(**{name.lower(): value for name, value in options.items()})


def reset_embedder(**kwargs: Any) -> None:
    """Forget the embedder when a test overrides the settings."""
    global _embedder
    if kwargs.get("setting") in (None, "CHATBOTS"):
        _embedder = None
        _former_embedder.cache_clear()


setting_changed.connect(reset_embedder)
