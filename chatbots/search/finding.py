"""What a visitor typed ▸ the pages that say it: the two bots' retrievals merged, or the database's own words.

Health articles come from the health bot's index and site pages from the guide's. Each score is standardised over its
own index, so the two lists are merged as they are. Where an index cannot be read, titles, summaries and questions
are searched in the database instead, and the findings say so.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from django.utils.text import Truncator

from chatbots.answering.features import page_text, stand_somewhere
from chatbots.answering.select import select_statements
from chatbots.bots import GUIDE, HEALTH, Bot
from chatbots.exceptions import ChatbotsError
from chatbots.language import LANGUAGES
from chatbots.lexical import fold
from chatbots.lexical import words as split_words
from chatbots.named_things import subjects, things_in
from chatbots.retrieval import Hit, Retrieval, read_question, retrieve
from chatbots.search.marking import Piece, Wanted
from chatbots.search.titles import pages_named
from content.models import Page

logger = logging.getLogger(__name__)

#: Whose index knows all of the pages of a kind.
KNOWN_BY: dict[str, Bot] = {Page.Kind.HEALTH: HEALTH, Page.Kind.PAGE: GUIDE}
#: A page is left out when it scores less than this share of the best. More is asked where none of its passages says
#: this share of what the words tell: of 201 questions two lose the page that answers, and the list is a third as long.
WORTH, WORTH_UNSAID = 0.3, 0.6
SAID = 0.5
#: It is left out, too, when it scores less than these: a page that shares words with the search, and one that is found
#: by its meaning alone. Letters without a meaning bring the best page to 11.8, so less is enough for a whole question
#: only, of as many words as this.
SHARES_WORDS, MEANS_IT, QUESTION_MEANS_IT = 3.5, 12.5, 6.0
QUESTION_WORDS = 4
#: Standardised lexical score from which on a page shares words with the search.
_SHARED = 1.0
#: Statements shown of a passage, the most characters of them, and further passages of the page that are named.
STATEMENTS, EXCERPT, FURTHER = 2, 300, 2
#: A further passage is named when it scores this share of the best one.
_CLOSE = 0.6
#: Letters of a thing's name that ends a longer word.
_ENDING_FROM = 4
#: Pages in the other language that are shown below the others.
FOREIGN = 3
#: Pages that are shown where none names what was searched for.
UNNAMED = 5


@dataclass(frozen=True, slots=True)
class Passage:
    """A section of a page that says what was searched for."""

    heading: str
    url: str


@dataclass(frozen=True, slots=True)
class Found:
    """A page as a result of a search."""

    page: Page
    url: str  # with the #anchor of the section that the excerpt is from
    score: float
    is_said: bool  # whether one passage says at least half of what was searched for
    title: tuple[Piece, ...]
    heading: str
    excerpt: tuple[Piece, ...]
    further: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Findings:
    """All that was found, best first."""

    pages: tuple[Found, ...]
    #: Pages in the other language, for who writes in it.
    foreign: tuple[Found, ...] = ()
    #: The words as they were understood, where they were put right; else "".
    corrected: str = ""
    #: Whether a page names what was searched for, under any of its names; else the pages are only near it.
    is_named: bool = True
    #: Whether some of the pages could only be searched by title and summary.
    is_reduced: bool = False


def find(words: str, language: str) -> Findings:
    """Return the public pages of `language` that say what `words` ask for. Never fails for want of an index."""
    found: list[Found] = []
    foreign: list[Found] = []
    corrected, is_reduced, is_named = "", False, False
    for kind, bot in KNOWN_BY.items():
        try:
            retrieval = retrieve(bot, read_question(bot, words, language))
            found += _pages(retrieval, kind, language)
            if retrieval.query.language != language and retrieval.query.language in LANGUAGES:
                foreign += _pages(retrieval, kind, retrieval.query.language)
            is_named = is_named or _is_named(retrieval, {language, retrieval.query.language})
            if _differ(retrieval.query.repaired, words):
                corrected = corrected or retrieval.query.repaired
        except ChatbotsError as error:
            logger.warning("search goes on by titles: %s", type(error).__name__)
            is_reduced = is_named = True  # what is found in the database is found by its words
            found += [_from_summary(page, score, words) for page, score in pages_named(words, language, kind)]
    worth = (0.0, 0.0) if is_reduced else (WORTH, WORTH_UNSAID)
    most = None if is_named else UNNAMED
    return Findings(
        _ranked(found, *worth)[:most],
        _ranked(foreign, WORTH, WORTH_UNSAID)[:FOREIGN],
        corrected,
        is_named=is_named,
        is_reduced=is_reduced,
    )


def _pages(retrieval: Retrieval, kind: str, language: str) -> Iterator[Found]:
    """Yield the pages of one kind that are worth showing, each by its best passage."""
    query = retrieval.query_in(language)
    wanted, understood = Wanted.of(language, query.text, query.repaired), Wanted.of(language, query.repaired)
    means_it = QUESTION_MEANS_IT if len(split_words(query.text)) >= QUESTION_WORDS else MEANS_IT
    by_page: dict[int, list[Hit]] = {}
    for hit in retrieval.hits(language):
        if hit.page.kind == kind:
            by_page.setdefault(hit.page.pk, []).append(hit)
    for best, *others in by_page.values():
        if best.page_score < (SHARES_WORDS if _shares_words([best, *others], wanted) else means_it):
            continue
        index = retrieval.indexes[language].stems
        said = select_statements(best, query.asks, index, STATEMENTS)
        yield Found(
            best.page,
            _address(best),
            best.page_score,
            any(understood.share_said(_passage_text(hit), index.idf) >= SAID for hit in (best, *others)),
            wanted.pieces(best.page.title),
            _heading(best),
            wanted.pieces(_shortened(" … ".join(said) or best.page.summary)),
            _further(best, others),
        )


def _is_named(retrieval: Retrieval, languages: Set[str]) -> bool:
    """Tell whether a page names what was searched for: one of the words that tell something, or a thing by any name.

    A thing that has names of its own goes before the other words: "fri abort" is not about what is free. In a whole
    question that is so of illnesses and medicines only.
    """
    asked = retrieval.things_asked & subjects()
    if not asked and len(split_words(retrieval.query.text)) < QUESTION_WORDS:
        asked = retrieval.things_asked
    if asked and stand_somewhere(retrieval, asked):
        return True
    for language in sorted(languages & retrieval.indexes.keys()):
        query, index = retrieval.query_in(language), retrieval.indexes[language].stems
        wanted = Wanted.of(language, query.text, query.repaired)
        if not asked and any(index.has_together([stem]) for stem in wanted.telling):
            return True
        # In a longer word no index finds them: "gigt" in "slidgigt".
        named = [fold(word) for word in split_words(query.repaired) if asked & things_in(word, query.language)]
        for hit in {hit.page.pk: hit for hit in retrieval.hits(language)}.values():
            said = set(split_words(page_text(hit)))
            if _names_part(said, named) if asked else wanted.stands_inside(said):
                return True
    return False


def _names_part(said: Set[str], names: Sequence[str]) -> bool:
    endings = tuple(name for name in names if len(name) >= _ENDING_FROM)
    return bool(endings) and any(fold(word).endswith(endings) for word in said)


def _shares_words(hits: Sequence[Hit], wanted: Wanted) -> bool:
    return any(max(hit.signals.get("stems", 0.0), hit.signals.get("grams", 0.0)) > _SHARED for hit in hits) or any(
        piece.is_match for piece in wanted.pieces(hits[0].page.title)
    )


def _further(best: Hit, others: Sequence[Hit]) -> tuple[Passage, ...]:
    close = [hit for hit in others if _heading(hit) and hit.score >= _CLOSE * best.score]
    named = {_heading(hit): Passage(_heading(hit), _address(hit)) for hit in close if hit.chunk.anchor}
    named.pop(_heading(best), None)
    return tuple(named.values())[:FURTHER]


def _from_summary(page: Page, score: float, words: str) -> Found:
    wanted = Wanted.of(page.language, words)
    return Found(page, page.get_absolute_url(), score, True, wanted.pieces(page.title), "", wanted.pieces(page.summary))


def _passage_text(hit: Hit) -> str:
    return " ".join((hit.page.title, *hit.chunk.heading_path, hit.chunk.text, *hit.chunk.questions))


def _ranked(found: Sequence[Found], worth: float, worth_unsaid: float) -> tuple[Found, ...]:
    """Return what scores these shares of the best: `worth_unsaid` where no passage says the words. Best first."""
    ranked = sorted(found, key=lambda one: (-one.score, one.page.title))
    return tuple(one for one in ranked if one.score >= (worth if one.is_said else worth_unsaid) * ranked[0].score)


def _address(hit: Hit) -> str:
    path = hit.page.get_absolute_url()
    return f"{path}#{hit.chunk.anchor}" if hit.chunk.anchor else path


def _heading(hit: Hit) -> str:
    return hit.chunk.heading_path[-1] if hit.chunk.heading_path else ""


def _shortened(text: str) -> str:
    return Truncator(text).chars(EXCERPT, truncate="…")


def _differ(repaired: str, words: str) -> bool:
    return repaired.casefold() != words.casefold()
