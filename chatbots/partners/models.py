"""Partners: who may show the bots on pages of their own, where, and how often they may be asked there."""

from __future__ import annotations

import enum
import secrets
import time
from datetime import date
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from chatbots.bots import BOTS, Bot
from chatbots.partners.origins import OriginError, read_origins

KEY_BYTES = 12
#: Seconds.
MINUTE = 60


class Limit(enum.Enum):
    """What a partner's visitors can meet, all together."""

    MINUTE = enum.auto()
    DAY = enum.auto()


class Met(NamedTuple):
    """A limit that was met, and in how many seconds it is over; a day's is not told in seconds."""

    limit: Limit
    wait: float | None


def new_key() -> str:
    """Return a key that no other partner has. It stands in the partner's pages: it names, and opens nothing alone."""
    return secrets.token_urlsafe(KEY_BYTES)


def all_bots() -> list[str]:
    return list(BOTS)


def valid_origins(text: str) -> None:
    try:
        read_origins(text)
    except OriginError as error:
        raise ValidationError(
            _(
                "“%(line)s” kan ikke bruges. Skriv https:// og domænet, for eksempel https://www.kommunen.dk, uden "
                "noget efter. http:// virker kun på localhost."
            ),
            params={"line": str(error)},
        ) from error


class Partner(models.Model):
    """An organisation with the bots on its own pages."""

    name = models.CharField(_("navn"), max_length=100, unique=True, help_text=_("Organisationen, som I kender den."))
    key = models.CharField(
        _("nøgle"),
        max_length=40,
        unique=True,
        default=new_key,
        editable=False,
        help_text=_("Står i partnerens sider og er ikke hemmelig: Den virker kun fra de adresser, der er nævnt her."),
    )
    origins = models.TextField(
        _("adresser"),
        validators=[valid_origins],
        help_text=_(
            "De hjemmesider, robotterne må vises på: en på hver linje, for eksempel https://www.kommunen.dk. "
            "Med og uden www er to adresser. Ændringer virker med det samme."
        ),
    )
    bots = models.JSONField(_("robotter"), default=all_bots, help_text=_("Dem, der må spørges på partnerens sider."))
    per_minute = models.PositiveIntegerField(
        _("spørgsmål i minuttet"),
        default=60,
        validators=[MinValueValidator(1)],
        help_text=_("Fra alle partnerens besøgende tilsammen."),
    )
    per_day = models.PositiveIntegerField(
        _("spørgsmål om dagen"),
        default=2000,
        validators=[MinValueValidator(1)],
        help_text=_("Fra alle partnerens besøgende tilsammen. Tællingen begynder forfra ved midnat."),
    )
    active = models.BooleanField(
        _("i brug"), default=True, help_text=_("Slå fra for at lukke for partneren med det samme.")
    )
    contact = models.CharField(
        _("kontaktperson"), max_length=200, blank=True, help_text=_("Hvem I skriver til, hvis noget driller.")
    )
    created_at = models.DateTimeField(_("oprettet"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partnere")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Save with the origins as browsers write them. Raises OriginError."""
        self.origins = "\n".join(read_origins(self.origins))
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def allowed_origins(self) -> list[str]:
        return self.origins.splitlines()

    @property
    def allowed_bots(self) -> tuple[Bot, ...]:
        return tuple(bot for bot in BOTS.values() if bot.name in self.bots)

    def count_question(self) -> Met | None:
        """Count a question of now. Return the limit that it met, if any: then it is counted as refused."""
        now, day = time.time(), timezone.localdate()
        with transaction.atomic():  # Together, so that no two processes both take the last one.
            today, _created = PartnerDay.objects.select_for_update().get_or_create(partner=self, date=day)
            today.recent = [asked for asked in today.recent if asked > now - MINUTE]
            met = None
            if today.questions >= self.per_day:
                met = Met(Limit.DAY, None)
            elif len(today.recent) >= self.per_minute:
                met = Met(Limit.MINUTE, today.recent[-self.per_minute] + MINUTE - now)
            if met:
                today.refused += 1
            else:
                today.questions += 1
                today.recent.append(round(now, 3))
            today.save()
        return met


class PartnerDay(models.Model):
    """How many questions came from a partner's pages on one day. Of what was asked, nothing is kept here."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="days", verbose_name=_("partner"))
    date: date = models.DateField(_("dag"))  # type: ignore[assignment]
    questions = models.PositiveIntegerField(_("spørgsmål"), default=0)
    refused = models.PositiveIntegerField(_("afvist ved grænsen"), default=0)
    #: When the questions of the last minute came, in seconds since 1970, the oldest first; those of today alone.
    recent = models.JSONField(_("det seneste minut"), default=list, editable=False)

    class Meta:
        verbose_name = _("dag med spørgsmål")
        verbose_name_plural = _("dage med spørgsmål")
        ordering = ["-date"]
        constraints = [models.UniqueConstraint(fields=["partner", "date"], name="partner_day")]

    def __str__(self) -> str:
        return date_format(self.date)
