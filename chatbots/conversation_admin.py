"""Feedback in the admin: to read, not to change."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chatbots.conversation_models import Feedback


@admin.register(Feedback)
class FeedbackAdmin(admin.ModelAdmin):
    """Verdicts with the question and the answer they are about, while the conversation is kept."""

    list_display = ["created_at", "bot", "helpful", "answer_status", "question", "comment"]
    list_filter = ["helpful", "bot", "answer_status", "created_at"]
    list_select_related = ["turn"]
    date_hierarchy = "created_at"
    fields = ["created_at", "bot", "helpful", "answer_status", "question", "answer", "comment"]
    readonly_fields = fields

    @admin.display(description=_("spørgsmål"), empty_value=_("slettet med samtalen"))
    def question(self, feedback: Feedback) -> str | None:
        return feedback.turn and feedback.turn.question

    @admin.display(description=_("svar"), empty_value=_("slettet med samtalen"))
    def answer(self, feedback: Feedback) -> str | None:
        return feedback.turn and feedback.turn.answer_text

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Feedback | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Feedback | None = None) -> bool:
        return False
