"""Which of the site's languages a question is in."""

from __future__ import annotations

import functools
import re
from typing import Any

from chatbots.lexical import STOP_WORDS, words
from chatbots.neighbours import is_neighbours

LANGUAGES = ("da", "en")
#: Share of the probability that English needs, and more when the visitor stands on a Danish page: short questions
#: ("influenza", "hoste") are words of several languages.
_ENGLISH_SHARE = {"en": 0.3, None: 0.6, "da": 0.7}
_NORDIC_LETTERS = frozenset("æøåäö")
#: "I" as only English has it; in Danish it is "in", or "you".
_ENGLISH_I = re.compile(
    r"\b(?:do|did|am|can|should|could|may|must) i\b|\bi(?: am|['’]m|['’]ve| want| need| feel)\b", re.IGNORECASE
)
#: Words of a question that are looked up one by one; a longer one is told by its letters.
_MOST_LOOKED_UP = 12
_ONLY_DANISH = STOP_WORDS["da"] - STOP_WORDS["en"]
_ONLY_ENGLISH = STOP_WORDS["en"] - STOP_WORDS["da"]


def detect_language(question: str, hint: str | None = None) -> str:
    """Return "da" or "en". Norwegian and Swedish are answered in Danish. `hint` is the language of the page."""
    if told := _told_by_small_words(question) or _told_by_vocabulary(question, hint):
        return told
    detector = _detector()
    english = _lingua().Language.ENGLISH
    shares = {value.language: value.value for value in detector.compute_language_confidence_values(question)}
    threshold = _ENGLISH_SHARE.get(hint, _ENGLISH_SHARE[None])
    if _NORDIC_LETTERS.intersection(question.lower()):
        return "da"
    return "en" if shares.get(english, 0.0) >= threshold else "da"


def _told_by_small_words(question: str) -> str:
    """Return the language that at least two small words are of, and none of the other; "" when they do not tell."""
    if _ENGLISH_I.search(question) and not _NORDIC_LETTERS.intersection(question.lower()):
        return "en"
    asked = set(words(question))
    danish, english = len(asked & _ONLY_DANISH), len(asked & _ONLY_ENGLISH)
    if danish and english:
        return ""
    return "da" if danish >= 2 else "en" if english >= 2 else ""


def _told_by_vocabulary(question: str, hint: str | None) -> str:
    """Return the language whose words the question has and the other lacks; "" when they do not tell.

    But on an English page one English word alone tells nothing: Danes borrow it ("mindfulness").
    """
    asked = [word for word in words(question) if len(word) > 1 and word.isalpha()]
    if len(asked) > _MOST_LOOKED_UP:
        return ""
    english = {word for word in asked if _is_known(word, "en")}
    danish = {word for word in asked if _is_known(word, "da") or is_neighbours(word)}
    only_english, only_danish = len(english - danish), len(danish - english)
    if only_danish and not only_english:
        return "da"
    if only_danish or _NORDIC_LETTERS.intersection(question.lower()):
        return ""
    return "en" if only_english > (hint != "en") else ""


def _is_known(word: str, language: str) -> bool:
    import simplemma

    return simplemma.is_known(word, lang=language)


@functools.cache
def _lingua() -> Any:
    import lingua

    return lingua


@functools.cache
def _detector() -> Any:
    language = _lingua().Language
    languages = (language.DANISH, language.ENGLISH, language.SWEDISH, language.BOKMAL)
    return _lingua().LanguageDetectorBuilder.from_languages(*languages).with_preloaded_language_models().build()
