"""What the server remembers of a conversation, each question for a day, and what visitors thought of the answers."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from chatbots.bots import BOTS


class Conversation(models.Model):
    """The turns that one visitor had. Only a digest of its token is stored: the database cannot open it."""

    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(default=timezone.now, editable=False, db_index=True)

    class Meta:
        verbose_name = _("samtale")
        verbose_name_plural = _("samtaler")

    def __str__(self) -> str:
        return _moment(self.created_at)


class Turn(models.Model):
    """A question and its answer."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="turns")
    answer_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    bot = models.CharField(_("robot"), max_length=20)
    question = models.TextField(_("spørgsmål"))
    asked = models.TextField(
        _("forstået som"),
        blank=True,
        default="",
        help_text=_("Tomt: spørgsmålet stod alene og blev taget, som det stod."),
    )
    page = models.CharField(_("stillet på siden"), max_length=500, blank=True, default="")
    #: The JSON of the API, without the conversation's token.
    answer = models.JSONField(_("svar"))
    created_at = models.DateTimeField(_("stillet"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("spørgsmål og svar")
        verbose_name_plural = _("spørgsmål og svar")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.bot} {self.answer_id}"

    @property
    def answer_text(self) -> str:
        return str(self.answer["text"])


class Feedback(models.Model):
    """A visitor's verdict on an answer. The verdict outlives the conversation; its words do not."""

    turn = models.OneToOneField(Turn, null=True, on_delete=models.SET_NULL, related_name="feedback")
    bot = models.CharField(_("robot"), max_length=20)
    answer_status = models.CharField(_("svarets status"), max_length=20)
    helpful = models.BooleanField(_("hjalp"))
    comment = models.TextField(_("kommentar"), blank=True)
    created_at = models.DateTimeField(_("givet"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("tilbagemelding")
        verbose_name_plural = _("tilbagemeldinger")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        title = BOTS[self.bot].title if self.bot in BOTS else self.bot
        return f"{title}, {_moment(self.created_at)}"


def _moment(moment: datetime) -> str:
    """Return a moment as the admin writes it: local time, in the reader's language."""
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")
