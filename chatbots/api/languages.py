"""The language that a visitor is spoken to in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

LANGUAGES = ("da", "en")


def language_of(request: HttpRequest) -> str:
    """Return the first language of the Accept-Language header that we have, else the site's own."""
    for code, _quality in parse_accept_lang_header(request.META.get("HTTP_ACCEPT_LANGUAGE", "")):
        base = code.partition("-")[0]
        if base in LANGUAGES:
            return base
    return settings.LANGUAGE_CODE
