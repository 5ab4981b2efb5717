"""Fit the judge: how sure it may be that what was found answers the question, and how sure is sure enough.

A logistic regression over the features of the best hit, on whether that hit's page answers. Every figure is
cross-validated: each question is judged by a fit that has not seen it, nor another one of the same record.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chatbots import retrieval
from chatbots.answering.features import features, is_about_another, names_what_no_page_names
from chatbots.answering.judge import SUFFICIENCY_FILE, forget_fitted
from chatbots.bots import BOTS
from chatbots.embedders import Embedder
from chatbots.evaluation.cases import SIGNALS, Case, LayPassage, collect_cases, provenance, weighted
from chatbots.evaluation.golden import GoldenQuestion

FOLDS = 5
#: How much the golden questions count in all, those of one bot as much as those of the other; the lay ones count 1.
GOLDEN_SHARE = 3.0
#: Share of the questions with a right best hit that may be refused when a bot's threshold is set. Who is refused sees
#: the nearest pages, and the right one is mostly among them; a wrong answer about an illness is believed.
WRONGLY_REFUSED = 0.09
#: Share of the wrong best hits in the other language that must be refused: it is asked about every question that
#: the question's own language does not answer.
RIGHTLY_REFUSED_ACROSS = 0.75
#: Share of the answers given without reserve that must be right.
RIGHT_WHEN_SURE = 0.9
#: Share of a bot's golden questions that the unanswerable ones count as: more of them were written than visitors ask.
UNANSWERABLE_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Samples:
    """The best hits that were judged, one a question. All arrays are (n,), but for `table`, (n, features)."""

    names: list[str]
    table: np.ndarray
    right: np.ndarray  # bool: the best hit's page answers
    answerable: np.ndarray  # bool: some page does
    ruled_out: np.ndarray  # bool: refused before it is judged
    golden: np.ndarray  # bool: a golden question; else a lay one
    bots: np.ndarray
    groups: np.ndarray  # records that must not be torn apart by a fold

    @property
    def counts(self) -> np.ndarray:
        """How much each sample counts: golden questions are asked of real pages, but the lay ones are many more."""
        counts = np.where(self.golden, self.as_asked, 1.0)
        by_bot = [mine for bot in BOTS if (mine := self.golden & (self.bots == bot)).any()]
        for mine in by_bot:
            counts[mine] *= GOLDEN_SHARE * (~self.golden).sum() / len(by_bot) / counts[mine].sum()
        return counts

    @property
    def as_asked(self) -> np.ndarray:
        """How much each golden question counts for its bot, that a usual share of all has no answer among its hits."""
        counts = np.ones(len(self.right))
        for bot in BOTS:
            mine = self.golden & (self.bots == bot)
            none = mine & ~self.answerable
            answerable = (mine & self.answerable).sum()
            if answerable:
                counts[none] = answerable * UNANSWERABLE_SHARE / (1 - UNANSWERABLE_SHARE) / max(1, none.sum())
        return counts


def calibrate(
    records: Sequence[LayPassage],
    questions: Sequence[GoldenQuestion],
    embedder: Embedder,
    across: Sequence[GoldenQuestion] = (),
) -> dict[str, dict[str, Any]]:
    """Fit both judges on the site as it is indexed, with the fusion as it is; write and return them.

    `across`: see `collect_cases`.
    """
    same, cross = collect_cases(records, questions, embedder, across)
    judges = {
        "same_language": fit_judge(same, retrieval.fusion_weights()),
        "crosslingual": fit_judge(cross, retrieval.fusion_weights(crosslingual=True), crosslingual=True),
    }
    write_judges(**judges)
    return judges


def fit_judge(cases: Sequence[Case], weights: Mapping[str, float], *, crosslingual: bool = False) -> dict[str, Any]:
    """Return the fitted judge of the cases, each with its hits weighted by `weights`; see `sufficiency.json`."""
    samples = _samples([case for case in cases if case.hits], weights)
    means, deviations = samples.table.mean(axis=0), samples.table.std(axis=0)
    deviations[deviations == 0] = 1.0
    scaled = (samples.table - means) / deviations
    predicted, model = _fit(scaled, samples)
    thresholds = _thresholds_across(samples, predicted) if crosslingual else _thresholds(samples, predicted)
    sure = {bot: _sure(samples, predicted, bot, threshold) for bot, threshold in thresholds.items()}
    return {
        "thresholds": {bot: round(value, 4) for bot, value in thresholds.items()},
        "sure": {bot: round(value, 4) for bot, value in sure.items()},
        "intercept": round(float(model.intercept_[0]), 4),
        "weights": dict(zip(samples.names, model.coef_[0].round(4).tolist(), strict=True)),
        "means": dict(zip(samples.names, means.round(4).tolist(), strict=True)),
        "deviations": dict(zip(samples.names, deviations.round(4).tolist(), strict=True)),
        "fitted_on": provenance(cases),
        "cross_validated": _figures(samples, predicted, thresholds, sure),
    }


def write_judges(same_language: Mapping[str, Any], crosslingual: Mapping[str, Any]) -> None:
    """Write the judges of both sorts to their data file."""
    content = {"same_language": same_language, "crosslingual": crosslingual}
    SUFFICIENCY_FILE.write_text(json.dumps(content, indent=2) + "\n")
    forget_fitted()


def _samples(cases: Sequence[Case], weights: Mapping[str, float]) -> Samples:
    judged = [_judged(case, weights) for case in cases]
    names = list(judged[0].signals)
    return Samples(
        names=names,
        table=np.array([[best.signals[name] for name in names] for best in judged]),
        right=np.array([best.right for best in judged]),
        answerable=np.array([case.answerable for case in cases]),
        ruled_out=np.array([best.ruled_out for best in judged]),
        golden=np.array([case.origin.startswith("golden") for case in cases]),
        bots=np.array([case.origin.split()[1] for case in cases]),
        groups=np.unique([case.origin for case in cases], return_inverse=True)[1],
    )


@dataclass(frozen=True, slots=True)
class _Best:
    """The best hit of a case: its features, whether its page answers, and whether a rule refuses it."""

    signals: Mapping[str, float]
    right: bool
    ruled_out: bool


def _judged(case: Case, weights: Mapping[str, float]) -> _Best:
    vector = np.array([weights[name] for name in SIGNALS])
    ordered = retrieval.by_page(weighted(case, case.signals() @ vector))
    right = {hit.page.pk for hit, is_right in zip(case.hits, case.right, strict=True) if is_right}
    signals = features(case.found, ordered)
    ruled_out = is_about_another(case.found, signals) or names_what_no_page_names(case.found)
    return _Best(signals, ordered[0].page.pk in right, ruled_out)


def _fit(scaled: np.ndarray, samples: Samples) -> tuple[np.ndarray, Any]:
    """Return the probabilities, each by a fit that has not seen its record, and the fit on everything."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold, cross_val_predict

    model = LogisticRegression(C=0.3, max_iter=1000)
    predicted = cross_val_predict(
        model,
        scaled,
        samples.right,
        groups=samples.groups,
        cv=GroupKFold(FOLDS),
        method="predict_proba",
        params={"sample_weight": samples.counts},
    )[:, 1]
    predicted[samples.ruled_out] = 0.0
    return predicted, model.fit(scaled, samples.right, sample_weight=samples.counts)


