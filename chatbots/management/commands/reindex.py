"""`manage.py reindex`: bring the bots up to date here and now; no broker needed."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from chatbots.exceptions import BackendError
from chatbots.indexing import audit, freshness, maintenance


class Command(BaseCommand):
    help = "Embed what changed and publish the bots' indexes; or audit them with --verify."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--verify", action="store_true", help="only audit; exit with 1 when anything is wrong")
        parser.add_argument("--repair", action="store_true", help="index anew what the audit finds wrong")

    def handle(self, *args: Any, verify: bool, repair: bool, **options: Any) -> None:
        try:
            if repair:
                audit.repair()
            if verify or repair:
                self._verify()
            else:
                self._reindex(int(options["verbosity"]))
        except BackendError as error:
            raise CommandError(str(error)) from error

    def _verify(self) -> None:
        problems = audit.audit()
        for problem in problems:
            self.stderr.write(problem)
        if problems:
            raise CommandError(f"{len(problems)} problem(s). `manage.py reindex --repair` mends them.")
        self.stdout.write(self.style.SUCCESS("The indexes hold just what is published."))

    def _reindex(self, verbosity: int) -> None:
        freshness.refresh_wanted()
        maintenance.check_snapshots()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(file=self.stdout), disable=not verbosity) as bar:
            task = bar.add_task("Indexing pages", total=None)
            counts = freshness.catch_up(
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
            bar.update(task, visible=counts.pages + counts.failed > 0)
        self.stdout.write(
            f"{counts.pages} page(s) indexed: {counts.chunks_added} chunk(s) added, {counts.chunks_kept} kept, "
            f"{counts.chunks_removed} removed; {counts.chunks_embedded} passage(s), {counts.statements_embedded} "
            f"statement(s) and {counts.questions_embedded} question(s) embedded."
        )
        if counts.failed:
            raise CommandError(f"{counts.failed} page(s) could not be indexed; `manage.py index_status` tells why.")
