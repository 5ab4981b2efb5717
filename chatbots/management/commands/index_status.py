"""`manage.py index_status`: what each bot's index holds, and what it waits for."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from chatbots.indexing.status import BotStatus, bot_statuses
from chatbots.models import IndexState


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
        for state in IndexState.objects.exclude(error="").select_related("page")[:20]:
            self.stdout.write(self.style.ERROR(f"{state.bot}: {state.page} ({state.page_id}): {state.error}"))

    def _show(self, status: BotStatus) -> None:
        published = timezone.localtime(status.published_at) if status.published_at else None
        lines = {
            "generation": f"{status.generation or 'none yet'}" + (f", published {published:%F %T}" if published else ""),
            "chunks": status.chunks,
            "model": f"{status.model} (origin: {status.model_origin})",
            "pages behind": status.pages_behind,
            "oldest waiting": f"{status.waiting_seconds:.0f} s" if status.waiting_since else "nothing waits",
            "last error": status.error or "none",
        }
        if status.serving_recipe and status.serving_recipe != status.recipe:
            lines["serving"] = f"{status.serving_recipe}, until the new index is complete"
        self.stdout.write(self.style.MIGRATE_HEADING(status.bot))
        for name, value in lines.items():
            self.stdout.write(f"  {name:<15} {value}")