def _thresholds(samples: Samples, predicted: np.ndarray) -> dict[str, float]:
    """Return for each bot the probability below which it refuses: few of the right golden ones fall below."""
    return {
        bot: float(np.quantile(predicted[samples.golden & samples.right & (samples.bots == bot)], WRONGLY_REFUSED))
        for bot in BOTS
    }


def _thresholds_across(samples: Samples, predicted: np.ndarray) -> dict[str, float]:
    return dict.fromkeys(BOTS, float(np.quantile(predicted[~samples.right], RIGHTLY_REFUSED_ACROSS)))


def _sure(samples: Samples, predicted: np.ndarray, bot: str, threshold: float) -> float:
    """Return the lowest probability from which on enough of a bot's answers to golden questions are right."""
    mine, counts = samples.golden & (samples.bots == bot), samples.as_asked
    for candidate in np.sort(predicted[mine & (predicted >= threshold)]):
        sure = mine & (predicted >= candidate)
        if np.average(samples.right[sure], weights=counts[sure]) >= RIGHT_WHEN_SURE:
            return float(candidate)
    return 1.0


def _figures(
    samples: Samples, predicted: np.ndarray, thresholds: Mapping[str, float], sure: Mapping[str, float]
) -> dict[str, dict[str, float]]:
    """Return how well the judge tells right from wrong, for lay and golden questions and each bot."""
    refused = predicted < np.array([thresholds[bot] for bot in samples.bots])
    plainly = predicted >= np.array([sure[bot] for bot in samples.bots])
    figures = {}
    for name, kind in {"lay": ~samples.golden, "golden": samples.golden}.items():
        for bot in BOTS:
            part = kind & (samples.bots == bot)
            right, none = part & samples.right, part & ~samples.answerable
            if not right.any() or not none.any():
                continue
            strict = float(np.quantile(predicted[right], 0.05))
            figures[f"{name} {bot}"] = {
                "samples": int(part.sum()),
                "auroc_right": _auroc(samples.right[part], predicted[part]),
                "auroc_answerable": _auroc(samples.right[right | none], predicted[right | none]),
                "wrongly_refused": _share(refused[right]),
                "unanswerable_refused": _share(refused[none]),
                "unanswerable_answered_without_reserve": _share(plainly[none]),
                "unanswerable_refused_at_5_percent": _share(predicted[none] < strict),
            }
    return figures


def _auroc(right: np.ndarray, predicted: np.ndarray) -> float:
    from sklearn.metrics import roc_auc_score

    return round(float(roc_auc_score(right, predicted)), 3)


def _share(flags: np.ndarray) -> float:
    return round(float(flags.mean()), 3)
