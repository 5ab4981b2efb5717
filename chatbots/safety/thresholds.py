"""From which score on a card is shown, and what that comes to: shares of recall and of false alarms. Pure."""

from __future__ import annotations

import numpy as np

from chatbots.safety.triage import Outcome
from chatbots.safety.weights import WITH_MEANING, WITH_READING, WORDS_ALONE

#: Share of the emergencies among the utterances that must be recalled, and of those told in stories. Recall first: a
#: card too many costs a glance, one too few may cost a life. Where messages are read, 0.95 of those in stories would
#: take a third more of what only sounds like danger for it.
RECALL = 0.97
RECALL_IN_STORIES = {WITH_READING: 0.92, WITH_MEANING: 0.95, WORDS_ALONE: 0.95}
#: Shares of the ordinary questions that may be taken for an emergency, and get a card beside the answer. A card that
#: always stands there is not seen. Words alone tell less, so without a model more alarms are borne for the same recall.
ORDINARY_ALARMS = {WITH_READING: 0.05, WITH_MEANING: 0.05, WORDS_ALONE: 0.07}
ORDINARY_CARDS = {WITH_READING: 0.10, WITH_MEANING: 0.15, WORDS_ALONE: 0.15}

#: The outcome of an ordinary question, told from that of an utterance that looks like an emergency.
ORDINARY = "ordinary"
#: Those of an emergency told in an ordinary story, and of what only sounds like one. Where parts are judged nothing is
#: fitted on them: the parts must tell it, not the whole.
TOLD, CALM = "told", "calm"


def above(some: np.ndarray, others: np.ndarray) -> float:
    """Return the share of pairs in which the first scores higher: the area under the curve."""
    return float(np.mean(some[:, None] > others[None, :]))


def emergency_threshold(scores: np.ndarray, outcomes: np.ndarray, kind: str) -> float:
    """Return the highest score that recalls enough of the utterances and of those told in stories; where too many
    ordinary questions would be alarmed at, the lowest that keeps them few. `kind` is that of the weights.

    The examples have no say, for many were chosen because triage missed them; nor have the utterances that only sound
    like danger, for they were written to deceive it.
    """
    wanted = ((scores[outcomes == Outcome.EMERGENCY], RECALL), (scores[outcomes == TOLD], RECALL_IN_STORIES[kind]))
    recalled = min(share(urgent, 1 - recall) for urgent, recall in wanted if len(urgent))
    ordinary = scores[outcomes == ORDINARY]
    quiet = share(ordinary, 1 - ORDINARY_ALARMS[kind]) + 1e-4 if len(ordinary) else 0.0
    return max(recalled, quiet)


def card_threshold(scores: np.ndarray, outcomes: np.ndarray, kind: str) -> float:
    """Return the score from which on few enough ordinary questions, or utterances without need, get a card."""
    some = scores[outcomes == ORDINARY]
    return share(some if len(some) else scores[outcomes == Outcome.NONE], 1 - ORDINARY_CARDS[kind]) + 1e-4


def share(scores: np.ndarray, below: float) -> float:
    """Return the score that a share of `scores` lies below."""
    return float(np.sort(scores)[int(below * len(scores))])


def figures(sure: np.ndarray, card: np.ndarray, thresholds: dict[str, float], outcomes: np.ndarray) -> dict[str, float]:
    alarmed = sure >= thresholds["emergency"]
    shown = alarmed | (card >= thresholds["card"])
    urgent, ordinary = outcomes == Outcome.EMERGENCY, outcomes == ORDINARY
    told, calm = outcomes == TOLD, outcomes == CALM
    alike = ~urgent & ~ordinary & ~told & ~calm
    shares = {
        "recall": alarmed[urgent],
        "recall_in_stories": alarmed[told],
        "false_alarms": alarmed[alike],
        "false_alarms_in_stories": alarmed[calm],
        "beside_shown": shown[outcomes == Outcome.BESIDE],
        "needless_cards": shown[outcomes == Outcome.NONE],
        "ordinary_alarms": alarmed[ordinary],
        "ordinary_cards": shown[ordinary],
    }
    return {name: round(float(of.mean()), 4) for name, of in shares.items() if len(of)} | {
        "auroc": round(above(sure[urgent], sure[alike]), 4)
    }
