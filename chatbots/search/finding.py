"""What a visitor typed ▸ the pages that say it: the two bots' retrievals merged, or the database's own words.

Health articles come from the health bot's index and site pages from the guide's. Each score is standardised over its
own index, so the two lists are merged as they are. Where an index cannot be read, titles, summaries and questions
are searched in the database instead, and the findings say so.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.text import Truncator

from chatbots.answering.select import select_statements
from chatbots.bots import GUIDE, HEALTH, Bot
from chatbots.exceptions import ChatbotsError
from chatbots.glossary import in_danish_words
from chatbots.language import LANGUAGES, detect_language
from chatbots.lexical import is_stop_word
from chatbots.lexical import words as split_words
from chatbots.query import Query, read_question
from chatbots.retrieval import Hit, Retrieval, retrieve
from chatbots.search.marking import Piece, Wanted
from chatbots.search.naming import is_named_in, is_question, is_said_on
from chatbots.search.titles import pages_named
from chatbots.serving import current_snapshot
from chatbots.snapshots import Snapshot
from content.models import Page

logger = logging.getLogger(__name__)

#: Whose index knows all of the pages of a kind.
KNOWN_BY: dict[str, Bot] = {Page.Kind.HEALTH: HEALTH, Page.Kind.PAGE: GUIDE}
#: A page is left out when it scores less than this share of the best, the second where it does not say the words: of
#: 201 questions two lose the page that answers, and 28 results become 8.
WORTH, WORTH_UNSAID = 0.3, 0.7
#: What the score of a page that does not say them is worth for the order, where only a few words are searched for.
UNSAID = 0.6
#: It is left out, too, when it scores less than these: a page that shares words with the search, and one that is found
#: by its meaning alone. Letters without a meaning bring the best page to 12.8, so less is enough for a whole question
#: only.
SHARES_WORDS, MEANS_IT, QUESTION_MEANS_IT = 3.5, 14.0, 8.0
#: Standardised lexical score from which on a page shares words with the search.
_SHARED = 1.0
#: Statements shown of a passage, the most characters of them, and further passages of the page that are named.
STATEMENTS, EXCERPT, FURTHER = 2, 300, 2
#: A further passage is named when it scores this share of the best one.
_CLOSE = 0.6
#: Pages in the other language that are shown below the others.
FOREIGN = 5
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
    is_said: bool  # whether a passage says at least half of what was searched for, or the page names it
    title: tuple[Piece, ...]
    heading: str
    excerpt: tuple[Piece, ...]
    further: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Findings:
    """All that was found, best first."""

    pages: tuple[Found, ...]
    #: Pages in the other language: for who writes in it, and Danish ones for everybody.
    foreign: tuple[Found, ...] = ()
    #: The words as they were understood, where they were put right; else "".
    corrected: str = ""
    #: Whether one of the pages names what was searched for, under any of its names; else they are only near it, and
    #: there are none where one in the other language names it.
    is_named: bool = True
    #: Whether some of the pages could only be searched by title and summary.
    is_reduced: bool = False


def find(words: str, language: str) -> Findings:
    """Return the public pages of `language` that say what `words` ask for. Never fails for want of an index."""
    found: list[Found] = []
    foreign: list[Found] = []
    corrected, is_reduced, is_named, is_named_elsewhere = "", False, False, False
    for kind, bot in KNOWN_BY.items():
        try:
            retrieval = retrieve(bot, _read(bot, words, language))
            found += _pages(retrieval, kind, language)
            is_named = is_named or is_named_in(retrieval, language)
            for other in _other_languages(retrieval, language):
                foreign += _pages(retrieval, kind, other)
                is_named_elsewhere = is_named_elsewhere or is_named_in(retrieval, other)
            if _differ(retrieval.query.repaired, words):
                corrected = corrected or retrieval.query.repaired
        except ChatbotsError as error:
            logger.warning("search goes on by titles: %s", type(error).__name__)
            is_reduced = is_named = True  # what is found in the database is found by its words
            found += [_from_summary(page, score, words) for page, score in pages_named(words, language, kind)]
    is_short = not is_question(words)
    here = _ranked(found, is_short, everything=is_reduced)
    elsewhere = _ranked(foreign, is_short) if is_named_elsewhere else ()
    if is_short:  # A few words stand on a page, or the page is not about them.
        elsewhere = tuple(one for one in elsewhere if one.is_said)
        is_named = is_named and (not elsewhere or any(one.is_said for one in here))
    if not is_named:
        here = () if elsewhere else here[:UNNAMED]
    return Findings(here, elsewhere[:FOREIGN], corrected, is_named=is_named, is_reduced=is_reduced)


def _read(bot: Bot, words: str, language: str) -> Query:
    """Return the words as a query: on a Danish page in English where no Danish page has them and they are English."""
    if detect_language(words, language) == "da" and _only_english(words, current_snapshot(bot.name)):
        return read_question(bot, words, language, language="en")
    return read_question(bot, words, language)


def _only_english(words: str, snapshot: Snapshot) -> bool:
    """Tell whether each word that tells something is an English one, spelt as such, and on no Danish page."""
    danish = snapshot.languages["da"].word_counts if "da" in snapshot.languages else {}
    telling = [word for word in split_words(words) if not is_stop_word(word, "da")]
    return bool(telling) and all(word not in danish and in_danish_words(word, {word}) != word for word in telling)


def _other_languages(retrieval: Retrieval, language: str) -> list[str]:
    """Return the languages whose pages stand below those of `language`: the words' own, and Danish, which has most."""
    return [
        other
        for other in LANGUAGES
        if other != language and (other == retrieval.query.language or other == "da") and other in retrieval.indexes
    ]


