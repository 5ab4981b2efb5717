"""Fit how the signals of triage are weighed, and from where on a card is shown; with cross-validated figures.

On the program's own examples, each as if it were not one of them, and on labelled utterances that are no examples. A
logistic regression; the kernel is chosen of a few by the same cross-validation. Never on the held-out utterances.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np

from chatbots.embedders import Embedder
from chatbots.safety import knowledge
from chatbots.safety.clauses import parts
from chatbots.safety.cues import cues
from chatbots.safety.knowledge import WITH_MEANING, WORDS_ALONE, embed
from chatbots.safety.likeness import Example, Kernel, Likeness
from chatbots.safety.rules import Rule, RuleBook
from chatbots.safety.seeding import example_rows, rule_rows
from chatbots.safety.triage import Outcome, rule_signals
from chatbots.safety.utterances import Utterance

FOLDS, REPEATS, SEED = 5, 3, 20261121
#: Strength of the regularisation, inverse.
STRENGTH = 0.3
#: What is aimed at on the utterances. Recall first: a card too many costs a glance, one too few may cost a life.
RECALL, FALSE_ALARMS = 0.975, 0.05
#: Share of the utterances that call for a card beside the answer and must get one.
BESIDE_RECALL = 0.85
KERNELS = {
    WITH_MEANING: (Kernel(0.0, 1.0, 3.0, 1.0, 1.0), Kernel(0.5, 1.0, 4.0, 1.0, 1.0), Kernel(0.0, 1.0, 3.0, 0.5, 0.5)),
    WORDS_ALONE: (Kernel(0.0, 0.0, 1.0, 1.0, 0.5), Kernel(0.0, 0.0, 1.0, 1.0, 1.0)),
}
#: How much less a part of a long message counts than the whole, in logits.
SHIFTS = (0.0, -0.5, -1.0, -1.5, -2.0)


@dataclass(slots=True)
class _Sentence:
    """A sentence with what does not depend on the kernel."""

    text: str
    vector: np.ndarray | None
    fixed: dict[str, float]
    strict: bool


@dataclass(slots=True)
class _Fit:
    """One kernel's weights, and the score that each utterance got when it was not fitted on."""

    kernel: Kernel
    intercept: float
    weights: dict[str, float]
    shift: float
    scores: np.ndarray  # (u,)


def fit(utterances: Sequence[Utterance], embedder: Embedder | None) -> dict[str, Any]:
    """Return the content of the weights' file for one kind: with the vectors of a model, or on words alone."""
    examples = [Example(row["text"], row["topic"], row["outcome"]) for row in example_rows()]
    book = RuleBook([Rule.written(**{name: row[name] for name in knowledge._RULE_FIELDS}) for row in rule_rows()])
    said = _sentences([[example.text] for example in examples], book, embedder)
    asked = _sentences([[u.text, *parts(u.text)] for u in utterances], book, embedder)
    vectors = np.stack([group[0].vector for group in said]) if embedder is not None else None
    urgent = np.array([u.outcome is Outcome.EMERGENCY for u in utterances])
    strict = np.array([any(sentence.strict for sentence in group) for group in asked])
    fits = []
    for kernel in KERNELS[WITH_MEANING if embedder is not None else WORDS_ALONE]:
        likeness = Likeness(examples, vectors, kernel)
        fits += _fit_kernel(kernel, likeness, [group[0] for group in said], asked, urgent)
    best = max(fits, key=lambda one: _separation(np.where(strict, 1.0, one.scores), urgent))
    thresholds = _thresholds(np.where(strict, 1.0, best.scores), best.scores, utterances)
    return {
        "kernel": asdict(best.kernel),
        "intercept": round(best.intercept, 4),
        "weights": {name: round(weight, 4) for name, weight in sorted(best.weights.items())},
        "part_shift": best.shift,
        "thresholds": thresholds,
        "fitted_on": f"{len(examples)} examples and {len(utterances)} utterances, {date.today().isoformat()}",
        "cross_validated": _figures(best.scores, strict, thresholds, utterances),
    }


def write(with_meaning: dict[str, Any], words_alone: dict[str, Any], model_id: str) -> None:
    """Write the weights to their data file."""
    content = {"model": model_id.split("/")[0], WITH_MEANING: with_meaning, WORDS_ALONE: words_alone}
    knowledge.WEIGHTS_FILE.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    knowledge.forget()


def _sentences(groups: Sequence[Sequence[str]], book: RuleBook, embedder: Embedder | None) -> list[list[_Sentence]]:
    flat = [text for group in groups for text in group]
    vectors = iter(embed(embedder, flat)) if embedder is not None else iter([None] * len(flat))
    found = []
    for group in groups:
        sentences = []
        for text in group:
            hits = book.hits(text)
            strict = any(hit.counts and hit.rule.strict for hit in hits)
            sentences.append(_Sentence(text, next(vectors), rule_signals(hits) | cues(text), strict))
        found.append(sentences)
    return found


