"""What this project adds to Django's middleware."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.decorators import sync_only_middleware


class CompressedPages(GZipMiddleware):
    """Compresses pages, for the visitor on a slow line. What is sent bit by bit, an answer above all, goes as it comes.

    A page holds no secret whose length could tell it (BREACH): Django masks the form token anew each time, and a
    conversation stands only in what a POST gives back, which is left as it is.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.method != "GET" or response.streaming:
            return response
        return super().process_response(request, response)  # type: ignore[arg-type]


@sync_only_middleware
def in_one_thread(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Keep a request in the thread that it began in. Does nothing else; it must stand last.

    Under ASGI each middleware that could run either way is awaited on the event loop, and sends each of its own hooks
    to a thread and back: some twenty changes of thread a request. One that can only be called, innermost, has all of
    those around it called too.
    """
    return get_response
