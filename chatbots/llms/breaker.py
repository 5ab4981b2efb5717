"""A circuit breaker: after some failures in a row the model is left alone for a while, then tried by one."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from chatbots.exceptions import CircuitOpen, LLMBusy, LLMError

logger = logging.getLogger(__name__)

State = Literal["closed", "open", "trying"]


class CircuitBreaker:
    """Guards what may fail: `with breaker.attempt(): …` raises CircuitOpen at once, or counts how it went.

    `failures` in a row open the circuit. After `rest` seconds one caller is let through; when it succeeds, everyone is.
    A visitor who leaves, and a full queue, say nothing about the model. Threads may share it.
    """

    def __init__(self, failures: int, rest: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._failures = failures
        self._rest = rest
        self._clock = clock
        self._lock = threading.Lock()
        self._failed = 0
        self._opened: float | None = None
        self._trying = False
        #: What went wrong last; "" after a success.
        self.last_error = ""

    @property
    def state(self) -> State:
        with self._lock:
            if self._opened is None:
                return "closed"
            return "trying" if self._trying or not self.seconds_left else "open"

    @property
    def seconds_left(self) -> float:
        """Seconds until the model is tried again; 0 when it may be."""
        opened = self._opened
        return 0.0 if opened is None else max(0.0, opened + self._rest - self._clock())

    @contextmanager
    def attempt(self) -> Iterator[None]:
        trial = self._let_in()
        try:
            yield
        except LLMBusy:
            raise
        except LLMError as error:
            self._fail(error, trial)
            raise
        else:
            self._succeed()
        finally:
            if trial:
                self._trying = False

    def _let_in(self) -> bool:
        """Return whether this is the one that tries an open circuit; raise CircuitOpen."""
        with self._lock:
            if self._opened is None:
                return False
            if self._trying or self.seconds_left:
                raise CircuitOpen(self.last_error)
            self._trying = True
            return True

    def _succeed(self) -> None:
        with self._lock:
            if self._opened is not None:
                logger.warning("The language model answers again")
            self._failed, self._opened, self.last_error = 0, None, ""

    def _fail(self, error: LLMError, trial: bool) -> None:
        with self._lock:
            self._failed += 1
            self.last_error = f"{type(error).__name__}: {error}"
            if trial or self._failed >= self._failures:
                self._opened = self._clock()
                logger.warning("The language model is left alone for %g s: %s", self._rest, self.last_error)
