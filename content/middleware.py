"""The language of a response follows from its address, never from the visitor's browser."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin


def language_of(path: str) -> str:
    """Return the language that `path` is written in: the first segment when it names one, else Danish."""
    first = path.removeprefix("/").partition("/")[0]
    return first if first in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class AddressLanguageMiddleware(MiddlewareMixin):
    """Activate the language of the address, so that a link shows the same page to everybody."""

    def process_request(self, request: HttpRequest) -> None:
        translation.activate(language_of(request.path_info))
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        return response
