"""Which of the site's languages a question is in."""

from __future__ import annotations

import functools
from typing import Any

from chatbots.lexical import STOP_WORDS, words

LANGUAGES = ("da", "en")
#: Share of the probability that English needs, and more when the visitor stands on a Danish page: short questions
#: ("influenza", "hoste") are words of several languages.
_ENGLISH_SHARE = {"en": 0.3, None: 0.6, "da": 0.7}
_ONLY_DANISH = STOP_WORDS["da"] - STOP_WORDS["en"]
_ONLY_ENGLISH = STOP_WORDS["en"] - STOP_WORDS["da"]


def detect_language(question: str, hint: str | None = None) -> str:
    """Return "da" or "en". Norwegian and Swedish are answered in Danish. `hint` is the language of the page."""
    if told := _told_by_small_words(question):
        return told
    detector = _detector()
    english = _lingua().Language.ENGLISH
    shares = {value.language: value.value for value in detector.compute_language_confidence_values(question)}
    threshold = _ENGLISH_SHARE.get(hint, _ENGLISH_SHARE[None])
    return "en" if shares.get(english, 0.0) >= threshold else "da"


def _told_by_small_words(question: str) -> str:
    """Return the language that at least two small words are of, and none of the other; "" when they do not tell."""
    asked = set(words(question))
    danish, english = len(asked & _ONLY_DANISH), len(asked & _ONLY_ENGLISH)
    if danish and english:
        return ""
    return "da" if danish >= 2 else "en" if english >= 2 else ""


@functools.cache
def _lingua() -> Any:
    import lingua

    return lingua


@functools.cache
def _detector() -> Any:
    language = _lingua().Language
    languages = (language.DANISH, language.ENGLISH, language.SWEDISH, language.BOKMAL)
    return _lingua().LanguageDetectorBuilder.from_languages(*languages).with_preloaded_language_models().build()
