"""The sites that are measured: the demo site with its index, and an empty one."""

from __future__ import annotations

import sys
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from chatbots.evaluation.golden import GoldenQuestion, read_golden
from content.models import Page

#: The questions that the latency of an answer is measured with.
QUESTIONS = Path(settings.BASE_DIR) / "golden" / "demo.yaml"
DEMO = Path(settings.BASE_DIR) / "content" / "demo"


def say(text: str) -> None:
    print(f"   {text}", file=sys.stderr, flush=True)


def make_empty_site() -> None:
    """Prepare the model, unless that has been done, and the database."""
    call_command("prepare_model", stdout=StringIO())
    call_command("migrate", interactive=False, verbosity=0)


def make_demo_site() -> None:
    """Import and index the demo site, unless that has been done."""
    make_empty_site()
    if not Page.objects.exists():
        say("importing and indexing the demo site")
        call_command("import_content", DEMO, stdout=StringIO())
    call_command("reindex", verbosity=0, stdout=StringIO())


def golden_questions(limit: int | None = None) -> list[GoldenQuestion]:
    """Return questions for the demo site, both bots' mixed."""
    return sorted(read_golden(QUESTIONS), key=lambda question: question.id[::-1])[:limit]
