"""Is someone in danger now? What a message is held against, and what comes of it."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial

import numpy as np

from chatbots.exceptions import BackendError
from chatbots.lexical import STOP_WORDS, words
from chatbots.safety.bare import is_bare, is_everyday
from chatbots.safety.clauses import parts
from chatbots.safety.cues import cues
from chatbots.safety.knowledge import Knowledge, current, embed
from chatbots.safety.likeness import Example
from chatbots.safety.reading import Reader
from chatbots.safety.rules import RuleHit
from chatbots.safety.topics import GENERAL, TOPICS, Topic
from chatbots.safety.weights import Scale, Scales

logger = logging.getLogger(__name__)

#: Words with which nothing is said to be wrong with anybody. As they are spelt: "dø" is not "do", nor is "do".
_TELLS_NOTHING = frozenset().union(*STOP_WORDS.values(), ("virker", "virkede", "fungerer", "work", "works")) - {"do"}
#: How near the nearest emergencies must be, or how sure it must be, for a few bare words to get no answer but a card.
_NEAR_ENOUGH, _SURE_ENOUGH = 0.5, 0.85
#: What counts otherwise in a long message, whose parts are each like something else.
_OTHERWISE_IN_LONG = ("read_emergency", "urgency", "nearest_emergency", "lead")
#: How near the nearest emergencies must be where no word tells anything: "vil ikke mere" is nearly one of them.
_FLOOR_OF_LITTLE = 0.57


class Outcome(StrEnum):
    """What a message calls for: the card and nothing else, a card beside the answer, or no card."""

    EMERGENCY = "emergency"
    BESIDE = "beside"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one part of a message was found to be: how sure it is an emergency, and calls for a card, 0 to 1 each."""

    text: str
    score: float
    card_score: float
    topic: str
    signals: dict[str, float]
    hits: tuple[RuleHit, ...]
    near: np.ndarray

    @property
    def strict(self) -> RuleHit | None:
        """The rule that decides alone, if any."""
        return next((hit for hit in self.hits if hit.counts and hit.rule.strict), None)

    @property
    def beside(self) -> bool:
        """Whether a rule puts a card beside the answer."""
        return any(hit.counts and hit.rule.outcome == "beside" for hit in self.hits)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What comes of a message, and why."""

    outcome: Outcome
    topic: Topic
    score: float
    #: The whole message first, then its parts; `decisive` is one of them.
    judgements: tuple[Judgement, ...]
    decisive: Judgement
    #: By which it was weighed.
    scales: Scales = field(repr=False)
    knowledge: Knowledge = field(repr=False)

    def nearest(self, count: int = 6) -> list[tuple[Example, float]]:
        """Return the examples that the decisive part is most like."""
        return self.knowledge.likeness.nearest(self.decisive.near, count)


def assess(
    message: str, vector: np.ndarray | None = None, vector_model: str = "", knowledge: Knowledge | None = None
) -> Verdict:
    """Judge a message: read as a whole where it is long or anything speaks for a card. Never fails.

    Where no model can read it, each part of a long one is judged on its own. `vector` is the message's own, made by the
    model `vector_model`; without it the message is embedded here.
    """
    known = knowledge or current()
    given = vector if vector_model and vector_model == known.model else None
    if known.reader is not None:
        try:
            return _with_reading(known, known.reader, message, given)
        except BackendError as error:
            logger.warning("Triage could not read a message as a whole: %s", error)
    texts = [message, *parts(message)]
    vectors = _vectors(known, texts, given)
    whole = judge(known, texts[0], vectors[0])
    return decide(known, [whole, *map(partial(judge, known, shift=known.fitted.part_shift), texts[1:], vectors[1:])])


def _with_reading(known: Knowledge, reader: Reader, message: str, vector: np.ndarray | None) -> Verdict:
    whole = judge(known, message, _vectors(known, [message], vector)[0])
    pieces = parts(message)
    if not pieces and (whole.strict or max(whole.score, whole.card_score) < reader.fitted.glance):
        return decide(known, [whole])
    return decide_by_reading(known, reader, whole, pieces, reader.read(message))


def decide_by_reading(
    known: Knowledge, reader: Reader, whole: Judgement, pieces: Sequence[str], read: Mapping[str, float]
) -> Verdict:
    """Let all that was found in a message decide: what was read in it, what it is like, and rules in it or its parts.

    A rule that decides alone in a short message does not in a long one, whose other words may make it harmless: there
    it puts the card beside the answer, at least.
    """
    hits_in_parts = [hit for piece in pieces for hit in known.book.hits(piece)]
    signals = signals_with_reading(whole, hits_in_parts, read, is_long=bool(pieces))
    hits = tuple(dict.fromkeys([*whole.hits, *hits_in_parts]))
    fitted = reader.fitted
    judgement = replace(
        whole,
        score=_score(fitted.emergency, signals),
        card_score=_score(fitted.card, signals),
        topic=_topic_of(hits, known.likeness.topic(whole.near)),
        signals=signals,
        hits=hits,
    )
    outcome = Outcome.NONE
    if judgement.score >= fitted.emergency.threshold:
        outcome = Outcome.EMERGENCY
    elif judgement.strict or judgement.beside or judgement.card_score >= fitted.card.threshold:
        outcome = Outcome.BESIDE
    if outcome is not Outcome.NONE and not any(hit.counts for hit in hits):
        outcome = _of_bare_words(judgement, outcome)
    topic = TOPICS.get(judgement.topic, GENERAL)
    return Verdict(outcome, topic, judgement.score, (judgement,), judgement, fitted, known)


def signals_with_reading(
    whole: Judgement, hits_in_parts: Sequence[RuleHit], read: Mapping[str, float], *, is_long: bool
) -> dict[str, float]:
    """Return all that is weighed where a message was read. Some of it counts otherwise in a long one."""
    signals = whole.signals | {f"part_{name}": value for name, value in rule_signals(hits_in_parts).items()}
    signals |= read
    return signals | {"long": float(is_long)} | {f"long_{name}": signals[name] * is_long for name in _OTHERWISE_IN_LONG}


def warm_up() -> None:
    """Load what the first question would wait for: rules, examples, word lists, vectors of examples, and the reader."""
    assess("Hvad hjælper mod ukendtordeksempel?")
    assess("En lang besked læses som en helhed. " * 5)


def decide(known: Knowledge, judgements: Sequence[Judgement]) -> Verdict:
    """Let the gravest part of a message decide."""
    fitted = known.fitted
    decisive = max(judgements, key=lambda judgement: judgement.score)
    strict = next((judgement for judgement in judgements if judgement.strict), None)
    outcome, topic = Outcome.NONE, decisive.topic
    if decisive.score >= fitted.emergency.threshold:
        outcome = Outcome.EMERGENCY
    elif strict is not None and strict.strict is not None:
        outcome, decisive, topic = Outcome.EMERGENCY, strict, strict.strict.rule.topic
    else:
        worried = max(judgements, key=lambda judgement: (judgement.beside, judgement.card_score))
        if worried.beside or worried.card_score >= fitted.card.threshold:
            outcome, decisive, topic = Outcome.BESIDE, worried, worried.topic
    if outcome is not Outcome.NONE and len(judgements) == 1 and not any(hit.counts for hit in decisive.hits):
        outcome = _of_bare_words(decisive, outcome)
    topic_of_card = TOPICS.get(topic, GENERAL)
    return Verdict(outcome, topic_of_card, decisive.score, tuple(judgements), decisive, fitted, known)


def _of_bare_words(judgement: Judgement, outcome: Outcome) -> Outcome:
    """Return what comes of a message that met no rule, where it may be no more than words for a search box."""
    if is_everyday(judgement.text):
        return Outcome.NONE
    founded = judgement.signals["nearest_emergency"] >= _NEAR_ENOUGH or judgement.score >= _SURE_ENOUGH
    return outcome if founded or not is_bare(judgement.text, judgement.signals) else Outcome.BESIDE


def says_something(text: str) -> bool:
    """Tell a text with a word that tells something from "kan ikke", which begins many emergencies and is none."""
    return any(word not in _TELLS_NOTHING for word in words(text))


def judge(known: Knowledge, text: str, vector: np.ndarray | None, *, shift: float = 0.0) -> Judgement:
    """Weigh what one message is held against, or a part of one: `shift` is added to a part, in logits."""
    hits = tuple(known.book.hits(text))
    near = known.likeness.near(text, vector)
    signals = known.likeness.signals(near) | rule_signals(hits) | cues(text)
    nearest = signals["nearest_emergency"]
    floor = known.fitted.floor if says_something(text) else max(known.fitted.floor, _FLOOR_OF_LITTLE)
    founded = 0 < nearest >= floor or any(hit.counts for hit in hits)
    return Judgement(
        text,
        _score(known.fitted.emergency, signals, shift) if founded else 0.0,
        _score(known.fitted.card, signals, shift) if founded else 0.0,
        _topic_of(hits, known.likeness.topic(near)),
        signals,
        hits,
        near,
    )


def _score(scale: Scale, signals: Mapping[str, float], shift: float = 0.0) -> float:
    """Return how sure a scale is, 0 to 1."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, scale.logit(signals) + shift))))


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


def _topic_of(hits: Sequence[RuleHit], by_meaning: str) -> str:
    """Return the topic of a rule that counts, a strict one first; else what it is about by meaning."""
    counting = sorted(
        (hit for hit in hits if hit.counts), key=lambda hit: (not hit.rule.strict, hit.rule.outcome != "emergency")
    )
    topics = list(dict.fromkeys(hit.rule.topic for hit in counting if hit.rule.outcome == counting[0].rule.outcome))
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
