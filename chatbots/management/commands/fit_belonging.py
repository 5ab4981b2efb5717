"""`manage.py fit_belonging`: fit which bot a question is for; for developers, with the demo site imported."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from chatbots.evaluation import belonging
from chatbots.evaluation.golden import read_all

GOLDEN = [Path("golden/demo.yaml"), Path("golden/guide.yaml"), Path("golden/english.yaml")]


class Command(BaseCommand):
    help = "Ask both bots the golden questions, fit which of them a question is for, and write belonging.json."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--golden", type=Path, nargs="+", default=GOLDEN, help="development questions")
        parser.add_argument("--dry-run", action="store_true", help="print the figures and write nothing")

    def handle(self, *args: Any, golden: list[Path], dry_run: bool, **options: Any) -> None:
        fitted = belonging.fit(belonging.cases(read_all(golden)))
        self.stdout.write(f"{fitted['fitted_on']}: {fitted['weights']}\n{fitted['cross_validated']}")
        if not dry_run:
            belonging.write(fitted)
