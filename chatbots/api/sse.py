"""Events on the wire: server-sent events, one by one, from a pipeline that knows nothing of asyncio."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Generator, Iterator

from asgiref.sync import sync_to_async

from chatbots.types import Event

MEDIA_TYPE = "text/event-stream"
#: The events of which one ends every stream.
LAST = frozenset({"done", "error"})
KEEP_ALIVE = b": keep-alive\n\n"
#: Seconds of silence after which a comment tells proxies and browser that the connection lives.
KEEP_ALIVE_SECONDS = 10.0


def encode(event: Event) -> bytes:
    """Return `event` as bytes of the stream; its data is JSON on one line."""
    return f"event: {event.name}\ndata: {json.dumps(event.data, ensure_ascii=False)}\n\n".encode()


class EventStream:
    """The events of one answer, encoded, for a WSGI server. Closing it closes the generator they come from."""

    def __init__(self, events: Generator[Event], on_error: Callable[[Exception], Event]) -> None:
        """Wait for the first event; raise what `events` raises before it.

        What it raises later ends the stream, with the event that `on_error` makes of it; so does an end without one
        of the LAST events.
        """
        self._events = events
        self._on_error = on_error
        self._ended = False
        self._first = next(events, None)

    def __iter__(self) -> Iterator[bytes]:
        while (chunk := self.step()) is not None:
            yield chunk

    def step(self) -> bytes | None:
        """Return the next event, encoded, or None after the last."""
        event, self._first = self._first, None
        try:
            event = event or next(self._events, None)
            if event is None and not self._ended:
                raise RuntimeError("The pipeline ended without an answer")
        except Exception as error:  # The generator has ended with it; the next step returns None.
            event = self._on_error(error)
        if event is None:
            return None
        self._ended = self._ended or event.name in LAST
        return encode(event)

    def close(self) -> None:
        """Stop the pipeline where it is. The server calls this when it is done, or the visitor has left."""
        self._first, self._ended = None, True
        self._events.close()


class AsyncEventStream:
    """An EventStream for an ASGI server: sends each event as it is made, and a comment when there is none for long.

    The pipeline runs in the request's own thread, a step per event: it is never ahead of what the server has sent,
    and closing it waits its turn behind the step that runs.
    """

    def __init__(self, stream: EventStream, keep_alive: float | None = None) -> None:
        """`keep_alive`: seconds of silence between two comments."""
        self._stream = stream
        self._keep_alive = KEEP_ALIVE_SECONDS if keep_alive is None else keep_alive

    async def __aiter__(self) -> AsyncIterator[bytes]:
        step = sync_to_async(self._stream.step, thread_sensitive=True)
        while True:
            pending = asyncio.ensure_future(step())
            try:
                while not (await asyncio.wait({pending}, timeout=self._keep_alive))[0]:
                    yield KEEP_ALIVE
                chunk = pending.result()
            finally:
                pending.cancel()
            if chunk is None:
                return
            yield chunk

    def close(self) -> None:
        self._stream.close()
