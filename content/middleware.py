"""The language of a response follows from its address; in the admin, whose addresses name none, staff choose it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin


def language_of(path: str) -> str:
    """Return the language that `path` is written in: the first segment when it names one, else Danish."""
    first = path.removeprefix("/").partition("/")[0]
    return first if first in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def is_chosen(path: str) -> bool:
    """Say whether the language of `path` is chosen: where the cookie of the choice is sent, which is the admin."""
    return path.startswith(settings.LANGUAGE_COOKIE_PATH)


def language_for(request: HttpRequest) -> str:
    """Return the language to answer `request` in."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) if is_chosen(request.path_info) else None
    return chosen if chosen in dict(settings.LANGUAGES) else language_of(request.path_info)


class AddressLanguageMiddleware(MiddlewareMixin):
    """Activate the language of the address, so that a link shows the same page to everybody; in the admin, staff's."""

    def process_request(self, request: HttpRequest) -> None:
        translation.activate(language_for(request))
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if is_chosen(request.path_info):
            patch_vary_headers(response, ["Cookie"])
        response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        return response
