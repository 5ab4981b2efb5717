"""`manage.py evaluate FILE`: the golden questions, asked of the bots as they stand."""

from __future__ import annotations

import json as json_module
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chatbots.evaluation.golden import GoldenError, read_golden
from chatbots.evaluation.report import Outcome, as_dict, by_group, evaluate, figures
from chatbots.exceptions import ChatbotsError
from chatbots.serving import warm_up


class Command(BaseCommand):
    help = "Ask golden questions and print hits, facts shown, refusals and latency by kind, and the failures."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="YAML list of golden questions")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--no-failures", action="store_true", help="print the figures only")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            questions = read_golden(file)
            warm_up()
            outcomes = evaluate(questions)
        except (GoldenError, ChatbotsError) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json_module.dumps(as_dict(outcomes), ensure_ascii=False, indent=2))
            return
        self._table(outcomes)
        if not options["no_failures"]:
            for outcome in outcomes:
                if not outcome.right:
                    self._failure(outcome)

    def _table(self, outcomes: list[Outcome]) -> None:
        groups = by_group(outcomes)
        names = list(figures(outcomes))
        width = max(map(len, groups))
        self.stdout.write(" " * width + "".join(f"  {name:>15}" for name in names))
        for group, members in groups.items():
            cells = "".join(f"  {_cell(value):>15}" for value in figures(members).values())
            self.stdout.write(f"{group:<{width}}{cells}")

    def _failure(self, outcome: Outcome) -> None:
        question = outcome.question
        expected = ", ".join(question.pages) or question.status
        self.stdout.write(f"\n{question.id} ({question.bot}, {question.kind}): {question.question}")
        self.stdout.write(f"  expected {expected} {list(question.contains) or ''}")
        found = ", ".join(outcome.found)
        self.stdout.write(f"  got {outcome.status}, {found} (rank {outcome.rank}, confidence {outcome.confidence:.2f})")
        if question.contains and outcome.rank == 1:
            self.stdout.write("  " + outcome.text.replace("\n", "\n  "))


def _cell(value: float | int | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.3f}" if value <= 1 else f"{value:.1f}"
