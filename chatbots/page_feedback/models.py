"""Verdicts on pages. Nothing in a row says who gave it: no address, no browser, no session, a date and no time."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

#: Characters of a comment.
MAX_COMMENT = 1000


class PageFeedback(models.Model):
    """One visitor's answer to "Fandt du, hvad du søgte?"."""

    page = models.ForeignKey("content.Page", verbose_name=_("side"), on_delete=models.CASCADE, related_name="feedback")
    #: Opens this row for a comment, on the day it was given.
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    found = models.BooleanField(_("fandt det"))
    comment = models.TextField(_("kommentar"), blank=True, default="")
    given_on = models.DateField(_("givet"), default=timezone.localdate, editable=False, db_index=True)

    class Meta:
        verbose_name = _("svar om en side")
        verbose_name_plural = _("svar om sider")
        ordering = ["-given_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.page}, {date_format(self.given_on, 'DATE_FORMAT')}"
