"""The fixed replies, each the ending of an answer. One home, in Danish; English comes through gettext."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from chatbots.answering.context import Context
from chatbots.types import Status, Suggestion


def no_answer(context: Context, suggestions: Sequence[Suggestion]) -> None:
    """Say plainly that nothing fits, and name the nearest pages."""
    context.status = Status.NO_ANSWER
    context.paragraphs = [_("Det kan jeg ikke finde svar på her.")]
    if suggestions:
        context.paragraphs.append(_("Måske kan du bruge en af disse sider. Ellers er du velkommen til at kontakte os."))
    else:
        context.paragraphs.append(_("Prøv at spørge med andre ord, eller kontakt os."))
    if context.bot.name == "health":
        context.paragraphs.append(
            _("Haster det, så ring til din læge, og ellers til lægevagten. Ring 112, hvis det er livsfarligt.")
        )
    context.suggestions = tuple(suggestions)
    context.sources = ()


def greeting(context: Context) -> None:
    """Greet back, and say what to do; also the reply to what holds nothing to search for."""
    context.status = Status.NO_ANSWER
    context.paragraphs = [
        str(context.bot.greeting),
        _("Skriv dit spørgsmål med et par ord mere, så leder jeg efter svaret."),
    ]


def you_are_welcome(context: Context) -> None:
    context.status = Status.NO_ANSWER
    context.paragraphs = [_("Selv tak. Spørg endelig igen, hvis der er andet.")]


def unavailable(context: Context) -> None:
    """Say that the bot cannot answer now, and what to do instead."""
    context.status = Status.UNAVAILABLE
    context.paragraphs = [
        _("Jeg kan ikke svare lige nu. Prøv igen om lidt, eller brug menuen på siden."),
        _("Er det akut, så ring til din læge eller lægevagten. Ring 112, hvis det er livsfarligt."),
    ]
    context.sources = ()
    context.suggestions = ()
