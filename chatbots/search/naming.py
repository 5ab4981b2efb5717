"""Whether a page says what was searched for, and whether any page names it, under any of its names."""

from __future__ import annotations

from collections.abc import Sequence, Set

from chatbots.answering.features import page_text, stand_somewhere, things_on_page
from chatbots.lexical import fold, words
from chatbots.named_things import subjects, things_in
from chatbots.retrieval import Hit, Retrieval
from chatbots.search.marking import Wanted

#: Words from which on a search is a whole question.
QUESTION_WORDS = 4
#: A page says the words when one of its passages says this share of what they tell.
SAID = 0.5
#: Letters of a thing's name that ends a longer word.
_ENDING_FROM = 4


def is_question(text: str) -> bool:
    """Tell a whole question from a few words."""
    return len(words(text)) >= QUESTION_WORDS


def is_said_on(hits: Sequence[Hit], retrieval: Retrieval, language: str) -> bool:
    """Tell whether one of the `hits`, which are of one page, says what was searched for, or the page names it.

    Of a few words that name a thing it must say all, and not only their stems: "memory and pain are back" is not about
    back pain, nor what is told in short ("kort") about "kortison".
    """
    things = _things_named(retrieval)
    if things & things_on_page(page_text(hits[0]), language):
        return True
    query, weight = retrieval.query_in(language), retrieval.indexes[language].stems.idf
    understood = Wanted.of(language, query.repaired)
    if things and not is_question(query.text):
        return any(understood.stands_inside(words(_passage_text(hit))) for hit in hits)
    return any(understood.share_said(_passage_text(hit), weight) >= SAID for hit in hits)


def is_named_in(retrieval: Retrieval, language: str) -> bool:
    """Tell whether a page of `language` names what was searched for: a word that tells something, or a thing."""
    if language not in retrieval.indexes:
        return False
    asked = _things_named(retrieval)
    if asked and stand_somewhere(retrieval, asked, language):
        return True
    query, index = retrieval.query_in(language), retrieval.indexes[language].stems
    wanted = Wanted.of(language, query.text, query.repaired)
    if not asked and any(index.has_together([stem]) for stem in wanted.telling):
        return True
    # In a longer word no index finds them: "gigt" in "slidgigt".
    named = [fold(word) for word in words(query.repaired) if asked & things_in(word, query.language)]
    for hit in {hit.page.pk: hit for hit in retrieval.hits(language)}.values():
        said = set(words(page_text(hit)))
        if _names_part(said, named) if asked else wanted.stands_inside(said):
            return True
    return False


def _things_named(retrieval: Retrieval) -> Set[int]:
    """Return the things that the words name and that go before the other words: "fri abort" is not about what is free.

    In a whole question that is so of illnesses and medicines only.
    """
    things = retrieval.things_asked & subjects()
    if not things and not is_question(retrieval.query.text):
        things = retrieval.things_asked
    return things


def _names_part(said: Set[str], names: Sequence[str]) -> bool:
    endings = tuple(name for name in names if len(name) >= _ENDING_FROM)
    return bool(endings) and any(fold(word).endswith(endings) for word in said)


def _passage_text(hit: Hit) -> str:
    return " ".join((hit.page.title, *hit.chunk.heading_path, hit.chunk.text, *hit.chunk.questions))
