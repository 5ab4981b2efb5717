"""Fit how the signals of triage are weighed, and from where on a card is shown; with cross-validated figures.

On the program's own examples, each as if it were not one of them; on labelled utterances that are no examples; and on
ordinary questions, in which nobody is in danger: most of what visitors ask is nowhere near one. A logistic
regression; the kernel, and how much a part of a message counts, are chosen of a few by the same cross-validation, for
which emergencies are also told in the middle of ordinary stories. Never on the held-out utterances.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np

from chatbots.embedders import Embedder
from chatbots.safety.clauses import parts
from chatbots.safety.cues import cues
from chatbots.safety.knowledge import RULE_FIELDS, embed, forget
from chatbots.safety.likeness import Example, Kernel, Likeness
from chatbots.safety.rules import Rule, RuleBook
from chatbots.safety.seeding import example_rows, rule_rows
from chatbots.safety.stories import PLACES, is_brief, is_story, tell
from chatbots.safety.thresholds import (
    CALM,
    ORDINARY,
    RECALL,
    RECALL_IN_STORIES,
    TOLD,
    card_threshold,
    emergency_threshold,
    figures,
    share,
)
from chatbots.safety.triage import Outcome, rule_signals
from chatbots.safety.utterances import Utterance
from chatbots.safety.weights import WEIGHTS_FILE, WITH_MEANING, WORDS_ALONE

FOLDS, REPEATS, SEED = 5, 3, 20261121
#: Strength of the regularisation, inverse.
STRENGTH = 0.1
#: Share of the emergencies without a rule that may be so unlike the others that they count as like nothing.
UNLIKE = 0.005
#: What an ordinary question counts in the regression, beside an utterance or example.
ORDINARY_WEIGHT = 0.5
KERNELS = {
    WITH_MEANING: (Kernel(0.0, 1.0, 3.0, 1.0, 1.0), Kernel(0.0, 1.0, 4.0, 1.0, 1.0), Kernel(0.0, 1.0, 4.0, 0.5, 0.5)),
    WORDS_ALONE: (Kernel(0.0, 0.0, 1.0, 1.0, 0.5), Kernel(0.0, 0.0, 1.0, 1.0, 1.0)),
}
#: What may be added to a part of a long message, in logits.
SHIFTS = (0.5, 0.0, -0.5, -1.0, -1.5, -2.0, -2.5)
#: What an alarm on every ordinary story would cost, where one on every utterance that sounds like danger costs 1.
STORY_ALARMS_COST = 0.2


@dataclass(slots=True)
class _Sentence:
    """A sentence with what does not depend on the kernel."""

    text: str
    vector: np.ndarray | None
    fixed: dict[str, float]
    strict: bool


@dataclass(slots=True)
class _Fit:
    """One kernel with one shift of parts: the scales, and what each utterance scored when it was not fitted on."""

    kernel: Kernel
    shift: float
    scales: dict[str, tuple[float, dict[str, float]]]
    scores: dict[str, np.ndarray]  # (u,) each
    floor: float
    seed_scores: np.ndarray  # of the emergencies among the examples, each left out


def fit(utterances: Sequence[Utterance], ordinary: Sequence[str], embedder: Embedder | None) -> dict[str, Any]:
    """Return the content of the weights' file for one kind: with the vectors of a model, or on words alone.

    `ordinary` questions that are examples too are left out.
    """
    examples = [Example(row["text"], row["topic"], row["outcome"]) for row in example_rows()]
    known = {example.text for example in examples}
    ordinary = [question for question in ordinary if question not in known]
    book = RuleBook([Rule.written(**{name: row[name] for name in RULE_FIELDS}) for row in rule_rows()])
    said = _sentences([[example.text] for example in examples], book, embedder)
    told = told_in_stories(utterances, ordinary, Outcome.EMERGENCY)
    calm = told_in_stories(utterances, ordinary, Outcome.NONE)
    texts = [*(u.text for u in utterances), *ordinary, *told, *calm]
    asked = _sentences([[text, *parts(text)] for text in texts], book, embedder)
    vectors = np.stack([group[0].vector for group in said]) if embedder is not None else None
    kinds = [str(utterance.outcome) for utterance in utterances]
    outcomes = np.array(kinds + [ORDINARY] * len(ordinary) + [TOLD] * len(told) + [CALM] * len(calm))
    strict = np.array([any(sentence.strict for sentence in group) for group in asked])
    fits = []
    kind = WITH_MEANING if embedder is not None else WORDS_ALONE
    for kernel in KERNELS[kind]:
        likeness = Likeness(examples, vectors, kernel)
        fits += _fit_kernel(kernel, likeness, [group[0] for group in said], asked, outcomes)
    stories = np.array([len(group) > 1 for group in asked])
    best = max(fits, key=lambda one: _merit(one, strict, outcomes, stories, kind))
    sure = np.where(strict, 1.0, best.scores["emergency"])
    thresholds = {
        "emergency": emergency_threshold(sure, outcomes, kind),
        "card": card_threshold(best.scores["card"], outcomes, kind),
    }
    return {
        "kernel": asdict(best.kernel),
        "part_shift": best.shift,
        "floor": round(best.floor, 4),
        **{
            name: {
                "threshold": round(thresholds[name], 4),
                "intercept": round(intercept, 4),
                "weights": {signal: round(weight, 4) for signal, weight in sorted(weights.items())},
            }
            for name, (intercept, weights) in best.scales.items()
        },
        "fitted_on": (
            f"{len(examples)} examples, {len(utterances)} utterances and {len(ordinary)} ordinary questions, "
            f"{date.today().isoformat()}"
        ),
        "recall_of_examples": round(float((best.seed_scores >= thresholds["emergency"]).mean()), 4),
        "cross_validated": figures(sure, best.scores["card"], thresholds, outcomes),
    }


def brief(utterances: Sequence[Utterance], outcome: Outcome) -> list[str]:
    """Return the utterances of one outcome that are short enough to be told in a story."""
    return [one.text for one in utterances if one.outcome is outcome and is_brief(one.text)]


def told_in_stories(utterances: Sequence[Utterance], ordinary: Sequence[str], outcome: Outcome) -> list[str]:
    """Return the brief utterances of one outcome, each told after, before or in the middle of an ordinary story."""
    stories = [text for text in ordinary if is_story(text)]
    return [
        tell(text, stories[number % len(stories)], number % len(PLACES))
        for number, text in enumerate(brief(utterances, outcome) if stories else [])
    ]


def write(content: Mapping[str, Any]) -> None:
    """Write the model's name and the weights of each kind to their data file."""
    WEIGHTS_FILE.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    forget()


