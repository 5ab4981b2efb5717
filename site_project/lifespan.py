"""The ASGI lifespan protocol: what a server process does before its first visitor, and after its last."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

Application = Callable[[Any, Any, Any], Awaitable[None]]
Step = Callable[[], None]


def with_lifespan(
    application: Application, *, startup: Iterable[Step] = (), shutdown: Iterable[Step] = ()
) -> Application:
    """Return `application` with steps that each server process takes when it starts and when it stops.

    A server is ready when the steps of its start have returned: what takes long, they only begin.
    """
    steps = {"lifespan.startup": tuple(startup), "lifespan.shutdown": tuple(shutdown)}

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            return await application(scope, receive, send)
        while True:
            message = await receive()
            for step in steps[message["type"]]:
                step()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return None

    return serve
