"""Which of the site's languages a question is in."""

from __future__ import annotations

import functools
from typing import Any

LANGUAGES = ("da", "en")
#: Share of the probability that English needs, and more when the visitor stands on a Danish page: short questions
#: ("influenza", "hoste") are words of several languages.
_ENGLISH_SHARE = {"en": 0.35, None: 0.6, "da": 0.7}


def detect_language(question: str, hint: str | None = None) -> str:
    """Return "da" or "en". Norwegian and Swedish are answered in Danish. `hint` is the language of the page."""
    detector = _detector()
    english = _lingua().Language.ENGLISH
    shares = {value.language: value.value for value in detector.compute_language_confidence_values(question)}
    threshold = _ENGLISH_SHARE.get(hint, _ENGLISH_SHARE[None])
    return "en" if shares.get(english, 0.0) >= threshold else "da"


@functools.cache
def _lingua() -> Any:
    import lingua

    return lingua


@functools.cache
def _detector() -> Any:
    language = _lingua().Language
    languages = (language.DANISH, language.ENGLISH, language.SWEDISH, language.BOKMAL)
    return _lingua().LanguageDetectorBuilder.from_languages(*languages).with_preloaded_language_models().build()
