"""What speaks for and against the best hit as an answer, as numbers. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np

from chatbots.answering.named_things import things_in
from chatbots.lexical import stems
from chatbots.retrieval import Hit, Retrieval

_TAG = re.compile(r"<[^>]*>")


def features(retrieval: Retrieval, hits: Sequence[Hit]) -> dict[str, float]:
    """Return what speaks for and against the best hit as an answer."""
    best = hits[0]
    bm25 = retrieval.indexes[best.chunk.language].stems
    asked = {stem: bm25.idf(stem) for stem in stems(retrieval.query.repaired, best.chunk.language)}
    total = sum(asked.values()) or 1.0
    on_page = set().union(*(_stems_of(hit) for hit in hits if hit.page.pk == best.page.pk))
    nowhere = bm25.idf("")  # what a word that stands on no page weighs
    pages = list({hit.page.pk: hit.page_score for hit in hits}.values())
    return {
        "passage": best.signals.get("passage", 0.0),
        "question": best.signals.get("question", 0.0),
        "grams": best.signals["grams"],
        "margin": best.page_score - float(np.mean(pages[1:6])) if pages[1:] else 0.0,
        "page_coverage": sum(weight for stem, weight in asked.items() if stem in on_page) / total,
        "unknown": sum(weight for weight in asked.values() if weight >= nowhere) / total,
        "length": math.log1p(len(asked)),
        **_named(retrieval, hits),
    }


def _named(retrieval: Retrieval, hits: Sequence[Hit]) -> dict[str, float]:
    """Return which share of the things that the question names its best page does not, and whether it names none."""
    query, best = retrieval.query, hits[0]
    asked = things_in(query.text, query.language) | things_in(query.repaired, query.language)
    said = things_in(_page_text(best), best.chunk.language)
    return {
        "named_missing": len(asked - said) / len(asked) if asked else 0.0,
        "named_none": float(bool(asked) and not asked & said),
    }


def _page_text(hit: Hit) -> str:
    """Return all that the page of a hit says: a guide's hit on an article is its title and summary alone."""
    page, chunk = hit.page, hit.chunk
    return " ".join(
        (page.title, page.summary, *page.questions, *chunk.heading_path, chunk.text, _TAG.sub(" ", page.body))
    )


def _stems_of(hit: Hit) -> set[str]:
    chunk = hit.chunk
    words = " ".join((hit.page.title, *chunk.heading_path, chunk.text, *chunk.questions))
    return set(stems(words, chunk.language))
