"""What this project adds to Django's middleware."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressedPages(GZipMiddleware):
    """Compresses pages, for the visitor on a slow line. What is sent bit by bit, an answer above all, goes as it comes.

    A page holds no secret whose length could tell it (BREACH): Django masks the form token anew each time, and a
    conversation stands only in what a POST gives back, which is left as it is.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.method != "GET" or response.streaming:
            return response
        return super().process_response(request, response)  # type: ignore[arg-type]
