"""Fit what must not be guessed about search: the means of the vectors, and the weights of the fusion."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import numpy as np

from chatbots import retrieval
from chatbots.bots import BOTS
from chatbots.centring import CENTRES_FILE, forget_means
from chatbots.embedders import Embedder
from chatbots.embedders.naming import name_of_model
from chatbots.evaluation.cases import SIGNALS, Case, LayPassage, provenance, weighted
from chatbots.indexing.chunking import embedded_text
from chatbots.indexing.documents import document_for
from chatbots.language import detect_language
from chatbots.retrieval import WEIGHTS_FILE
from content.models import Page

SEED = 20261121
TRIALS = 120


def fit_means(embedder: Embedder, records: Sequence[LayPassage]) -> None:
    """Write the mean vector of questions and passages in each language to `centring.npz`.

    Danish passages and all questions are the lay ones; English passages are those of the site's own English pages.
    """
    texts: dict[str, list[str]] = {"passage_da": [], "passage_en": [], "query_da": [], "query_en": []}
    for record in records:
        texts["passage_da"].append(embedded_text(record.title, (record.heading,), record.passage))
        for question in record.questions:
            texts[f"query_{detect_language(question, 'da')}"].append(question)
    for page in Page.objects.published().filter(language="en"):
        document = document_for(page, BOTS["health" if page.kind == "health" else "guide"])
        for section in document.sections(embedder.count_tokens, embedder.max_tokens):
            texts["passage_en"].append(embedded_text(page.title, section.heading_path, section.text))
    means = {
        name: embedder.embed(group, role="query" if name.startswith("query") else "passage").mean(axis=0)
        for name, group in texts.items()
    }
    np.savez(CENTRES_FILE, model=np.array(name_of_model(embedder.model_id)), **means)
    forget_means()


def fit_weights(cases: Sequence[Case], *, crosslingual: bool = False) -> dict[str, float]:
    """Return the weights that put the right page first most often, of many drawn at random.

    The figure is the share of right first places plus half the mean reciprocal rank, lay and golden counting alike.
    """
    generator = np.random.default_rng(SEED)
    prepared = [(case, case.signals()) for case in cases if case.right.any()]
    groups = [[p for p in prepared if p[0].origin.startswith(prefix)] for prefix in ("lay", "golden")]
    best: tuple[float, dict[str, float]] = (-1.0, {})
    for _ in range(TRIALS):
        drawn = generator.uniform((0, 0, 0, 0), (1.5, 1.5, 0.8, 1.2))
        weights = dict(zip(SIGNALS, (1.0, *(round(float(w), 2) for w in drawn)), strict=True))
        vector = np.array([weights[name] for name in SIGNALS])
        figures = [np.mean([_figure(case, signals @ vector) for case, signals in group]) for group in groups if group]
        best = max(best, (float(np.mean(figures)), weights), key=lambda pair: pair[0])
    return best[1]


def write_weights(weights: Mapping[str, float], crosslingual: Mapping[str, float], cases: Sequence[Case]) -> None:
    """Write the weights to their data file."""
    content = {"weights": weights, "crosslingual": crosslingual, "fitted_on": provenance(cases)}
    WEIGHTS_FILE.write_text(json.dumps(content, indent=2) + "\n")
    retrieval.forget_weights()


def _figure(case: Case, scores: np.ndarray) -> float:
    rank = _page_rank(case, scores)
    return (rank == 1) + 0.5 / rank


def _page_rank(case: Case, scores: np.ndarray) -> int:
    """Return the place of the first right page."""
    right = {hit.page.pk for hit, is_right in zip(case.hits, case.right, strict=True) if is_right}
    if len({hit.page.pk for hit in case.hits}) == len(case.hits):
        return int((scores > scores[case.right].max()).sum()) + 1
    ordered = dict.fromkeys(hit.page.pk for hit in retrieval.by_page(weighted(case, scores)))
    return next(rank for rank, page in enumerate(ordered, 1) if page in right)
