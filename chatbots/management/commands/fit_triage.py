"""`manage.py fit_triage`: fit how the signals of triage are weighed; for developers."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chatbots.embedders import get_embedder
from chatbots.evaluation.golden import GoldenError
from chatbots.safety import fitting
from chatbots.safety.knowledge import embed, likeness_of, name_of_vectors, shipped_examples
from chatbots.safety.measuring import harmless_questions
from chatbots.safety.seeding import example_rows
from chatbots.safety.shipped_vectors import write_vectors
from chatbots.safety.shipped_worths import write_worths
from chatbots.safety.utterances import UtteranceError, read_utterances


class Command(BaseCommand):
    help = "Fit triage on its examples and on labelled utterances, and write the weights with their figures."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--utterances", type=Path, default=Path("golden/triage.yaml"), help="development half")
        parser.add_argument(
            "--ordinary",
            type=Path,
            nargs="*",
            default=[Path("golden/demo.yaml"), Path("golden/lay-questions/site.jsonl")],
            help="golden or lay questions in which nobody is in danger",
        )
        parser.add_argument("--dry-run", action="store_true", help="print the figures, write nothing")

    def handle(self, *args: Any, utterances: Path, ordinary: list[Path], dry_run: bool, **options: Any) -> None:
        try:
            asked = read_utterances(utterances)
            calm = [question for path in ordinary for question in harmless_questions(path)]
        except (UtteranceError, GoldenError, OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        embedder = get_embedder()
        kinds = {"with meaning": fitting.fit(asked, calm, embedder), "words alone": fitting.fit(asked, calm, None)}
        for kind, fitted in kinds.items():
            self.stdout.write(
                f"{kind}: {fitted['kernel']} parts {fitted['part_shift']} "
                f"{fitted['cross_validated']} examples {fitted['recall_of_examples']}"
            )
        if not dry_run:
            fitting.write(*kinds.values(), embedder.model_id)
            texts = [row["text"] for row in example_rows()]
            model = name_of_vectors(embedder.model_id)
            write_vectors(model, texts, embed(embedder, texts))
            rows = shipped_examples()
            write_worths([likeness_of(rows, embedder, model), likeness_of(rows)])
