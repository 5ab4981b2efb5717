"""Step: decide whether what was found answers the question.

The nearest chunk is always near something. Several signals together tell whether it answers; how much each counts
was fitted (see `sufficiency.json`), not guessed.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Mapping, Sequence
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


def judge(context: Context) -> None:
    """Leave the evidence and the confidence in it, or end with `no_answer`.

    The question's own language comes first; the other is used only when it alone has the answer.
    """
    assert context.retrieval is not None
    own = context.retrieval.query.language
    others = [language for language in context.retrieval.indexes if language != own]
    for language in [own, *others]:
        hits = context.retrieval.hits(language)
        if not hits:
            continue
        fitted = _fitted(crosslingual=language != own)
        if (confidence := confidence_in(context.retrieval, hits, fitted)) >= fitted["threshold"]:
            context.evidence, context.confidence = hits, confidence
            return
    canned.no_answer(context, _nearest_pages(context.retrieval.hits(own)))


def confidence_in(retrieval: Retrieval, hits: Sequence[Hit], fitted: Mapping[str, Any]) -> float:
    """Return the fitted probability that the best of these hits answers the question."""
    signals = features(retrieval, hits)
    logit = fitted["intercept"] + sum(
        weight * (signals[name] - fitted["means"][name]) / fitted["deviations"][name]
        for name, weight in fitted["weights"].items()
    )
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def features(retrieval: Retrieval, hits: Sequence[Hit]) -> dict[str, float]:
    """Return what speaks for and against the best hit as an answer."""
    best = hits[0]
    passage = best.signals.get("passage", 0.0)
    index = retrieval.indexes[best.chunk.language]
    asked = list(dict.fromkeys(stems(retrieval.query.repaired, best.chunk.language)))
    said = set(stems(f"{best.page.title} {' '.join(best.chunk.heading_path)} {best.chunk.text}", best.chunk.language))
    weights = {stem: index.stems.idf(stem) for stem in asked}
    total = sum(weights.values()) or 1.0
    missing = [weight for stem, weight in weights.items() if stem not in said]
    pages = list({hit.page.pk: hit.page_score for hit in hits}.values())
    following = pages[1:6]
    return {
        "score": best.page_score,
        "passage": passage,
        "statement": best.signals.get("statement", 0.0),
        "question": best.signals.get("question", 0.0),
        "stems": best.signals["stems"],
        "grams": best.signals["grams"],
        "grams_agree": float(best.signals["grams"] >= max(hit.signals["grams"] for hit in hits)),
        "passages_agree": float(passage >= max(hit.signals.get("passage", 0.0) for hit in hits)),
        "margin": best.page_score - float(np.mean(following)) if following else 0.0,
        "coverage": 1 - sum(missing) / total,
        "rarest_missing": max(missing, default=0.0),
        "length": math.log1p(len(asked)),
    }


def _nearest_pages(hits: Sequence[Hit]) -> list[Suggestion]:
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
