"""Fit how what was read in a message is weighed with what it is like; with cross-validated figures.

On labelled utterances and on what ordinary visitors ask only: the examples are what the reader was taught.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from chatbots.embedders import Embedder
from chatbots.embedders.adapter import Adapter
from chatbots.exceptions import BackendError
from chatbots.safety.clauses import parts
from chatbots.safety.fitting import STRENGTH, brief, cross_validated, told_in_stories
from chatbots.safety.knowledge import Knowledge, embed
from chatbots.safety.reading import ADAPTER_FILE, OUTCOME, Reader
from chatbots.safety.thresholds import (
    CALM,
    ORDINARY,
    TOLD,
    card_threshold,
    emergency_threshold,
    figures,
    share,
)
from chatbots.safety.triage import Judgement, Outcome, judge, signals_with_reading
from chatbots.safety.utterances import Utterance
from chatbots.safety.weights import WITH_READING, FittedReading, Scale

#: What an ordinary question counts, an utterance told in a story, and a question attached to a page that is no
#: emergency, beside an utterance as it was written.
ORDINARY_WEIGHT, STORY_WEIGHT, ATTACHED_WEIGHT = 2.0, 0.2, 0.5
#: What the outcomes of those begin with, so that no threshold and no figure counts them.
ATTACHED = "attached"
ATTACHED_EMERGENCY, ATTACHED_BESIDE = f"{ATTACHED} {Outcome.EMERGENCY}", f"{ATTACHED} {Outcome.BESIDE}"
#: Share of the short emergencies that may be so unlike any that they are not worth reading.
NOT_READ = 0.003
#: A short message with less than this part of the score of those is not read either: they were fitted on.
MARGIN = 0.5


def fit_reading(
    utterances: Sequence[Utterance],
    ordinary: Sequence[str],
    attached: Mapping[str, Outcome],
    known: Knowledge,
    embedder: Embedder,
) -> dict[str, Any]:
    """Return the content of the weights' file for WITH_READING. Raises BackendError where the model cannot read.

    known: what triage knows, with the vectors of `embedder` and weights for them. `ordinary` and `attached` questions
    that are examples too are left out. `attached` ones have a say in the weights and none in the thresholds: a page
    lists what comes to mind.
    """
    taught = {example.text for example in known.likeness.examples}
    ordinary = [question for question in ordinary if question not in taught]
    attached = {question: outcome for question, outcome in attached.items() if question not in taught}
    told = told_in_stories(utterances, ordinary, Outcome.EMERGENCY)
    calm = told_in_stories(utterances, ordinary, Outcome.NONE)
    in_stories = [*brief(utterances, Outcome.EMERGENCY)[: len(told)], *brief(utterances, Outcome.NONE)[: len(calm)]]
    texts = [*(utterance.text for utterance in utterances), *ordinary, *attached, *told, *calm]
    kinds = [str(utterance.outcome) for utterance in utterances] + [ORDINARY] * len(ordinary)
    kinds += [f"{ATTACHED} {outcome}" for outcome in attached.values()]
    outcomes = np.array(kinds + [TOLD] * len(told) + [CALM] * len(calm))
    wholes = [judge(known, text, vector) for text, vector in zip(texts, embed(embedder, texts), strict=True)]
    short = np.array([not parts(text) for text in texts])
    strict = short & np.array([whole.strict is not None for whole in wholes])
    glances = np.array([max(whole.score, whole.card_score) for whole in wholes])
    glance = MARGIN * share(glances[short & ~strict & (outcomes == Outcome.EMERGENCY)], NOT_READ)
    reader = _reader(embedder)
    signals = [_signals(known, reader, text, whole) for text, whole in zip(texts, wholes, strict=True)]
    names = sorted(signals[0])
    table = np.array([[one[name] for name in names] for one in signals])
    is_attached = np.char.startswith(outcomes, ATTACHED)
    counts = np.select(
        [outcomes == ORDINARY, np.isin(outcomes, [TOLD, CALM]), is_attached & (outcomes != ATTACHED_EMERGENCY)],
        [ORDINARY_WEIGHT, STORY_WEIGHT, ATTACHED_WEIGHT],
        1.0,
    )
    # An utterance and the story that it is told in are left out together.
    groups = [*texts[: len(texts) - len(in_stories)], *in_stories]
    urgent = {"emergency", ATTACHED_EMERGENCY, TOLD}
    scales, scores = {}, {}
    for name, yes in (("emergency", urgent), ("card", urgent | {"beside", ATTACHED_BESIDE})):
        intercept, weights, logits = cross_validated(table, np.isin(outcomes, list(yes)), counts, groups, STRENGTH)
        scales[name] = intercept, dict(zip(names, map(float, weights), strict=True))
        scores[name] = np.where(short & (glances < glance), 0.0, 1 / (1 + np.exp(-logits)))
    sure = np.where(strict, 1.0, scores["emergency"])
    thresholds = {
        "emergency": emergency_threshold(sure, outcomes, WITH_READING),
        "card": card_threshold(scores["card"], outcomes, WITH_READING),
    }
    asked = short & (outcomes == ORDINARY)
    return {
        "glance": round(glance, 4),
        "ordinary_read": round(float((glances[asked] >= glance).mean()), 4) if asked.any() else 0.0,
        **{
            name: {
                "threshold": round(thresholds[name], 4),
                "intercept": round(intercept, 4),
                "weights": {signal: round(weight, 4) for signal, weight in sorted(weights.items())},
            }
            for name, (intercept, weights) in scales.items()
        },
        "fitted_on": f"{len(utterances)} utterances, {len(ordinary)} ordinary questions and {len(attached)} that pages "
        f"list, {date.today().isoformat()}",
        "cross_validated": figures(
            sure[~is_attached], scores["card"][~is_attached], thresholds, outcomes[~is_attached]
        ),
    }


def _reader(embedder: Embedder) -> Reader:
    """Return a reader that weighs nothing yet."""
    adapter = Adapter.load(ADAPTER_FILE)
    classify = embedder.classifier(adapter)
    if classify is None:
        raise BackendError(f"{ADAPTER_FILE} is not for the model {embedder.model_id}.")
    nothing = Scale(0.0, {}, 1.0)
    return Reader(classify, adapter.heads[OUTCOME].classes, FittedReading(nothing, nothing, 0.0))


def _signals(known: Knowledge, reader: Reader, text: str, whole: Judgement) -> dict[str, float]:
    pieces = parts(text)
    hits = [hit for piece in pieces for hit in known.book.hits(piece)]
    return signals_with_reading(whole, hits, reader.read(text), is_long=bool(pieces))
