"""How long the parts of an answer take, measured from outside: functions are wrapped while it runs."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class Stopwatch:
    """Sums the seconds that the calling thread spends in each named part."""

    def __init__(self) -> None:
        self._local = threading.local()

    def reset(self) -> None:
        self._local.seconds = defaultdict(float)

    @property
    def seconds(self) -> dict[str, float]:
        return self._local.seconds

    @contextmanager
    def on(self, parts: dict[str, tuple[Any, str]]) -> Iterator[None]:
        """Time `owner.name` as a part, for each part ▸ (owner, name), until the block ends."""
        originals = [(owner, name, getattr(owner, name)) for owner, name in parts.values()]
        for part, (owner, name) in parts.items():
            setattr(owner, name, self._timed(part, getattr(owner, name)))
        try:
            yield
        finally:
            for owner, name, original in originals:
                setattr(owner, name, original)

    def _timed(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **kwargs: Any) -> Any:
            began = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                self.seconds[part] += time.perf_counter() - began

        return timed
