"""What this project adds to Django's middleware."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_only_middleware


@sync_only_middleware
def in_one_thread(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Keep a request in the thread that it began in. Does nothing else; it must stand last.

    Under ASGI each middleware that could run either way is awaited on the event loop, and sends each of its own hooks
    to a thread and back: some twenty changes of thread a request. One that can only be called, innermost, has all of
    those around it called too.
    """
    return get_response
