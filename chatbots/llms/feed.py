"""Text on its way from the thread that makes it to the one that reads it, within its time."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Generator

from chatbots.exceptions import LLMError, LLMTimeout

#: Seconds of silence after which the reader gets "", so that it may see whether its visitor has left.
TICK = 0.25


class Feed:
    """One reply in the making. The producer calls `put` and `end`, and stops when `cancelled` is set.

    `on_cancel` is called, once, when the reader leaves before the end.
    """

    def __init__(self, first_token_timeout: float, total_timeout: float, on_cancel: Callable[[], object]) -> None:
        self.cancelled = threading.Event()
        self._pieces: queue.SimpleQueue[str | LLMError | None] = queue.SimpleQueue()
        self._first, self._total = first_token_timeout, total_timeout
        self._on_cancel = on_cancel
        self._started = time.monotonic()

    def put(self, text: str) -> None:
        if text:
            self._pieces.put(text)

    def end(self, error: LLMError | None = None) -> None:
        """Say that no more comes, or what went wrong."""
        self._pieces.put(error)

    def read(self) -> Generator[str]:
        """Yield what is put, and "" in between. Raises LLMTimeout, and the error that the producer ended with."""
        ended, came = False, False
        try:
            while True:
                limit, what = (self._total, "the last") if came else (min(self._first, self._total), "a first")
                left = self._started + limit - time.monotonic()
                if left <= 0:
                    raise LLMTimeout(f"{what} word did not come within {limit:g} s")
                try:
                    piece = self._pieces.get(timeout=min(left, TICK))
                except queue.Empty:
                    yield ""
                    continue
                if not isinstance(piece, str):
                    ended = True
                    if piece is not None:
                        raise piece
                    return
                came = True
                yield piece
        finally:
            if not ended:
                self.cancelled.set()
                self._on_cancel()