def _pages(retrieval: Retrieval, kind: str, language: str) -> Iterator[Found]:
    """Yield the pages of one kind that are worth showing, each by its best passage."""
    if language not in retrieval.indexes:
        return
    query, index = retrieval.query_in(language), retrieval.indexes[language].stems
    wanted = Wanted.of(language, query.text, query.repaired)
    means_it = QUESTION_MEANS_IT if is_question(query.text) else MEANS_IT
    by_page: dict[int, list[Hit]] = {}
    for hit in retrieval.hits(language):
        if hit.page.kind == kind:
            by_page.setdefault(hit.page.pk, []).append(hit)
    for hits in by_page.values():
        best, *others = hits
        is_said = is_said_on(hits, retrieval, language)
        if best.page_score < (SHARES_WORDS if is_said or _shares_words(hits, wanted) else means_it):
            continue
        said = select_statements(best, query.asks, index, STATEMENTS)
        yield Found(
            best.page,
            _address(best),
            best.page_score,
            is_said,
            wanted.pieces(best.page.title),
            _heading(best),
            wanted.pieces(_shortened(" … ".join(said) or best.page.summary)),
            _further(best, others),
        )


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


def _ranked(found: Sequence[Found], is_short: bool, *, everything: bool = False) -> tuple[Found, ...]:
    """Return what is worth showing beside the best, best first. Of a few words, pages that say them count for more."""
    best = max((one.score for one in found), default=0.0)
    kept = [one for one in found if everything or one.score >= (WORTH if one.is_said else WORTH_UNSAID) * best]
    unsaid = UNSAID if is_short else 1.0
    return tuple(sorted(kept, key=lambda one: (-one.score * (1.0 if one.is_said else unsaid), one.page.title)))


def _address(hit: Hit) -> str:
    path = hit.page.get_absolute_url()
    return f"{path}#{hit.chunk.anchor}" if hit.chunk.anchor else path


def _heading(hit: Hit) -> str:
    return hit.chunk.heading_path[-1] if hit.chunk.heading_path else ""


def _shortened(text: str) -> str:
    return Truncator(text).chars(EXCERPT, truncate="…")


def _differ(repaired: str, words: str) -> bool:
    return repaired.casefold() != words.casefold()
