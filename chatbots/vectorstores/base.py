"""The contract of vector stores, and the way to the one in settings.

Words: an entry is a vector that leads to a chunk: the chunk's own comes first, then one for each attached question.
A row is the place of a chunk among the chunks of one language. Scores are inner products of unit vectors.
"""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import numpy as np
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from chatbots.conf import settings_for
from chatbots.exceptions import BackendError

#: What settings may say instead of a dotted path.
SHORT_NAMES = {
    "flat": "chatbots.vectorstores.flat.FlatStore",
    "pgvector": "chatbots.vectorstores.pgvector.PgVectorStore",
}
#: Entries from which mean and deviation of a language's scores are estimated; all of them up to this many.
SAMPLE_SIZE = 1024


class Part(Protocol):
    """Chunks of one language that were packed together."""

    @property
    def chunk_ids(self) -> np.ndarray:
        """(n,) int64."""

    @property
    def entry_rows(self) -> np.ndarray:
        """(e,) int32, ascending: the place in `chunk_ids` that each entry leads to."""

    @property
    def vectors(self) -> Any:
        """What `VectorStore.pack` returned."""


class Row(Protocol):
    """A chunk with its entries."""

    @property
    def chunk_id(self) -> int: ...

    @property
    def language(self) -> str: ...

    @property
    def vectors(self) -> np.ndarray:
        """(1 + questions, d) float32."""


class LanguageVectors(ABC):
    """The vectors of one language in one generation of a bot's index, searched exactly. Safe to share by threads."""

    @abstractmethod
    def nearest(self, query: np.ndarray, count: int) -> np.ndarray:
        """Return the rows of living chunks with the nearest entries, best first, each once, at most `count`.

        All those are among them that the `count` nearest entries lead to.
        """

    @abstractmethod
    def entry_scores(self, rows: np.ndarray, query: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return two float32 scores for each row: its own vector's, and its best question's (−1 where it has none)."""

    @abstractmethod
    def sample(self, most: int) -> np.ndarray:
        """Return at most about `most` entries of the language, evenly spread, float32 (s, d)."""

    def spread(self, query: np.ndarray) -> tuple[float, float]:
        """Return mean and standard deviation of the scores that this language's entries give a question."""
        if not len(self._sample):
            return 0.0, 1.0
        scores = self._sample @ query
        return float(scores.mean()), float(scores.std()) or 1.0

    @functools.cached_property
    def _sample(self) -> np.ndarray:
        return self.sample(SAMPLE_SIZE)


class VectorStore(ABC):
    """A place for vectors: the snapshot's own files, or a database beside them. `open` is all that each must have."""

    @property
    def path(self) -> str:
        """The dotted path, as a generation's manifest keeps it."""
        return f"{type(self).__module__}.{type(self).__qualname__}"

    @abstractmethod
    def open(
        self, bot: str, recipe: str, language: str, parts: Sequence[Part], alive: Sequence[np.ndarray]
    ) -> LanguageVectors:
        """Return the vectors of the chunks in `parts`; `alive` has a bool for each chunk of each part."""

    def pack(self, vectors: np.ndarray) -> Any:
        """Return what a segment's files shall keep of its entries' vectors; None when they are kept elsewhere."""
        return None

    def put(self, bot: str, recipe: str, rows: Sequence[Row]) -> None:
        """Take in the entries of chunks before the generation with them is published, in place of what they had.

        Raises BackendError when they cannot be kept.
        """
        return

    def prune(self, bot: str) -> None:
        """Forget the entries of chunks that have no row any more. Called after each publication."""
        return

    def audit(self, bot: str, recipe: str) -> Iterator[str]:
        """Give what is wrong with what is kept elsewhere than in the snapshot's files, one line each."""
        return iter(())

    def problem(self) -> str:
        """Return why this store cannot work with these settings; "" when it can. Connects to nothing."""
        return ""


def store_path(name: str) -> str:
    """Return the dotted path that a name in settings stands for."""
    return SHORT_NAMES.get(name, name)


def get_vector_store(path: str = "") -> VectorStore:
    """Return the store of that path, which made an index once; without one the store in settings."""
    return _store(store_path(path or settings_for("VECTOR_STORE")["BACKEND"]))


@functools.cache
def _store(path: str) -> VectorStore:
    try:
        found = import_string(path)
    except ImportError as error:
        raise BackendError(f"CHATBOTS['VECTOR_STORE']['BACKEND'] {path!r} cannot be imported: {error}") from error
    if not (isinstance(found, type) and issubclass(found, VectorStore)):
        raise BackendError(f"CHATBOTS['VECTOR_STORE']['BACKEND'] {path!r} is no vector store")
    options = {name.lower(): value for name, value in settings_for("VECTOR_STORE").items() if name != "BACKEND"}
    return found(**options)


def reset_vector_store(**kwargs: Any) -> None:
    """Forget the stores when a test overrides the settings."""
    if kwargs.get("setting") in (None, "CHATBOTS"):
        _store.cache_clear()


setting_changed.connect(reset_vector_store)
