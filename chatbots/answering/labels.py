"""Step: say when a quotation is in another language than the answer around it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from chatbots.answering.context import Context
from chatbots.types import Status


def label_language(context: Context) -> None:
    """Leave a notice before a quotation from a page in the other language: quoted as it stands, never translated."""
    foreign = {hit.chunk.language for hit, _quoted in context.quotes} - {context.language}
    if foreign and context.status in {Status.ANSWERED, Status.PARTIAL}:
        labels = {
            "da": _("Svaret her er et citat fra en side på dansk."),
            "en": _("Svaret her er et citat fra en side på engelsk."),
        }
        context.notices += [labels[language] for language in sorted(foreign)]
