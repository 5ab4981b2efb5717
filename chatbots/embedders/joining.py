"""Let callers who wait for the model go together: twenty questions in one batch take a third of twenty in a row."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

Encode = Callable[[Sequence[str]], np.ndarray]


@dataclass
class _Caller:
    texts: list[str]
    vectors: np.ndarray | None = None
    error: Exception | None = None


class Joiner:
    """Calls `encode` for one batch at a time, while holding `turn`. Who comes meanwhile is in the next batch."""

    def __init__(self, encode: Encode, turn: threading.Lock) -> None:
        self._encode = encode
        self._turn = turn
        self._guard = threading.Lock()
        self._waiting: list[_Caller] = []

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        """Return the vectors of `texts`; raise what `encode` raises."""
        caller = _Caller(list(texts))
        with self._guard:
            self._waiting.append(caller)
        with self._turn:
            if caller.vectors is None and caller.error is None:
                with self._guard:
                    batch, self._waiting = self._waiting, []
                self._serve(batch)
        if caller.error is not None:
            raise caller.error
        assert caller.vectors is not None
        return caller.vectors

    def _serve(self, batch: list[_Caller]) -> None:
        try:
            vectors = self._encode([text for caller in batch for text in caller.texts])
        except Exception as error:
            for caller in batch:
                caller.error = error
            return
        start = 0
        for caller in batch:
            caller.vectors = vectors[start : start + len(caller.texts)]
            start += len(caller.texts)
