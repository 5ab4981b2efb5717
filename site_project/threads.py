"""Threads that serve one request after another.

Django gives each request of an ASGI server a thread of its own and ends it afterwards; what a library keeps for a
thread, such as the model's helpers, ends with it. Here a thread goes on to the next request, with its connection to
the database. A request still has both to itself, so nothing else changes.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

#: Threads that wait for a request at most; more come and go with a rush.
MOST_IDLE = 8
#: Seconds without a request after which a thread lets go of the database. A site at rest holds no connection: SQLite's
#: file is whole then, and may be copied or replaced.
REST_AFTER = 1.0


def _executor() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="request")


@dataclass(slots=True, eq=False)
class _Thread:
    executor: ThreadPoolExecutor = field(default_factory=_executor)
    requests: int = 0  # that it has served


class KeptThreads:
    """Lends a thread to each request, and takes it back when nothing runs in it any more."""

    def __init__(self) -> None:
        self._idle: deque[_Thread] = deque()

    @property
    def idle(self) -> int:
        """How many threads wait for a request."""
        return len(self._idle)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Let all that is synchronous in this block run in one thread, alone."""
        thread = self._idle.pop() if self._idle else _Thread()
        thread.requests += 1
        try:
            async with ThreadSensitiveContext(executor=thread.executor):
                yield
        finally:
            thread.executor.submit(self._take_back, thread)  # Behind what a visitor who has left set going.
            asyncio.get_running_loop().call_later(REST_AFTER, self._rest, thread, thread.requests)

    def close(self) -> None:
        """End the threads that wait, and their connections."""
        while self._idle:
            thread = self._idle.pop()
            thread.executor.submit(connections.close_all)
            thread.executor.shutdown()

    def _take_back(self, thread: _Thread) -> None:
        if len(self._idle) < MOST_IDLE:
            self._idle.append(thread)
        else:
            connections.close_all()
            thread.executor.shutdown(wait=False)

    def _rest(self, thread: _Thread, requests: int) -> None:
        """Close a thread's connections when it is through with all it was given, unless it was lent again."""
        if thread.requests == requests:
            with suppress(RuntimeError):  # It has ended, and its connections with it.
                thread.executor.submit(connections.close_all)


class KeptThreadsHandler(ASGIHandler):
    """Django's own handler, on threads that are kept until it is closed."""

    def __init__(self) -> None:
        super().__init__()
        self._threads = KeptThreads()

    def load_middleware(self, is_async: bool = False) -> None:
        """Make a chain of synchronous steps alone, none of which leaves the request's thread.

        In an asynchronous chain an error is answered in another thread, which nobody tells to close its connection.
        """
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        return await sync_to_async(self.get_response)(request)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return await super().__call__(scope, receive, send)
        async with self._threads.one():
            await self.handle(scope, receive, send)

    def close(self) -> None:
        """End the threads that wait, and their connections."""
        self._threads.close()
