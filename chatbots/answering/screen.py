"""Step: reply to what is no question before anything is searched: a greeting, thanks, a lone letter."""

from __future__ import annotations

from chatbots.answering import canned
from chatbots.answering.context import Context
from chatbots.lexical import fold, is_stop_word, words

_THANKS = frozenset(map(fold, "tak takker mange tusind thanks thank thx ".split()))
#: Words that go with a greeting, thanks or a question about the bot itself, and ask about nothing on the site.
_PLEASANTRIES = _THANKS | frozenset(
    map(
        fold,
        "hej hejsa hejhej hey hallo hello hi goddag godmorgen godaften dav farvel bye ok okay fint super jo ja nej "
        "hjælp hjælpen svar svaret help answer robot laver hedder name yes good morning evening".split(),
    )
)


def screen(context: Context) -> None:
    """End with a human reply when no word is left to search for."""
    asked = [fold(word) for word in words(context.question.message)]
    if any(_says_something(word) for word in asked):
        return
    if _THANKS.intersection(asked):
        canned.you_are_welcome(context)
    else:
        canned.greeting(context)


def _says_something(word: str) -> bool:
    if word.isdigit():
        return True
    return len(word) > 1 and word not in _PLEASANTRIES and not any(is_stop_word(word, name) for name in ("da", "en"))
