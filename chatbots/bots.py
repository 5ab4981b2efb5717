"""The two bots. Every difference between them stands here, as data."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chatbots.exceptions import UnknownBot

#: Characters in one question; longer ones are refused with a clear message, never cut.
MAX_MESSAGE_LENGTH = 1000


@dataclass(frozen=True)
class Bot:
    """One chatbot: what it indexes and how it presents itself."""

    name: str
    title: str | Promise
    #: A word that tells it from the others where there is room for no more.
    short_title: str | Promise
    greeting: str | Promise
    #: What it may be used for and what it is not. What is stored is said beside it, in chatbots/kept.html.
    notice: str | Promise
    suggestions: tuple[str | Promise, ...]
    #: Kinds of page whose whole body the bot knows.
    full_kinds: frozenset[str]
    #: Kinds of page of which it knows title and summary only: enough to lead there.
    title_kinds: frozenset[str] = frozenset()


GUIDE = Bot(
    name="guide",
    title=_("Vejviseren"),
    short_title=_("Vejviser"),
    greeting=_("Hej. Jeg kan hjælpe dig med at finde rundt på siden. Hvad leder du efter?"),
    notice=_(
        "Jeg er en robot. Brug mig til at finde åbningstider, priser, telefonnumre og andet på hjemmesiden. Jeg kan "
        "ikke bestille tid for dig, og jeg erstatter ikke en læge. Skriv ikke dit cpr-nummer her."
    ),
    suggestions=(_("Hvornår har I åbent?"), _("Hvordan melder jeg afbud?"), _("Hvor kan jeg parkere?")),
    full_kinds=frozenset({"page"}),
    title_kinds=frozenset({"health"}),
)

HEALTH = Bot(
    name="health",
    title=_("Sundhedsrobotten"),
    short_title=pgettext_lazy("the health bot, in a word", "Sundhed"),
    greeting=_("Hej. Spørg mig om sygdom og sundhed. Jeg svarer med uddrag fra vores artikler."),
    notice=_(
        "Jeg er en robot og erstatter ikke en læge. Brug mig til at finde viden om sygdom og sundhed. Jeg kan ikke "
        "sige, hvad du fejler, eller hvilken medicin du skal have. Ring 112, hvis det er livsfarligt. Skriv ikke dit "
        "cpr-nummer her."
    ),
    suggestions=(
        _("Hvad kan jeg selv gøre mod ondt i halsen?"),
        _("Hvordan ved jeg, om jeg har stress?"),
        _("Hvornår smitter skoldkopper?"),
    ),
    full_kinds=frozenset({"health"}),
)

BOTS = {bot.name: bot for bot in (GUIDE, HEALTH)}


def get_bot(name: str) -> Bot:
    """Return the bot called `name`; raise UnknownBot."""
    try:
        return BOTS[name]
    except KeyError:
        raise UnknownBot(name) from None
