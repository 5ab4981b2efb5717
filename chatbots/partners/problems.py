"""What a visitor of a partner's page reads when the bots cannot be asked from there."""

from __future__ import annotations

import math

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from chatbots.api.problems import THROTTLED, Kind
from chatbots.exceptions import ChatbotsError

NOT_A_PARTNER = Kind(
    "not-a-partner",
    403,
    _("Robotten svarer ikke på denne hjemmeside"),
    _("Hjemmesiden står ikke på listen over dem, robotten må vises på."),
)
BOT_NOT_OFFERED = Kind(
    "bot-not-offered",
    403,
    _("Robotten kan ikke spørges her"),
    _("Den robot kan ikke spørges her på siden. Find den på vores egen hjemmeside."),
)


class PartnerProblem(ChatbotsError):
    """A request from another site that is not answered. `wait`: seconds until it may be, if that can be said."""

    kind = NOT_A_PARTNER
    wait: float | None = None

    @property
    def detail(self) -> str:
        return ""


class NotAPartner(PartnerProblem):
    """No active partner has this key on this origin."""


class BotNotOffered(PartnerProblem):
    """The partner does not offer this bot."""

    kind = BOT_NOT_OFFERED


class TooManyThisMinute(PartnerProblem):
    """The partner's visitors have asked as much as they may in a minute."""

    kind = THROTTLED

    def __init__(self, wait: float | None) -> None:
        super().__init__()
        self.wait = wait

    @property
    def detail(self) -> str:
        seconds = max(1, math.ceil(self.wait or 1))
        wait = ngettext(
            "Vent %(seconds)d sekund, og prøv så igen.", "Vent %(seconds)d sekunder, og prøv så igen.", seconds
        )
        return gettext("Der er mange, der spørger her lige nu.") + " " + wait % {"seconds": seconds}


class TooManyFromHere(PartnerProblem):
    """The visitor's address has asked as much of the partner's day as one may."""

    kind = THROTTLED

    def __init__(self, wait: float) -> None:
        super().__init__()
        self.wait = wait

    @property
    def detail(self) -> str:
        return gettext(
            "Der er stillet mange spørgsmål fra din forbindelse i dag. Du kan spørge videre på vores egen hjemmeside."
        )


class TooManyToday(PartnerProblem):
    """The partner's visitors have asked as much as they may in a day."""

    kind = THROTTLED

    @property
    def detail(self) -> str:
        return gettext(
            "Robotten har svaret på alle de spørgsmål, den kan svare på her i dag. "
            "Du kan spørge videre på vores egen hjemmeside."
        )
