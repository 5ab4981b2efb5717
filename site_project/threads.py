"""Threads that serve one request after another.

Django gives each request of an ASGI server a thread of its own and ends it afterwards; what a library keeps for a
thread, such as the model's helpers, ends with it. Here a thread goes on to the next request. A request still has one
to itself, so nothing else changes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

from asgiref.sync import ThreadSensitiveContext
from django.core.handlers.asgi import ASGIHandler

#: Threads that wait for a request at most; more come and go with a rush.
MOST_IDLE = 8


class KeptThreads:
    """Lends a thread to each request, and takes it back when nothing runs in it any more."""

    def __init__(self) -> None:
        self._idle: deque[ThreadPoolExecutor] = deque()

    @property
    def idle(self) -> int:
        """How many threads wait for a request."""
        return len(self._idle)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Let all that is synchronous in this block run in one thread, alone."""
        executor = self._idle.pop() if self._idle else ThreadPoolExecutor(1, thread_name_prefix="request")
        try:
            async with ThreadSensitiveContext(executor=executor):
                yield
        finally:
            executor.submit(self._take_back, executor)  # Behind what a visitor who has left set going.

    def _take_back(self, executor: ThreadPoolExecutor) -> None:
        if len(self._idle) < MOST_IDLE:
            self._idle.append(executor)
        else:
            executor.shutdown(wait=False)


class KeptThreadsHandler(ASGIHandler):
    """Django's own handler, on threads that are kept."""

    def __init__(self) -> None:
        super().__init__()
        self._threads = KeptThreads()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return await super().__call__(scope, receive, send)
        async with self._threads.one():
            await self.handle(scope, receive, send)