def cross_validated(
    table: np.ndarray, labels: np.ndarray, counts: np.ndarray, groups: Sequence[str], strength: float
) -> tuple[float, np.ndarray, np.ndarray]:
    """Return intercept, weights, and the logit of each row of the table when its group was left out, (rows,).

    counts: what each row counts.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedGroupKFold

    mean, deviation = table.mean(axis=0), table.std(axis=0)
    deviation[deviation == 0] = 1.0
    scaled = (table - mean) / deviation

    def fitted(rows: np.ndarray) -> Any:
        model = LogisticRegression(C=strength, max_iter=2000)
        return model.fit(scaled[rows], labels[rows], sample_weight=counts[rows])

    logits = np.zeros(len(table))
    for repeat in range(REPEATS):
        folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED + repeat)
        for rows, out in folds.split(scaled, labels, groups):
            logits[out] += fitted(rows).decision_function(scaled[out]) / REPEATS
    model = fitted(np.arange(len(table)))
    weights = model.coef_[0] / deviation
    return float(model.intercept_[0] - (weights * mean).sum()), weights, logits


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
    kernel: Kernel, likeness: Likeness, said: list[_Sentence], asked: list[list[_Sentence]], outcomes: np.ndarray
) -> list[_Fit]:
    """Return a fit for each shift of parts."""
    left_out = [one.fixed | signals for one, signals in zip(said, likeness.signals_left_out(), strict=True)]
    names = sorted(left_out[0])
    seeds = _table(left_out, names)
    seed_outcomes = np.array([example.outcome for example in likeness.examples])
    groups = [
        _table([s.fixed | likeness.signals(likeness.near(s.text, s.vector)) for s in group], names) for group in asked
    ]
    wholes = np.vstack([seeds, [group[0] for group in groups]])
    urgent = np.concatenate([seed_outcomes, outcomes]) == Outcome.EMERGENCY
    unruled = urgent & (wholes[:, names.index("rule")] == 0)
    floor = share(wholes[unruled, names.index("nearest_emergency")], UNLIKE)
    scales, scores = {}, {}
    for name, yes in (("emergency", {"emergency"}), ("card", {"emergency", "beside"})):
        labels, seed_labels = np.isin(outcomes, list(yes)), np.isin(seed_outcomes, list(yes))
        counts = np.select([outcomes == ORDINARY, np.isin(outcomes, [TOLD, CALM])], [ORDINARY_WEIGHT, 0.0], 1.0)
        intercept, weights, scores[name] = _regress(groups, labels, counts, seeds, seed_labels)
        scales[name] = intercept, dict(zip(names, map(float, weights), strict=True))
    intercept, named = scales["emergency"]
    seed_logits = intercept + seeds @ np.array([named[name] for name in names])
    seed_sure = np.where([one.strict for one in said], 1.0, 1 / (1 + np.exp(-seed_logits)))
    seed_sure = seed_sure[seed_outcomes == "emergency"]
    return [
        _Fit(kernel, shift, scales, {name: by_shift[number] for name, by_shift in scores.items()}, floor, seed_sure)
        for number, shift in enumerate(SHIFTS)
    ]


def _regress(
    groups: list[np.ndarray], labels: np.ndarray, counts: np.ndarray, seeds: np.ndarray, seed_labels: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Return intercept, weights, and for each shift the scores of the utterances left out, (shifts, u)."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    whole = np.stack([group[0] for group in groups])
    mean, deviation = np.vstack([seeds, whole]).mean(axis=0), np.vstack([seeds, whole]).std(axis=0)
    deviation[deviation == 0] = 1.0

    def fitted(rows: np.ndarray) -> Any:
        table = (np.vstack([whole[rows], seeds]) - mean) / deviation
        weights = np.concatenate([counts[rows], np.ones(len(seeds))])
        model = LogisticRegression(C=STRENGTH, max_iter=2000)
        return model.fit(table, np.concatenate([labels[rows], seed_labels]), sample_weight=weights)

    totals = np.zeros((len(SHIFTS), len(groups)))
    for repeat in range(REPEATS):
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED + repeat)
        for rows, out in folds.split(whole, labels):
            model = fitted(rows)
            for at in out:
                found = model.decision_function((groups[at] - mean) / deviation)
                for number, shift in enumerate(SHIFTS):
                    totals[number, at] += max([found[0], *(found[1:] + shift)]) / REPEATS
    model = fitted(np.arange(len(groups)))
    weights = model.coef_[0] / deviation
    return float(model.intercept_[0] - (weights * mean).sum()), weights, 1 / (1 + np.exp(-totals))


def _table(signals: Sequence[dict[str, float]], names: Sequence[str]) -> np.ndarray:
    return np.array([[one[name] for name in names] for one in signals])


def _merit(fit: _Fit, strict: np.ndarray, outcomes: np.ndarray, stories: np.ndarray, kind: str) -> Any:
    """Return what the best fit has most of: the recall, less the alarms on what only sounds like danger.

    A fit that recalls less than is asked for comes after every one that does. `stories` marks the messages that have
    parts.
    """
    sure = np.where(strict, 1.0, fit.scores["emergency"])
    threshold = emergency_threshold(sure, outcomes, kind)
    alarmed = sure >= threshold
    calm = (outcomes == CALM) | (stories & (outcomes == ORDINARY))
    asked = ((outcomes == Outcome.EMERGENCY, RECALL), (outcomes == TOLD, RECALL_IN_STORIES[kind]))
    recalls = [(float(alarmed[of].mean()), recall) for of, recall in asked if of.any()]
    missed = sum(max(0.0, recall - got) for got, recall in recalls)
    recalled = np.mean([*(got for got, _ in recalls), (fit.seed_scores >= threshold).mean()])
    alike = np.isin(outcomes, [Outcome.BESIDE, Outcome.NONE])
    needless = [(alike, 1.0), (calm, STORY_ALARMS_COST)]
    return -round(missed, 6), recalled - sum(cost * alarmed[of].mean() for of, cost in needless if of.any())
