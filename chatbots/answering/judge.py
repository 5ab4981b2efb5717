"""Step: decide whether what was found answers the question.

The nearest chunk is always near something. Several signals together tell whether it answers; how much each counts
was fitted (see `sufficiency.json`), not guessed.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from chatbots.answering import canned
from chatbots.answering.context import Context
from chatbots.lexical import stems
from chatbots.retrieval import Hit, Retrieval
from chatbots.types import Suggestion

SUFFICIENCY_FILE = Path(__file__).with_name("sufficiency.json")
MAX_SUGGESTIONS = 3


@dataclass(frozen=True, slots=True)
class Assessment:
    """What was found, judged: the hits to quote, best first, and how sure it is that they answer, 0 to 1.

    `answers` says whether that is sure enough.
    """

    evidence: tuple[Hit, ...]
    confidence: float
    answers: bool


def judge(context: Context) -> None:
    """Leave the evidence and the confidence in it, or end with `no_answer`."""
    assert context.retrieval is not None
    found = assess(context.retrieval)
    if found.answers:
        context.evidence, context.confidence = found.evidence, found.confidence
    else:
        canned.no_answer(context, nearest_pages(context.retrieval))


def assess(retrieval: Retrieval) -> Assessment:
    """Judge what was found. The question's own language comes first; the other only when it alone has the answer."""
    own = retrieval.query.language
    others = [language for language in retrieval.indexes if language != own]
    surest = 0.0
    for language in [own, *others]:
        hits = retrieval.hits(language)
        if not hits:
            continue
        fitted, signals = _fitted(crosslingual=language != own), features(retrieval, hits)
        if not _is_worth_judging(signals, own, language, retrieval.bot.name):
            continue
        confidence = confidence_in(signals, fitted)
        if confidence >= fitted["thresholds"][retrieval.bot.name]:
            return Assessment(hits, confidence, answers=True)
        surest = max(surest, confidence)
    return Assessment((), surest, answers=False)


#: Share of a question's words, by weight, that may be words of no page. A health question about a disease that no
#: article names is not answered from the nearest one; visitors name the centre's services in many ways.
_UNKNOWN_WORDS = {"guide": 1.0, "health": 0.4}
#: How near a chunk must be, by grams, to stand for such words.
_NEAR_BY_GRAMS = 3.0
#: Share of a Danish question's words that an English page must have: those few pages are near everything.
_SHARED_WITH_ENGLISH = 0.5


#: No feature counts for more than this many deviations: at the edge a straight line is no longer what was fitted.
_MOST_UNUSUAL = 4.0


def _is_worth_judging(signals: Mapping[str, float], own: str, language: str, bot: str) -> bool:
    """Tell whether the question's words leave it open that these hits answer it.

    An English question is answered from Danish pages by meaning alone.
    """
    if language == own:
        return signals["unknown"] < _UNKNOWN_WORDS[bot] or signals["grams"] >= _NEAR_BY_GRAMS
    return language == "da" or signals["coverage"] >= _SHARED_WITH_ENGLISH


def confidence_in(signals: Mapping[str, float], fitted: Mapping[str, Any]) -> float:
    """Return the fitted probability that the best hit, with these features, answers the question."""
    logit = fitted["intercept"]
    for name, weight in fitted["weights"].items():
        usual = (signals[name] - fitted["means"][name]) / fitted["deviations"][name]
        logit += weight * max(-_MOST_UNUSUAL, min(_MOST_UNUSUAL, usual))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def features(retrieval: Retrieval, hits: Sequence[Hit]) -> dict[str, float]:
    """Return what speaks for and against the best hit as an answer."""
    best = hits[0]
    language = best.chunk.language
    passage = best.signals.get("passage", 0.0)
    bm25 = retrieval.indexes[language].stems
    asked = {stem: bm25.idf(stem) for stem in stems(retrieval.query.repaired, language)}
    total = sum(asked.values()) or 1.0
    said = _stems_of(best)
    on_page = said.union(*(_stems_of(hit) for hit in hits if hit.page.pk == best.page.pk))
    unknown = bm25.idf("")  # what a word that stands nowhere weighs
    pages = list({hit.page.pk: hit.page_score for hit in hits}.values())
    return {
        "score": best.page_score,
        "passage": passage,
        "statement": best.signals.get("statement", 0.0),
        "question": best.signals.get("question", 0.0),
        "stems": best.signals["stems"],
        "grams": best.signals["grams"],
        "grams_agree": float(best.signals["grams"] >= max(hit.signals["grams"] for hit in hits)),
        "passages_agree": float(passage >= max(hit.signals.get("passage", 0.0) for hit in hits)),
        "margin": best.page_score - float(np.mean(pages[1:6])) if pages[1:] else 0.0,
        "lead": best.page_score - pages[1] if pages[1:] else 0.0,
        "coverage": sum(weight for stem, weight in asked.items() if stem in said) / total,
        "page_coverage": sum(weight for stem, weight in asked.items() if stem in on_page) / total,
        "unknown": sum(weight for weight in asked.values() if weight >= unknown) / total,
        "rarest_missing": max((weight for stem, weight in asked.items() if stem not in said), default=0.0) / unknown,
        "length": math.log1p(len(asked)),
    }


def _stems_of(hit: Hit) -> set[str]:
    chunk = hit.chunk
    words = " ".join((hit.page.title, *chunk.heading_path, chunk.text, *chunk.questions))
    return set(stems(words, chunk.language))


def nearest_pages(retrieval: Retrieval) -> list[Suggestion]:
    """Return the pages that came nearest in the question's language: worth a look when nothing answers."""
    hits = retrieval.hits(retrieval.query.language)
    pages = {hit.page.pk: hit.page for hit in hits}
    return [Suggestion(page.title, page.get_absolute_url()) for page in list(pages.values())[:MAX_SUGGESTIONS]]


def _fitted(*, crosslingual: bool) -> Mapping[str, Any]:
    """Return the judge of hits in the question's own language, or of those in the other."""
    return _read_fitted()["crosslingual" if crosslingual else "same_language"]


def forget_fitted() -> None:
    """Read the judge anew when it is next asked."""
    _read_fitted.cache_clear()


@functools.cache
def _read_fitted() -> Mapping[str, Any]:
    return json.loads(SUFFICIENCY_FILE.read_text())
