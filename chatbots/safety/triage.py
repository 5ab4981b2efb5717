"""Is someone in danger now? What a message is held against, and what comes of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from chatbots.exceptions import BackendError
from chatbots.safety.clauses import parts
from chatbots.safety.cues import cues
from chatbots.safety.knowledge import Knowledge, current, embed
from chatbots.safety.likeness import Example
from chatbots.safety.rules import RuleHit
from chatbots.safety.topics import GENERAL, TOPICS, Topic


class Outcome(StrEnum):
    """What a message calls for: the card and nothing else, a card beside the answer, or no card."""

    EMERGENCY = "emergency"
    BESIDE = "beside"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one part of a message was found to be. `score` is 0 to 1."""

    text: str
    score: float
    topic: str
    signals: dict[str, float]
    hits: tuple[RuleHit, ...]
    near: np.ndarray

    @property
    def strict(self) -> RuleHit | None:
        """The rule that decides alone, if any."""
        return next((hit for hit in self.hits if hit.counts and hit.rule.strict), None)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What comes of a message, and why."""

    outcome: Outcome
    topic: Topic
    score: float
    #: The whole message first, then its parts; `decisive` is one of them.
    judgements: tuple[Judgement, ...]
    decisive: Judgement
    knowledge: Knowledge = field(repr=False)

    def nearest(self, count: int = 6) -> list[tuple[Example, float]]:
        """Return the examples that the decisive part is most like."""
        return self.knowledge.likeness.nearest(self.decisive.near, count)


def assess(
    message: str, vector: np.ndarray | None = None, vector_model: str = "", knowledge: Knowledge | None = None
) -> Verdict:
    """Judge a message, and each part of a long one. Never fails.

    `vector` is the message's own, made by the model `vector_model`; without it the message is embedded here.
    """
    known = knowledge or current()
    texts = [message, *parts(message)]
    vectors = _vectors(known, texts, vector if vector_model and vector_model == known.model else None)
    judgements = tuple(judge(known, text, vector) for text, vector in zip(texts, vectors, strict=True))
    return decide(known, judgements)


def decide(known: Knowledge, judgements: Sequence[Judgement]) -> Verdict:
    """Let the gravest part of a message decide."""
    fitted = known.fitted
    shifts = [0.0, *([fitted.part_shift] * (len(judgements) - 1))]
    scores = [_shifted(judgement.score, shift) for judgement, shift in zip(judgements, shifts, strict=True)]
    score, decisive = max(zip(scores, judgements, strict=True), key=lambda pair: (pair[0], pair[1] is judgements[0]))
    strict = next((judgement for judgement in judgements if judgement.strict), None)
    topic = decisive.topic
    if score >= fitted.emergency:
        outcome = Outcome.EMERGENCY
    elif strict is not None:
        outcome, decisive, topic = Outcome.EMERGENCY, strict, strict.topic
    elif score >= fitted.beside or any(_stands_beside(judgement) for judgement in judgements):
        outcome = Outcome.BESIDE
    else:
        outcome = Outcome.NONE
    return Verdict(outcome, TOPICS.get(topic, GENERAL), score, tuple(judgements), decisive, known)


def judge(known: Knowledge, text: str, vector: np.ndarray | None) -> Judgement:
    """Weigh what one sentence is held against."""
    hits = tuple(known.book.hits(text))
    near = known.likeness.near(text, vector)
    signals = known.likeness.signals(near) | rule_signals(hits) | cues(text)
    return Judgement(text, weigh(known, signals), _topic(known, hits, near), signals, hits, near)


def rule_signals(hits: Sequence[RuleHit]) -> dict[str, float]:
    """Return what the rules tell of a sentence, each 0 or 1."""
    emergencies = [hit for hit in hits if hit.rule.outcome == "emergency"]
    return {
        "rule": float(any(hit.counts for hit in emergencies)),
        "strict_rule": float(any(hit.counts and hit.rule.strict for hit in emergencies)),
        "rule_in_part": float(any(hit.lacks for hit in emergencies) and not any(hit.counts for hit in emergencies)),
        "rule_blocked": float(any(hit.blocked for hit in emergencies)),
        "rule_beside": float(any(hit.counts for hit in hits if hit.rule.outcome == "beside")),
    }


def weigh(known: Knowledge, signals: dict[str, float]) -> float:
    """Return how sure the weights are that this is an emergency, 0 to 1."""
    fitted = known.fitted
    total = fitted.intercept + sum(weight * signals.get(name, 0.0) for name, weight in fitted.weights.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def _shifted(score: float, shift: float) -> float:
    score = min(max(score, 1e-9), 1 - 1e-9)
    return 1 / (1 + math.exp(-(math.log(score / (1 - score)) + shift)))


def _stands_beside(judgement: Judgement) -> bool:
    return any(hit.counts and hit.rule.outcome == "beside" for hit in judgement.hits)


def _topic(known: Knowledge, hits: Sequence[RuleHit], near: np.ndarray) -> str:
    """Return the topic of a rule that counts, a strict one first; else that of the nearest examples."""
    counting = sorted(
        (hit for hit in hits if hit.counts), key=lambda hit: (not hit.rule.strict, hit.rule.outcome != "emergency")
    )
    topics = list(dict.fromkeys(hit.rule.topic for hit in counting if hit.rule.outcome == counting[0].rule.outcome))
    by_meaning = known.likeness.topic(near)
    if not topics or by_meaning in topics:
        return by_meaning
    return topics[0]


def _vectors(known: Knowledge, texts: Sequence[str], first: np.ndarray | None) -> list[np.ndarray | None]:
    if known.embedder is None:
        return [None] * len(texts)
    lacking = list(texts if first is None else texts[1:])
    try:
        made = list(embed(known.embedder, lacking)) if lacking else []
    except BackendError:
        return [first, *([None] * (len(texts) - 1))]
    return made if first is None else [first, *made]
