"""What speaks for and against the best hit as an answer, as numbers. Pure."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterable, Mapping, Sequence, Set

import numpy as np

from chatbots.answering.answer_forms import forms_wanted
from chatbots.answering.select import best_statement
from chatbots.lexical import stems, stems_on_page, words
from chatbots.named_things import named_things, subjects, things_in
from chatbots.retrieval import Hit, Retrieval
from chatbots.snapshots import LanguageIndex

_TAG = re.compile(r"<[^>]*>")
#: Words from which on a message tells a story, and names much that it does not ask about.
_STORY = 20
#: Of pages alone: the same ones are asked about again and again. What a visitor types is never kept.
things_on_page = functools.lru_cache(maxsize=4096)(things_in)


def features(retrieval: Retrieval, hits: Sequence[Hit]) -> dict[str, float]:
    """Return what speaks for and against the best hit as an answer."""
    best = hits[0]
    bm25 = retrieval.indexes[best.chunk.language].stems
    query = retrieval.query_in(best.chunk.language)
    asked = {stem: bm25.idf(stem) for stem in stems(query.repaired, best.chunk.language)}
    total = sum(asked.values()) or 1.0
    on_page = set().union(*(_stems_of(hit) for hit in hits if hit.page.pk == best.page.pk))
    named, said = _named(retrieval, hits)
    nowhere = bm25.idf("")  # what a word that stands on no page weighs
    pages = list({hit.page.pk: hit.page_score for hit in hits}.values())
    forms = forms_wanted(query.asks, best.chunk.language)
    answer = best_statement(hits, query.asks, bm25) if forms else ""
    return {
        "passage": best.signals.get("passage", 0.0),
        "question": best.signals.get("question", 0.0),
        "grams": best.signals["grams"],
        "margin": best.page_score - float(np.mean(pages[1:6])) if pages[1:] else 0.0,
        "page_coverage": sum(weight for stem, weight in asked.items() if stem in on_page) / total,
        "unknown": sum(weight for weight in asked.values() if weight >= nowhere) / total,
        "length": math.log1p(len(asked)),
        "named_missing": len(named - said) / len(named) if named else 0.0,
        "form_asked": float(bool(forms)),
        "form_missing": float(bool(forms) and not any(form.search(answer) for form in forms)),
    }


def is_about_another(retrieval: Retrieval, signals: Mapping[str, float]) -> bool:
    """Tell a health question that names illnesses or medicines, none of which the best hit's page names.

    However near it is: what helps against eczema is no answer about rosacea. `signals` are the hits' features.
    """
    names_a_subject = retrieval.bot.name == "health" and bool(retrieval.things_asked & subjects())
    return names_a_subject and signals["named_missing"] == 1.0


def names_what_no_page_names(retrieval: Retrieval) -> bool:
    """Tell a plain question that names something which stands, under any of its names, nowhere in the bot's index.

    Whatever is near it: a page about the dental clinic is no answer about whitening teeth.
    """
    if len(words(retrieval.query.text)) >= _STORY:
        return False
    indexes = retrieval.indexes.values()
    return any(not _stands_in(indexes, named_things()[thing]) for thing in retrieval.things_asked)


def stand_somewhere(retrieval: Retrieval, things: Set[int], language: str) -> bool:
    """Tell whether one of `things` stands, under any of its names, somewhere in the bot's index of this language."""
    indexes = [retrieval.indexes[language]] if language in retrieval.indexes else []
    return any(_stands_in(indexes, named_things()[thing]) for thing in things)


def _stands_in(indexes: Iterable[LanguageIndex], names: Sequence[str]) -> bool:
    return any(index.stems.has_together(stems(name, index.language)) for index in indexes for name in names)


def _named(retrieval: Retrieval, hits: Sequence[Hit]) -> tuple[frozenset[int], frozenset[int]]:
    """Return what the question is about by name, and what the best hit's page names.

    A question about chickenpox and nurseries is about chickenpox: an illness or a medicine counts before a place.
    """
    asked, best = retrieval.things_asked, hits[0]
    return asked & subjects() or asked, things_on_page(page_text(best), best.chunk.language)


def page_text(hit: Hit) -> str:
    """Return all that the page of a hit says: a guide's hit on an article is its title and summary alone."""
    page, chunk = hit.page, hit.chunk
    return " ".join(
        (page.title, page.summary, *page.questions, *chunk.heading_path, chunk.text, _TAG.sub(" ", page.body))
    )


def _stems_of(hit: Hit) -> Set[str]:
    chunk = hit.chunk
    words = " ".join((hit.page.title, *chunk.heading_path, chunk.text, *chunk.questions))
    return stems_on_page(words, chunk.language)
