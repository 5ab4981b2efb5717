"""`manage.py ask BOT QUESTION`: the answer a visitor would get, with what it was made of."""

from __future__ import annotations

import json as json_module
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chatbots.answering import Question
from chatbots.answering.context import Context
from chatbots.answering.pipeline import as_json, run
from chatbots.bots import BOTS, MAX_MESSAGE_LENGTH, get_bot
from chatbots.question_text import clean
from chatbots.safety.masking import mask
from chatbots.types import HelpCard


class Command(BaseCommand):
    help = "Ask a bot a question on the command line, and get all that a visitor would get. Nothing is stored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("bot", metavar="BOT", choices=list(BOTS), help=" or ".join(BOTS))
        parser.add_argument("question", metavar="QUESTION")
        parser.add_argument("--language", choices=["da", "en"], help="the language of the page asked from")
        parser.add_argument("--json", action="store_true", help="print the JSON of the API")
        parser.add_argument(
            "--explain", action="store_true", help="show the hits with their signals, and the time used"
        )

    def handle(self, *args: Any, bot: str, question: str, language: str | None, **options: Any) -> None:
        # As what a visitor sends is read: nobody beyond these lines sees what was taken out.
        asked = mask(clean(question))
        if not asked.text:
            raise CommandError("Ask something: the question is empty.")
        if len(asked.text) > MAX_MESSAGE_LENGTH:
            raise CommandError(f"Ask in fewer words: {MAX_MESSAGE_LENGTH} characters at most.")
        context = run(get_bot(bot), Question(asked.text, language=language, masked=asked.kinds))
        if options["json"]:
            shown = as_json(context) | ({"question": asked.text} if asked.kinds else {})
            self.stdout.write(json_module.dumps(shown, ensure_ascii=False, indent=2))
        else:
            self._show(context)
        if options["explain"]:
            self._explain(context)

    def _show(self, context: Context) -> None:
        self.stdout.write(f"[{context.status}]")
        for card in context.help_cards:
            self._show_card(card)
        self.stdout.write(context.text)
        for source in context.sources:
            reviewed = f", reviewed {source.reviewed_on}" if source.reviewed_on else ""
            where = " › ".join(filter(None, (source.title, source.heading)))
            self.stdout.write(f"  {where}: {source.url}{reviewed} ({source.score})")
        for suggestion in context.suggestions:
            self.stdout.write(f"  {suggestion.title}: {suggestion.url}")
        if context.handover is not None:
            self.stdout.write(f"  Ask {context.handover.bot} instead: {context.handover.question}")

    def _show_card(self, card: HelpCard) -> None:
        self.stdout.write(f"! {card.title}\n  {card.text}")
        for contact in card.contacts:
            self.stdout.write(f"  {contact['label']} ({contact['url']}) {contact['note']}".rstrip())
        self.stdout.write(f"  {card.checked}\n\n")

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
