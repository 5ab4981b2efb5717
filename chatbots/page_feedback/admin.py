"""What visitors say of pages, for editors: to read, and to delete when it has been dealt with."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chatbots.page_feedback.models import PageFeedback


class CommentFilter(admin.SimpleListFilter):
    """Verdicts with words to them."""

    title = _("kommentar")
    parameter_name = "commented"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Med kommentar"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.exclude(comment="") if self.value() == "yes" else queryset


@admin.register(PageFeedback)
class PageFeedbackAdmin(admin.ModelAdmin):
    """Verdicts on pages, newest first."""

    list_display = ["given_on", "page", "found", "comment"]
    list_filter = ["found", CommentFilter, "page__kind", "page__language", "given_on"]
    list_select_related = ["page"]
    search_fields = ["page__title", "comment"]
    date_hierarchy = "given_on"
    fields = ["given_on", "page", "found", "comment"]
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: PageFeedback | None = None) -> bool:
        return False
