"""`manage.py finetune_triage`: teach the model's last layers to read messages for triage; for developers."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chatbots.embedders import get_embedder
from chatbots.safety.reading import ADAPTER_FILE
from chatbots.safety.utterances import UtteranceError, read_utterances


class Command(BaseCommand):
    help = "Fine-tune the embedding model's last layers on labelled messages, and write what changed. Then fit_triage."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--messages", type=Path, default=Path("golden/triage-training.yaml"), help="to learn from")
        parser.add_argument("--epochs", type=int, metavar="N", help="passes over all messages")
        parser.add_argument("--rank", type=int, metavar="N", help="rank of the changes")
        parser.add_argument("--first-layer", type=int, metavar="N", help="first layer that changes")
        parser.add_argument("--rate", type=float, metavar="RATE", help="learning rate of the changes")
        parser.add_argument("--out", type=Path, default=ADAPTER_FILE, help="where to write what changed")

    def handle(self, *args: Any, messages: Path, out: Path, **options: Any) -> None:
        from chatbots.embedders import finetuning
        from chatbots.safety import teaching

        try:
            said = read_utterances(messages)
        except UtteranceError as error:
            raise CommandError(str(error)) from error
        chosen = {name: options[name] for name in ("epochs", "rank", "first_layer", "rate") if options[name]}
        taught = teaching.samples(said)
        self.stdout.write(f"{len(taught)} messages; some minutes for each pass over them …")
        adapter = finetuning.finetune(
            get_embedder(), taught, teaching.heads(), replace(teaching.RECIPE, **chosen), say=self.stdout.write
        )
        adapter.save(out)
        self.stdout.write(f"{out}: {out.stat().st_size / 1e6:.1f} MB. Run fit_triage now: weights are for one reader.")
