"""Step: decide whether what was found answers the question.

The nearest chunk is always near something. Several signals together tell whether it answers; how much each counts
was fitted (see `sufficiency.json`), not guessed.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from chatbots.answering import canned
from chatbots.answering.context import Context
from chatbots.answering.features import features, is_about_another, names_what_no_page_names
from chatbots.retrieval import Hit, Retrieval
from chatbots.types import Suggestion
from content.models import Page

SUFFICIENCY_FILE = Path(__file__).with_name("sufficiency.json")
MAX_SUGGESTIONS = 3


@dataclass(frozen=True, slots=True)
class Assessment:
    """What was found, judged: the hits to quote, best first, and how sure it is that they answer, 0 to 1.

    `answers` says whether that is enough to quote them, `is_sure` whether it is enough to do so without reserve.
    """

    evidence: tuple[Hit, ...]
    confidence: float
    answers: bool
    is_sure: bool = False


def judge(context: Context) -> None:
    """Leave the evidence and the confidence in it, or end with `no_answer`."""
    if context.halves:
        return
    found = assessment(context)
    if found.answers:
        context.evidence, context.confidence, context.is_sure = found.evidence, found.confidence, found.is_sure
        if not found.is_sure:
            context.notices.append(canned.reserve())
    else:
        canned.no_answer(context, nearest_pages(context.retrieval))


def assessment(context: Context) -> Assessment:
    """Return what was found for the question, judged; more than one step asks for it."""
    assert context.retrieval is not None
    if context.assessment is None:
        context.assessment = assess(context.retrieval)
    return context.assessment


def assess(retrieval: Retrieval) -> Assessment:
    """Judge what was found in each language, and take the one that answers.

    Danish pages answer a Danish question when they can. English ones are a few beside the Danish, and near everything:
    there the surer of both languages answers. A page that is there in both is shown in the question's own.
    """
    if names_what_no_page_names(retrieval):
        return Assessment((), 0.0, answers=False)
    own = _assess_in(retrieval, retrieval.query.language)
    if own.answers and retrieval.query.language == "da":
        return own
    others = [_assess_in(retrieval, language) for language in retrieval.indexes if language != retrieval.query.language]
    other = max(others, key=lambda one: one.confidence, default=_NOTHING)
    if own.evidence and other.answers and _are_translations(own.evidence[0].page, other.evidence[0].page):
        return own if own.answers else replace(own, confidence=other.confidence, answers=True)
    if other.answers and not (own.answers and own.confidence - _TOO_SURE >= other.confidence):
        return other
    return own if own.answers else Assessment((), max(own.confidence, other.confidence), answers=False)


def _assess_in(retrieval: Retrieval, language: str) -> Assessment:
    """Judge the hits in one language; they are the evidence whether they answer or not."""
    hits = retrieval.hits(language)
    if not hits:
        return _NOTHING
    own, bot = retrieval.query.language, retrieval.bot.name
    fitted, signals = _fitted(crosslingual=language != own), features(retrieval, hits)
    if own == "da" and language != own and signals["page_coverage"] < _SHARED_WITH_ENGLISH:
        return Assessment(hits, 0.0, answers=False)
    confidence = 0.0 if is_about_another(retrieval, signals) else confidence_in(signals, fitted)
    answers, is_sure = (confidence >= fitted[bound][bot] for bound in ("thresholds", "sure"))
    has_model = retrieval.query.vector is not None  # words alone are no ground to answer without reserve
    return Assessment(hits, confidence, answers, answers and is_sure and has_model)


def _are_translations(page: Page, other: Page) -> bool:
    return page.translation_of_id == other.pk or other.translation_of_id == page.pk


_NOTHING = Assessment((), 0.0, answers=False)
#: Share of a Danish question's words that an English page must have: those few pages are near everything.
_SHARED_WITH_ENGLISH = 0.5
#: By how much the confidence in an English page is too high, as it was fitted on Danish ones. Measured on the English
#: development questions: 96 of 134 answered by the right page with it, 91 without.
_TOO_SURE = 0.1


#: No feature counts for more than this many deviations: at the edge a straight line is no longer what was fitted.
_MOST_UNUSUAL = 4.0


def confidence_in(signals: Mapping[str, float], fitted: Mapping[str, Any]) -> float:
    """Return the fitted probability that the best hit, with these features, answers the question."""
    logit = fitted["intercept"]
    for name, weight in fitted["weights"].items():
        usual = (signals[name] - fitted["means"][name]) / fitted["deviations"][name]
        logit += weight * max(-_MOST_UNUSUAL, min(_MOST_UNUSUAL, usual))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def nearest_pages(retrieval: Retrieval) -> list[Suggestion]:
    """Return the pages that came nearest in the question's language: worth a look when nothing answers."""
    hits = retrieval.hits(retrieval.query.language)
    pages = {hit.page.pk: hit.page for hit in hits}
    return [Suggestion(page.title, page.get_absolute_url()) for page in list(pages.values())[:MAX_SUGGESTIONS]]


def _fitted(*, crosslingual: bool) -> Mapping[str, Any]:
    """Return the judge of hits in the question's own language, or of those in the other."""
    return fitted_judges()["crosslingual" if crosslingual else "same_language"]


def forget_fitted() -> None:
    """Read the judge anew when it is next asked."""
    fitted_judges.cache_clear()


@functools.cache
def fitted_judges() -> Mapping[str, Any]:
    """Return the judges of both sorts, "same_language" and "crosslingual", as `sufficiency.json` holds them."""
    return json.loads(SUFFICIENCY_FILE.read_text())
