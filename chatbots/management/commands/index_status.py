"""`manage.py index_status`: what each bot's index holds, and what it waits for."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from chatbots.exceptions import BackendError
from chatbots.indexing.status import BotStatus, bot_statuses, failed_states
from chatbots.llms import get_llm


class Command(BaseCommand):
    help = "Show per bot: generation, chunks, model and origin, pages behind, oldest waiting, last error."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON list")

    def handle(self, *args: Any, json: bool, **options: Any) -> None:
        statuses = bot_statuses()
        if json:
            self.stdout.write(DjangoJSONEncoder(indent=2).encode([asdict(status) for status in statuses]))
            return
        for status in statuses:
            self._show(status)
        for state in failed_states():
            self.stdout.write(self.style.ERROR(f"{state.bot}: {state.page} ({state.page_id}): {state.error}"))
        self._show_llm()

    def _show_llm(self) -> None:
        """Say which language model is set, and whether it can be reached now."""
        self.stdout.write(self.style.MIGRATE_HEADING("language model"))
        try:
            llm = get_llm()
            problem = llm.problem() if llm else ""
        except BackendError as error:
            llm, problem = None, str(error)
        self.stdout.write(f"  {'model':<15} {llm.model_id if llm else 'none: answers are quotations'}")
        if problem:
            self.stdout.write(self.style.ERROR(f"  {'wrong now':<15} {problem}; answers are quotations meanwhile"))
        if llm:
            llm.close()

    def _show(self, status: BotStatus) -> None:
        published, failed = _local(status.published_at), _local(status.error_at)
        lines = {
            "generation": f"{status.generation}, published {published or 'some time ago'}"
            if status.generation
            else "none",
            "chunks": status.chunks,
            "model": f"{status.model} (origin: {status.model_origin})" if status.model else "none",
            "pages behind": f"{status.pages_behind}"
            + (f", {status.failed_pages} failed" if status.failed_pages else ""),
            "oldest waiting": f"{status.waiting_seconds:.0f} s" if status.waiting_since else "no change waits",
            "last error": f"{status.error}" + (f", at {failed}" if failed else "") if status.error else "none",
        }
        if status.rebuilding:
            lines["serving"] = f"{status.serving_recipe}, until the new index is complete"
        self.stdout.write(self.style.MIGRATE_HEADING(status.bot))
        for name, value in lines.items():
            self.stdout.write(f"  {name:<15} {value}")
        for problem in filter(None, (status.problem, status.storage_problem)):
            self.stdout.write(self.style.ERROR(f"  {'wrong now':<15} {problem}"))
        if status.stalled:
            advice = "nothing has been indexed for a minute: look at the broker, the worker and beat"
            self.stdout.write(self.style.ERROR(f"  {'stalled':<15} {advice}"))


def _local(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%F %T}" if moment else ""
