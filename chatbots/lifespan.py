"""The ASGI lifespan protocol: a server that speaks it warms the bots up before the first visitor comes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from chatbots import warmup

Application = Callable[[Any, Any, Any], Awaitable[None]]


def with_warm_up(application: Application) -> Application:
    """Return `application` with a start-up that begins the warm-up in each server process, and waits for nothing."""

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            return await application(scope, receive, send)
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                warmup.start()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return None

    return serve
