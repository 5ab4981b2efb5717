"""Feedback in the admin: to read, not to change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chatbots.bots import BOTS
from chatbots.conversation_models import Feedback
from chatbots.types import Status

STATUS_LABELS: dict[str, str | Promise] = {
    Status.ANSWERED: _("besvaret"),
    Status.PARTIAL: _("besvaret med forbehold"),
    Status.NO_ANSWER: _("intet svar fundet"),
    Status.EMERGENCY: _("akut: viste hjælpekort"),
    Status.REFUSED: _("afvist"),
    Status.HANDOVER: _("henvist til den anden robot"),
    Status.UNAVAILABLE: _("kunne ikke svare"),
}
_LABELS = STATUS_LABELS | {bot.name: bot.title for bot in BOTS.values()}


class LabelledFilter(admin.AllValuesFieldListFilter):
    """All values of a column, in the words that an editor reads elsewhere."""

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:
        for choice in super().choices(changelist):
            yield {**choice, "display": _LABELS.get(choice["display"], choice["display"])}


@admin.register(Feedback)
class FeedbackAdmin(admin.ModelAdmin):
    """Verdicts with the question and the answer they are about, while these are kept."""

    list_display = ["created_at", "bot_title", "helpful", "status", "question", "comment"]
    list_filter = ["helpful", ("bot", LabelledFilter), ("answer_status", LabelledFilter), "created_at"]
    list_select_related = ["turn"]
    date_hierarchy = "created_at"
    fields = ["created_at", "bot_title", "helpful", "status", "question", "answer", "comment"]
    readonly_fields = fields

    @admin.display(description=_("robot"), ordering="bot")
    def bot_title(self, feedback: Feedback) -> str | Promise:
        return _LABELS.get(feedback.bot, feedback.bot)

    @admin.display(description=_("svarets udfald"), ordering="answer_status")
    def status(self, feedback: Feedback) -> str | Promise:
        return _LABELS.get(feedback.answer_status, feedback.answer_status)

    @admin.display(description=_("spørgsmål"), empty_value=_("ikke gemt længere"))
    def question(self, feedback: Feedback) -> str | None:
        return feedback.turn and feedback.turn.question

    @admin.display(description=_("svar"), empty_value=_("ikke gemt længere"))
    def answer(self, feedback: Feedback) -> str | None:
        return feedback.turn and feedback.turn.answer_text

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Feedback | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Feedback | None = None) -> bool:
        return False
