"""A process that has answered remembers pages, and none of the words that it was asked with."""

from __future__ import annotations

import functools
import gc
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

from chatbots.answering import Question
from chatbots.answering.pipeline import run
from chatbots.bots import BOTS, Bot
from chatbots.embedders.hashing import HashingEmbedder
from chatbots.lexical import stems_on_page
from content.models import Page

pytestmark = pytest.mark.django_db

#: Words of no page: odd, drawn out, misspelt and compound.
ODD = ("Kvabelonius", "tudemikkelhuset", "hjææælpekvindeprut", "skvoldkobberiet", "paraplyurmager")


#: What a cache is made of, and what it may hold.
_CONTAINERS = (dict, list, tuple, set, frozenset)


def strings_in_caches() -> set[str]:
    """Return every string that the cache of a function holds as an argument."""
    # By its type: to ask a lazy object of another test what it is may make it.
    wrappers = [found for found in gc.get_objects() if type(found) is functools._lru_cache_wrapper]
    return {text for wrapper in wrappers for text in _strings_in(wrapper)}


def _strings_in(cache: Any) -> Iterator[str]:
    waiting, seen = [cache], {id(cache), id(getattr(cache, "__wrapped__", None)), id(cache.__dict__), id(type(cache))}
    while waiting:
        for one in gc.get_referents(waiting.pop()):
            if isinstance(one, str):
                yield one
            elif id(one) not in seen and isinstance(one, _CONTAINERS):
                seen.add(id(one))
                waiting.append(one)


def test_what_a_page_says_is_found_in_the_caches() -> None:
    stems_on_page("En side om knurhaner", "da")
    assert "En side om knurhaner" in strings_in_caches()


@pytest.mark.parametrize("bot", BOTS.values(), ids=list(BOTS))
@pytest.mark.parametrize("language", ["da", "en", None])
def test_no_word_of_a_question_is_kept_in_a_cache(site: Page, bot: Bot, language: str | None) -> None:
    run(bot, Question(f"Hvad lindrer hosten for {' og '.join(ODD)}?", language=language))
    kept = [text for text in strings_in_caches() for odd in ODD if odd[:-3].casefold() in text.casefold()]
    assert kept == []


def test_what_was_computed_for_a_reading_goes_with_the_question(site: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    class Computed:
        pass

    held: list[weakref.ref[Computed]] = []

    def expect(self: HashingEmbedder, text: str) -> Computed:
        computed = Computed()
        held.append(weakref.ref(computed))
        return computed

    monkeypatch.setattr(HashingEmbedder, "expect_reading", expect)
    for bot in BOTS.values():
        run(bot, Question("Hvor mange grader er feber?"))
    assert [ref() for ref in held] == [None, None]
