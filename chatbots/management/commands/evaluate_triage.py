"""`manage.py evaluate_triage FILE`: labelled utterances, held against triage as it stands."""

from __future__ import annotations

import json as json_module
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chatbots.evaluation.golden import GoldenError
from chatbots.safety.measuring import Trial, figures, harmless_questions, try_utterances
from chatbots.safety.triage import Outcome, assess
from chatbots.safety.utterances import UtteranceError, read_utterances


class Command(BaseCommand):
    help = "Judge labelled utterances and print recall, false alarms and confusions, and every fault."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="YAML list of labelled utterances")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--no-faults", action="store_true", help="print the figures only")
        parser.add_argument(
            "--questions",
            type=Path,
            nargs="*",
            default=[],
            metavar="FILE",
            help="golden or lay questions: list those that would be answered as an emergency",
        )

    def handle(self, *args: Any, file: Path, questions: list[Path], **options: Any) -> None:
        try:
            utterances = read_utterances(file)
            asked = {str(path): harmless_questions(path) for path in questions}
        except (UtteranceError, GoldenError, OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        trials = try_utterances(utterances)
        found = figures(trials)
        alarmed = {path: _alarmed(texts) for path, texts in asked.items()}
        if options["json"]:
            found["questions"] = {path: {"asked": len(asked[path]), **alarms} for path, alarms in alarmed.items()}
            found["faults"] = [_as_dict(trial) for trial in trials if not trial.right]
            self.stdout.write(json_module.dumps(found, ensure_ascii=False, indent=2))
            return
        self._table(found)
        if not options["no_faults"]:
            for trial in sorted(trials, key=lambda trial: not trial.grave):
                if not trial.right:
                    self._fault(trial)
        for path, alarms in alarmed.items():
            self.stdout.write(
                f"\n{path}: {len(alarms['emergency'])} emergencies and {alarms['beside']} cards beside the answer "
                f"in {len(asked[path])} questions"
            )
            for question in alarms["emergency"]:
                self.stdout.write(f"  {question}")

    def _table(self, found: dict[str, Any]) -> None:
        names = list(found["confusions"])
        self.stdout.write(f"{'said, became ▸':<14}" + "".join(f"{name:>11}" for name in names))
        for said, row in found["confusions"].items():
            self.stdout.write(f"{said:<14}" + "".join(f"{row[name]:>11}" for name in names))
        self.stdout.write("")
        for name, value in found.items():
            if name != "confusions":
                self.stdout.write(f"{name:<24} {'-' if value is None else value}")

    def _fault(self, trial: Trial) -> None:
        verdict = trial.verdict
        self.stdout.write(f"\n{trial.utterance.id}: {trial.utterance.text}")
        self.stdout.write(
            f"  expected {trial.utterance.outcome}, got {verdict.outcome} "
            f"(emergency {verdict.score:.2f}, card {verdict.decisive.card_score:.2f}, {verdict.topic.code})"
        )


def _alarmed(questions: list[str]) -> dict[str, Any]:
    outcomes = [(question, assess(question).outcome) for question in questions]
    return {
        "emergency": [question for question, outcome in outcomes if outcome is Outcome.EMERGENCY],
        "beside": sum(outcome is Outcome.BESIDE for _, outcome in outcomes),
    }


def _as_dict(trial: Trial) -> dict[str, Any]:
    return {
        "id": trial.utterance.id,
        "text": trial.utterance.text,
        "expected": str(trial.utterance.outcome),
        "got": str(trial.verdict.outcome),
        "score": round(trial.verdict.score, 4),
        "topic": trial.verdict.topic.code,
    }
