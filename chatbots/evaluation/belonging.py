"""Fit what tells a question for the guide from one for the health bot, on golden questions asked of both."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from chatbots.answering import belonging
from chatbots.answering.route import BOUNDS
from chatbots.bots import GUIDE, HEALTH
from chatbots.evaluation.golden import GoldenQuestion
from chatbots.query import read_question

#: Share that the practical questions count as, whatever their number: as `demo.yaml` has it, which the bounds of the
#: step `route` were chosen on.
PRACTICAL_SHARE = 0.35
#: Ridge penalty, steps and rate of the descent; folds of the cross-validation.
_RIDGE, _STEPS, _RATE, _FOLDS = 0.3, 4000, 0.3, 10


@dataclass(frozen=True, slots=True)
class Case:
    """A question, what both bots find for it, and whether it is the guide's."""

    question: GoldenQuestion
    signals: Mapping[str, float]
    practical: bool


def cases(questions: Sequence[GoldenQuestion]) -> list[Case]:
    """Ask both bots every question that stands alone and that one of them answers."""
    found = []
    for golden in questions:
        if golden.turns or golden.page or golden.both or golden.never or golden.caution or not golden.pages:
            continue
        query = read_question(GUIDE, golden.question, golden.language)
        guide, health = belonging.find(GUIDE, query), belonging.find(HEALTH, query)
        practical = (golden.handover or golden.bot) == GUIDE.name
        found.append(Case(golden, belonging.features(guide, health), practical))
    return found


def fit(found: Sequence[Case]) -> dict[str, Any]:
    """Return weights, means and deviations with the figures of a cross-validation, as `belonging.json` has them."""
    names = list(found[0].signals)
    table = np.array([[case.signals[name] for name in names] for case in found])
    wanted = np.array([case.practical for case in found], float)
    means, deviations = table.mean(axis=0), np.maximum(table.std(axis=0), 1e-6)
    scaled = (table - means) / deviations
    counts = np.where(wanted == 1, PRACTICAL_SHARE / wanted.mean(), (1 - PRACTICAL_SHARE) / (1 - wanted.mean()))
    weights, intercept = _logistic(scaled, wanted, counts)
    shares = np.zeros(len(found))
    order = np.random.default_rng(20261121).permutation(len(found))
    for fold in range(_FOLDS):
        held = order[fold::_FOLDS]
        rest = np.setdiff1d(order, held)
        shares[held] = _share(scaled[held], *_logistic(scaled[rest], wanted[rest], counts[rest]))
    return {
        "intercept": round(float(intercept), 4),
        "weights": _named(names, weights),
        "means": _named(names, means),
        "deviations": _named(names, deviations),
        "fitted_on": f"{len(found)} golden development questions, {date.today().isoformat()}",
        "cross_validated": _figures(shares, wanted == 1),
    }


def write(fitted: Mapping[str, Any]) -> None:
    belonging.BELONGING_FILE.write_text(json.dumps(fitted, indent=2) + "\n")
    belonging.forget_fitted()


def _figures(shares: np.ndarray, practical: np.ndarray) -> dict[str, float]:
    pairs = shares[practical][:, None] - shares[~practical][None]
    return {
        "AUROC": round(float(np.mean((pairs > 0) + 0.5 * (pairs == 0))), 4),
        "right at 0.5": round(float(np.mean((shares > 0.5) == practical)), 4),
        **{
            f"{which} by {name}": round(float(np.mean(shares[rows] >= bound)), 4)
            for name, bound in BOUNDS.items()
            for which, rows in (("practical questions", practical), ("health questions", ~practical))
        },
    }


def _logistic(table: np.ndarray, wanted: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, float]:
    weights, intercept = np.zeros(table.shape[1]), 0.0
    for _ in range(_STEPS):
        missed = counts * (_share(table, weights, intercept) - wanted)
        weights -= _RATE * (table.T @ missed + _RIDGE * weights) / len(wanted)
        intercept -= _RATE * float(missed.mean())
    return weights, intercept


def _share(table: np.ndarray, weights: np.ndarray, intercept: float) -> np.ndarray:
    return 1 / (1 + np.exp(-(table @ weights + intercept)))


def _named(names: Sequence[str], values: np.ndarray) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in zip(names, values, strict=True)}
