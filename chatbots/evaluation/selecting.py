"""Fit which statements of a page are quoted: how much each sign counts that a statement answers.

A logistic regression on the labelled statements of pages that answer. What a page has throughout tells nothing about
one of its statements, so each sign is taken as it stands to the highest on the page.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from chatbots.answering.select import FEATURES, SELECTION_FILE, choose, selection, statement_features
from chatbots.evaluation.cases import SIGNALS, Case, provenance, weighted
from chatbots.indexing.sentences import Statement

FOLDS = 5
#: What a statement of a golden question's page counts, those of the lay questions counting 1: they are few, and real.
GOLDEN_COUNT = 25.0
#: The signals of a passage that there are without a model.
LEXICAL = frozenset({"stems", "grams"})


@dataclass(frozen=True, slots=True)
class _Page:
    """The passages of a page that answers. passages: (s, f) each. answering: (s,) bool each."""

    origin: str
    passages: list[np.ndarray]
    answering: list[np.ndarray]

    @property
    def kind(self) -> str:
        return " ".join(self.origin.split()[:2])

    @property
    def count(self) -> float:
        """What each of its statements counts."""
        return GOLDEN_COUNT if self.kind.startswith("golden") else 1.0

    def table(self) -> np.ndarray:
        """Return the features of all statements, (n, f), less the highest on the page."""
        table = np.vstack(self.passages)
        return table - table.max(axis=0)


def fit_selection(cases: Sequence[tuple[Case, Mapping[str, float]]]) -> dict[str, Any]:
    """Return the fitted weights with a model and without, and the share of questions of which an answer is quoted.

    Each case comes with the weights of its fusion. Without a model a passage has the score of its words alone, and its
    statements have no nearness in meaning.
    """
    known = [(case, weights) for case, weights in cases if case.answering]
    kinds = {
        "with_meaning": [_page(case, weights) for case, weights in known],
        "words_alone": [_page(case, _lexical(weights), has_model=False) for case, weights in known],
    }
    fitted = {kind: dict(zip(FEATURES, _fit(pages).round(4).tolist(), strict=True)) for kind, pages in kinds.items()}
    cross_validated = {kind: _cross_validate(pages) for kind, pages in kinds.items()}
    return {**fitted, "fitted_on": provenance([case for case, _ in known]), "cross_validated": cross_validated}


def _cross_validate(pages: Sequence[_Page]) -> dict[str, dict[str, float]]:
    """Return by kind how often a statement that answers is quoted, and how many are, by fits that know other pages."""
    from sklearn.model_selection import GroupKFold

    quoted = np.zeros(len(pages), bool)
    counts = np.zeros(len(pages), int)
    groups = np.unique([page.origin for page in pages], return_inverse=True)[1]
    for rows, out in GroupKFold(FOLDS).split(pages, groups=groups):
        fitted = _fit([pages[row] for row in rows])
        for row in out:
            picked = choose([passage @ fitted for passage in pages[row].passages])
            quoted[row] = any(pages[row].answering[at][place] for at, places in picked.items() for place in places)
            counts[row] = sum(map(len, picked.values()))
    kinds = np.array([page.kind for page in pages])
    return {
        str(kind): {
            "questions": int((kinds == kind).sum()),
            "answer_quoted": round(float(quoted[kinds == kind].mean()), 3),
            "statements_quoted": round(float(counts[kinds == kind].mean()), 2),
        }
        for kind in np.unique(kinds)
    }


def write_selection(fitted: Mapping[str, Any]) -> None:
    """Write the weights to their data file."""
    SELECTION_FILE.write_text(json.dumps(fitted, indent=2) + "\n")
    selection.cache_clear()


def _lexical(weights: Mapping[str, float]) -> dict[str, float]:
    return {name: weight if name in LEXICAL else 0.0 for name, weight in weights.items()}


def _page(case: Case, weights: Mapping[str, float], *, has_model: bool = True) -> _Page:
    scores = case.signals() @ np.array([weights[name] for name in SIGNALS])
    hits = [hit for hit in weighted(case, scores) if hit.chunk.pk in case.answering and hit.statements]
    if not has_model:
        hits = [replace(hit, statement_scores=np.zeros(0, np.float32)) for hit in hits]
    language = hits[0].chunk.language
    asks, index = case.found.query_in(language).asks, case.found.indexes[language].stems
    return _Page(
        case.origin,
        [statement_features(hit, asks, index) for hit in hits],
        [_marks(hit.statements, case.answering[hit.chunk.pk]) for hit in hits],
    )


def _marks(statements: Sequence[Statement], answering: frozenset[int]) -> np.ndarray:
    return np.array([at in answering for at in range(len(statements))])


def _fit(pages: Sequence[_Page]) -> np.ndarray:
    """Return the weights of FEATURES, (f,)."""
    from sklearn.linear_model import LogisticRegression

    table = np.vstack([page.table() for page in pages])
    answering = np.concatenate([mark for page in pages for mark in page.answering])
    counts = np.concatenate([np.full(len(page.table()), page.count) for page in pages])
    deviations = table.std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0, max_iter=3000).fit(table / deviations, answering, sample_weight=counts)
    return model.coef_[0] / deviations
