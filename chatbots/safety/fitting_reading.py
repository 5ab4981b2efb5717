"""Fit how what was read in a message is weighed with what it is like; with cross-validated figures.

On labelled utterances and on what ordinary visitors ask only: the examples are what the reader was taught.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
#: Share of the short emergencies that may be so unlike any that they are not worth reading.
NOT_READ = 0.003
#: A short message with less than this part of the score of those is not read either: they were fitted on.
MARGIN = 0.5


@dataclass(frozen=True, slots=True)
class _Row:
    """A text to fit on."""

    text: str
    #: That of an utterance, or ORDINARY, TOLD, CALM.
    outcome: str
    counts: float = 1.0
    #: Rows of one group are left out together. Empty for one that stands alone.
    group: str = ""
    #: Whether thresholds follow from it, and whether the figures count it.
    decides: bool = True
    measured: bool = True

    @property
    def urgent(self) -> bool:
        return self.outcome in {Outcome.EMERGENCY, TOLD}

    @property
    def deserves_card(self) -> bool:
        return self.urgent or self.outcome == Outcome.BESIDE


def fit_reading(
    utterances: Sequence[Utterance],
    more: Sequence[Utterance],
    ordinary: Sequence[str],
    attached: Mapping[str, Outcome],
    known: Knowledge,
    embedder: Embedder,
) -> dict[str, Any]:
    """Return the content of the weights' file for WITH_READING. Raises BackendError where the model cannot read.

    known: what triage knows, with the vectors of `embedder` and weights for them. `more` utterances are weighed and
    set thresholds; the figures are those of `utterances`. `attached` questions have a say in the weights alone: a page
    lists what comes to mind. Questions that are examples too are left out.
    """
    taught = {example.text for example in known.likeness.examples}
    ordinary = [question for question in ordinary if question not in taught]
    attached = {question: outcome for question, outcome in attached.items() if question not in taught}
    rows = _rows(utterances, more, ordinary, attached)
    texts, outcomes = [row.text for row in rows], np.array([row.outcome for row in rows])
    decide, measured = np.array([row.decides for row in rows]), np.array([row.measured for row in rows])
    wholes = [judge(known, text, vector) for text, vector in zip(texts, embed(embedder, texts), strict=True)]
    short = np.array([not parts(text) for text in texts])
    strict = short & np.array([whole.strict is not None for whole in wholes])
    glances = np.array([max(whole.score, whole.card_score) for whole in wholes])
    glance = MARGIN * share(glances[short & ~strict & decide & (outcomes == Outcome.EMERGENCY)], NOT_READ)
    reader = _reader(embedder)
    signals = [_signals(known, reader, text, whole) for text, whole in zip(texts, wholes, strict=True)]
    not_read = short & (glances < glance)
    emergency, emergency_logits = _fitted(rows, signals, [row.urgent for row in rows])
    card, card_logits = _fitted(rows, signals, [row.deserves_card for row in rows])
    sure = np.where(strict, 1.0, _shares(emergency_logits, not_read))
    carded = _shares(card_logits, not_read)
    emergency["threshold"] = emergency_threshold(sure[decide], outcomes[decide], WITH_READING)
    card["threshold"] = card_threshold(carded[decide], outcomes[decide], WITH_READING)
    thresholds = {"emergency": emergency["threshold"], "card": card["threshold"]}
    asked = short & decide & (outcomes == ORDINARY)
    return {
        "glance": round(glance, 4),
        "ordinary_read": round(float((glances[asked] >= glance).mean()), 4) if asked.any() else 0.0,
        "emergency": _rounded(emergency),
        "card": _rounded(card),
        "fitted_on": f"{len(utterances) + len(more)} utterances, {len(ordinary)} ordinary questions and "
        f"{len(attached)} that pages list, {date.today().isoformat()}",
        "cross_validated": figures(sure[measured], carded[measured], thresholds, outcomes[measured]),
    }


def _rows(
    utterances: Sequence[Utterance], more: Sequence[Utterance], ordinary: Sequence[str], attached: Mapping[str, Outcome]
) -> list[_Row]:
    said = [*utterances, *more]
    rows = [_Row(utterance.text, str(utterance.outcome)) for utterance in utterances]
    rows += [_Row(utterance.text, str(utterance.outcome), measured=False) for utterance in more]
    rows += [_Row(question, ORDINARY, ORDINARY_WEIGHT) for question in ordinary]
    for question, outcome in attached.items():
        counts = 1.0 if outcome is Outcome.EMERGENCY else ATTACHED_WEIGHT
        rows.append(_Row(question, str(outcome), counts, decides=False, measured=False))
    for outcome, name in ((Outcome.EMERGENCY, TOLD), (Outcome.NONE, CALM)):
        # An utterance and the story that it is told in are left out together.
        told = zip(told_in_stories(said, ordinary, outcome), brief(said, outcome), strict=False)
        rows += [_Row(story, name, STORY_WEIGHT, group=text) for story, text in told]
    return rows


def _fitted(
    rows: Sequence[_Row], signals: Sequence[Mapping[str, float]], labels: Sequence[bool]
) -> tuple[dict[str, Any], np.ndarray]:
    """Return intercept and weights, and the logit of each row when its group was left out, (rows,)."""
    names = sorted(signals[0])
    table = np.array([[one[name] for name in names] for one in signals])
    counts, groups = np.array([row.counts for row in rows]), [row.group or row.text for row in rows]
    intercept, weights, logits = cross_validated(table, np.array(labels), counts, groups, STRENGTH)
    return {"intercept": intercept, "weights": dict(zip(names, map(float, weights), strict=True))}, logits


def _shares(logits: np.ndarray, not_read: np.ndarray) -> np.ndarray:
    """Return how sure it is of each row, 0 to 1; not at all of what is not read."""
    return np.where(not_read, 0.0, 1 / (1 + np.exp(-logits)))


def _rounded(scale: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "threshold": round(scale["threshold"], 4),
        "intercept": round(scale["intercept"], 4),
        "weights": {signal: round(weight, 4) for signal, weight in sorted(scale["weights"].items())},
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
