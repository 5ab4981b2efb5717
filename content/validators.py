"""What a value must be before it is stored, whichever way it came in."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from content.cleaning import clean_line
from content.slugs import is_slug

_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"\\\x00-\x1f\x7f\ud800-\udfff]+\Z", re.IGNORECASE)


def is_web_address(url: str) -> bool:
    """Say whether `url` is a whole http(s) address with a host."""
    if not _WEB_ADDRESS.match(url):
        return False
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def validate_slug(value: str) -> None:
    """Accept lowercase ASCII words joined by hyphens."""
    if not is_slug(value):
        raise ValidationError(
            _(
                "“%(value)s” kan ikke bruges som adresse. Brug små bogstaver a-z, tal og bindestreger, "
                "fx “ondt-i-halsen”."
            ),
            code="invalid_slug",
            params={"value": value},
        )


def validate_sources(value: Any) -> None:
    """Accept a list of {"title": str, "url": http(s) address}."""
    if not isinstance(value, list):
        raise ValidationError(_("Kilder skal være en liste."), code="invalid_sources")
    errors = []
    for number, source in enumerate(value, start=1):
        if not isinstance(source, dict) or set(source) != {"title", "url"}:
            errors.append(_("Kilde %(number)d skal have en titel og en webadresse.") % {"number": number})
        elif not isinstance(source["title"], str) or not clean_line(source["title"]):
            errors.append(_("Kilde %(number)d mangler en titel.") % {"number": number})
        elif not isinstance(source["url"], str) or not is_web_address(source["url"]):
            errors.append(
                _("Kilde %(number)d: “%(url)s” er ikke en webadresse. Den skal begynde med https:// eller http://.")
                % {"number": number, "url": source["url"]}
            )
    if errors:
        raise ValidationError(errors, code="invalid_sources")


def validate_questions(value: Any) -> None:
    """Accept a list of strings in each of which there is something to read."""
    if not isinstance(value, list):
        raise ValidationError(_("Spørgsmål skal være en liste."), code="invalid_questions")
    errors = [
        _("Spørgsmål %(number)d skal være tekst.") % {"number": number}
        for number, question in enumerate(value, start=1)
        if not isinstance(question, str) or not clean_line(question)
    ]
    if errors:
        raise ValidationError(errors, code="invalid_questions")


def validate_words(value: str) -> None:
    """Accept a text in which there is something to read."""
    if not clean_line(value):
        raise ValidationError(_("Skriv noget, der kan læses."), code="no_words")
