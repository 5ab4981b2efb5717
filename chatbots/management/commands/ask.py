"""`manage.py ask BOT QUESTION`: the answer a visitor would get, with what it was made of."""

from __future__ import annotations

import json as json_module
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chatbots.answering import Question
from chatbots.answering.context import Context
from chatbots.answering.pipeline import as_json, run
from chatbots.bots import BOTS, get_bot


class Command(BaseCommand):
    help = "Ask a bot a question on the command line. Nothing is stored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("bot", metavar="BOT", choices=list(BOTS), help=" or ".join(BOTS))
        parser.add_argument("question", metavar="QUESTION")
        parser.add_argument("--language", choices=["da", "en"], help="the language of the page asked from")
        parser.add_argument("--json", action="store_true", help="print the JSON of the API")
        parser.add_argument(
            "--explain", action="store_true", help="show the hits with their signals, and the time used"
        )

    def handle(self, *args: Any, bot: str, question: str, language: str | None, **options: Any) -> None:
        if not question.strip():
            raise CommandError("Ask something: the question is empty.")
        context = run(get_bot(bot), Question(question, language=language))
        if options["json"]:
            self.stdout.write(json_module.dumps(as_json(context), ensure_ascii=False, indent=2))
        else:
            self._show(context)
        if options["explain"]:
            self._explain(context)

    def _show(self, context: Context) -> None:
        self.stdout.write(f"[{context.status}]\n" + "\n\n".join(context.paragraphs))
        for source in context.sources:
            reviewed = f", reviewed {source.reviewed_on}" if source.reviewed_on else ""
            where = " › ".join(filter(None, (source.title, source.heading)))
            self.stdout.write(f"  {where}: {source.url}{reviewed} ({source.score})")
        for suggestion in context.suggestions:
            self.stdout.write(f"  {suggestion.title}: {suggestion.url}")

    def _explain(self, context: Context) -> None:
        retrieval = context.retrieval
        if retrieval is not None:
            self.stdout.write(
                f"\n{retrieval.query.language}: {retrieval.query.repaired} (index {retrieval.generation})"
            )
            for language in retrieval.indexes:
                if (put := retrieval.query_in(language)) is not retrieval.query:
                    self.stdout.write(f"{language}: {put.repaired} {put.names}".rstrip())
                for hit in retrieval.hits(language)[:6]:
                    signals = " ".join(f"{name}={value:.2f}" for name, value in hit.signals.items())
                    self.stdout.write(
                        f"  {hit.page_score:6.2f} {hit.score:6.2f} {hit.page.slug}#{hit.chunk.anchor} {signals}"
                    )
        self.stdout.write(f"confidence {context.confidence:.3f}")
        for step, seconds in context.timings.items():
            self.stdout.write(f"  {step:<14} {seconds * 1000:6.1f} ms")
