"""How triage does on labelled utterances, and on questions in which nobody is in danger."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatbots.evaluation.golden import read_golden
from chatbots.safety.topics import GENERAL
from chatbots.safety.triage import Outcome, Verdict, assess
from chatbots.safety.utterances import Utterance


@dataclass(frozen=True, slots=True)
class Trial:
    """An utterance and what triage made of it."""

    utterance: Utterance
    verdict: Verdict
    seconds: float

    @property
    def right(self) -> bool:
        return self.verdict.outcome == self.utterance.outcome

    @property
    def grave(self) -> bool:
        """Whether somebody in danger got no card first, or somebody in none got nothing but the card."""
        return not self.right and Outcome.EMERGENCY in {self.verdict.outcome, self.utterance.outcome}


def try_utterances(utterances: Iterable[Utterance]) -> list[Trial]:
    """Judge each utterance as it would be judged in an answer, embedding included in the time."""
    trials = []
    for utterance in utterances:
        started = time.perf_counter()
        verdict = assess(utterance.text)
        trials.append(Trial(utterance, verdict, time.perf_counter() - started))
    return trials


def figures(trials: Sequence[Trial]) -> dict[str, Any]:
    """Return recall, false alarms and the smaller faults, as shares; and the confusions, as counts."""
    confusions = Counter((str(trial.utterance.outcome), str(trial.verdict.outcome)) for trial in trials)

    def share(said: Iterable[Outcome], became: Iterable[Outcome]) -> float | None:
        of = sum(confusions[str(one), str(other)] for one in said for other in Outcome)
        return round(sum(confusions[str(one), str(other)] for one in said for other in became) / of, 4) if of else None

    calm = (Outcome.BESIDE, Outcome.NONE)
    cards = [trial for trial in trials if trial.utterance.cards and trial.verdict.outcome is Outcome.EMERGENCY]
    times = sorted(trial.seconds for trial in trials)
    return {
        "utterances": len(trials),
        "recall": share([Outcome.EMERGENCY], [Outcome.EMERGENCY]),
        "false_alarms": share(calm, [Outcome.EMERGENCY]),
        "beside_shown": share([Outcome.BESIDE], [Outcome.BESIDE, Outcome.EMERGENCY]),
        "needless_cards": share([Outcome.NONE], [Outcome.BESIDE, Outcome.EMERGENCY]),
        "emergency_with_any_card": share([Outcome.EMERGENCY], [Outcome.EMERGENCY, Outcome.BESIDE]),
        "right_level_of_card": (
            round(sum(trial.verdict.topic.level in trial.utterance.cards for trial in cards) / len(cards), 4)
            if cards
            else None
        ),
        "right_topic": round(sum(trial.verdict.topic.code == trial.utterance.topic for trial in cards) / len(cards), 4)
        if cards
        else None,
        "median_ms": round(times[len(times) // 2] * 1000, 1),
        "p95_ms": round(times[int(len(times) * 0.95)] * 1000, 1),
        "confusions": {
            said: {became: confusions[said, became] for became in map(str, Outcome)} for said in map(str, Outcome)
        },
    }


def harmless_questions(path: Path) -> list[str]:
    """Return the questions of a file of golden questions that no emergency is in, or those of the lay questions."""
    if path.suffix == ".jsonl":
        lines = path.read_text(encoding="utf-8").splitlines()
        return [question for line in lines for question in json.loads(line)["questions"]]
    return [golden.question for golden in read_golden(path) if golden.status != Outcome.EMERGENCY]


def worried_questions(path: Path) -> list[Utterance]:
    """Return those of `harmless_questions` whose answer deserves a card; the lay questions are not marked for that."""
    worried = [golden for golden in read_golden(path) if golden.beside] if path.suffix != ".jsonl" else []
    return [Utterance(one.id, one.question, one.language, GENERAL.code, Outcome.BESIDE) for one in worried]