def _fit_kernel(
    kernel: Kernel, likeness: Likeness, said: list[_Sentence], asked: list[list[_Sentence]], urgent: np.ndarray
) -> list[_Fit]:
    """Return a fit for each shift of the parts."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    left_out = [one.fixed | signals for one, signals in zip(said, likeness.signals_left_out(), strict=True)]
    names = sorted(left_out[0])
    seeds = _table(left_out, names)
    seeds_urgent = np.array([example.outcome == "emergency" for example in likeness.examples])
    groups = [
        _table([s.fixed | likeness.signals(likeness.near(s.text, s.vector)) for s in group], names) for group in asked
    ]
    whole = np.stack([group[0] for group in groups])
    mean, deviation = np.vstack([seeds, whole]).mean(axis=0), np.vstack([seeds, whole]).std(axis=0)
    deviation[deviation == 0] = 1.0

    def fitted(rows: np.ndarray) -> Any:
        model = LogisticRegression(C=STRENGTH, max_iter=2000)
        table = (np.vstack([whole[rows], seeds]) - mean) / deviation
        return model.fit(table, np.concatenate([urgent[rows], seeds_urgent]))

    def logits(model: Any, group: np.ndarray) -> np.ndarray:
        return model.decision_function((group - mean) / deviation)

    totals = np.zeros((len(SHIFTS), len(groups)))
    for repeat in range(REPEATS):
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED + repeat)
        for rows, out in folds.split(whole, urgent):
            model = fitted(rows)
            for at in out:
                found = logits(model, groups[at])
                for number, shift in enumerate(SHIFTS):
                    totals[number, at] += max([found[0], *(found[1:] + shift)]) / REPEATS
    model = fitted(np.arange(len(groups)))
    weights = model.coef_[0] / deviation
    intercept = float(model.intercept_[0] - (weights * mean).sum())
    named = dict(zip(names, map(float, weights), strict=True))
    return [
        _Fit(kernel, intercept, named, shift, 1 / (1 + np.exp(-total)))
        for shift, total in zip(SHIFTS, totals, strict=True)
    ]


def _table(signals: Sequence[dict[str, float]], names: Sequence[str]) -> np.ndarray:
    return np.array([[one[name] for name in names] for one in signals])


def _separation(scores: np.ndarray, urgent: np.ndarray) -> float:
    """Return how rarely what is not urgent scores above what is, where it matters: among the 5 % least sure of each."""
    least = np.sort(scores[urgent])[: max(1, int(0.1 * urgent.sum()))]
    most = np.sort(scores[~urgent])[-max(1, int(0.1 * (~urgent).sum())) :]
    return float(np.mean(least[:, None] > most[None, :])) + float(np.mean(scores[urgent][:, None] > scores[~urgent]))


def _thresholds(scores: np.ndarray, weighed: np.ndarray, utterances: Sequence[Utterance]) -> dict[str, float]:
    """Return from where on a card stands first, and beside. `scores` are 1 where a strict rule decides."""
    urgent = np.array([u.outcome is Outcome.EMERGENCY for u in utterances])
    beside = np.array([u.outcome is Outcome.BESIDE for u in utterances])
    for_recall = float(np.sort(scores[urgent])[int((1 - RECALL) * urgent.sum())])
    by_alarms = float(np.sort(scores[~urgent])[-1 - int(FALSE_ALARMS * (~urgent).sum())]) + 1e-6
    # Between the two lies what fulfils both; where nothing does, recall wins.
    emergency = for_recall if by_alarms >= for_recall else (for_recall + by_alarms) / 2
    least = float(np.sort(weighed[beside])[int((1 - BESIDE_RECALL) * beside.sum())]) if beside.any() else emergency / 2
    return {"emergency": round(emergency, 4), "beside": round(min(least, emergency), 4)}


def _figures(
    scores: np.ndarray, strict: np.ndarray, thresholds: dict[str, float], utterances: Sequence[Utterance]
) -> dict[str, float]:
    level = np.array([str(u.outcome) for u in utterances])
    alarmed = strict | (scores >= thresholds["emergency"])
    shown = alarmed | (scores >= thresholds["beside"])
    urgent = level == "emergency"
    return {
        "recall": round(float(alarmed[urgent].mean()), 4),
        "false_alarms": round(float(alarmed[~urgent].mean()), 4),
        "beside_shown": round(float(shown[level == "beside"].mean()), 4),
        "needless_cards": round(float(shown[level == "none"].mean()), 4),
        "auroc": round(float(np.mean(scores[urgent][:, None] > scores[~urgent])), 4),
        "utterances": len(utterances),
    }
