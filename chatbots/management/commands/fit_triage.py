"""`manage.py fit_triage`: fit how the signals of triage are weighed; for developers."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chatbots.embedders import Embedder, get_embedder
from chatbots.embedders.naming import name_of_model
from chatbots.evaluation.golden import GoldenError
from chatbots.exceptions import BackendError
from chatbots.safety import fitting
from chatbots.safety.attached import attached_questions
from chatbots.safety.fitting_reading import fit_reading
from chatbots.safety.knowledge import embed, likeness_of, name_of_vectors, shipped_examples, shipped_knowledge
from chatbots.safety.measuring import harmless_questions, worried_questions
from chatbots.safety.seeding import example_rows
from chatbots.safety.shipped_vectors import write_vectors
from chatbots.safety.shipped_worths import write_worths
from chatbots.safety.utterances import Utterance, UtteranceError, read_utterances
from chatbots.safety.weights import WITH_MEANING, WITH_READING, WORDS_ALONE, read_weights


class Command(BaseCommand):
    help = "Fit triage on its examples and on labelled utterances, and write the weights with their figures."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--utterances", type=Path, default=Path("golden/triage.yaml"), help="development half")
        parser.add_argument(
            "--ordinary",
            type=Path,
            nargs="*",
            default=[Path("golden/demo.yaml"), Path("golden/lay-questions/site.jsonl")],
            help="golden or lay questions, most of which call for no card",
        )
        more, marked = Path("golden/triage-weighing.yaml"), Path("golden/triage-attached.yaml")
        parser.add_argument("--more", type=Path, default=more, help="utterances that only the reading is weighed on")
        parser.add_argument("--pages", type=Path, default=Path("content/demo"), help="whose questions it is weighed on")
        parser.add_argument("--marked", type=Path, default=marked, help="which of those are no ordinary questions")
        parser.add_argument("--reading-only", action="store_true", help="fit no more than how what is read is weighed")
        parser.add_argument("--dry-run", action="store_true", help="print the figures, write nothing")

    def handle(self, *args: Any, utterances: Path, ordinary: list[Path], dry_run: bool, **options: Any) -> None:
        try:
            asked = read_utterances(utterances)
            worried = [question for path in ordinary for question in worried_questions(path)]
            worrying = {question.text for question in worried}
            calm = [text for path in ordinary for text in harmless_questions(path) if text not in worrying]
            more = [*worried, *read_utterances(options["more"])]
            attached = attached_questions(options["pages"], options["marked"])
        except (UtteranceError, GoldenError, OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        embedder = get_embedder()
        if not options["reading_only"]:
            self._fit_likeness(asked, calm, embedder, dry_run=dry_run)
        try:
            read = fit_reading(asked, more, calm, attached, shipped_knowledge(embedder), embedder)
        except BackendError as error:
            raise CommandError(f"{error} Run finetune_triage first.") from error
        self.stdout.write(
            f"{WITH_READING}: {read['ordinary_read']} of the ordinary ones read {read['cross_validated']}"
        )
        if not dry_run:
            fitting.write(read_weights() | {WITH_READING: read})

    def _fit_likeness(self, asked: list[Utterance], calm: list[str], embedder: Embedder, *, dry_run: bool) -> None:
        kinds = {
            WITH_MEANING: fitting.fit(asked, calm, embedder),
            WORDS_ALONE: fitting.fit(asked, calm, None),
        }
        for kind, fitted in kinds.items():
            self.stdout.write(
                f"{kind}: {fitted['kernel']} parts {fitted['part_shift']} "
                f"{fitted['cross_validated']} examples {fitted['recall_of_examples']}"
            )
        if dry_run:
            return
        fitting.write({"model": name_of_model(embedder.model_id)} | kinds)
        texts = [row["text"] for row in example_rows()]
        model = name_of_vectors(embedder.model_id)
        write_vectors(model, texts, embed(embedder, texts))
        rows = shipped_examples()
        write_worths([likeness_of(rows, embedder, model), likeness_of(rows)])
