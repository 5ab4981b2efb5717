"""Notices in the admin: written, looked at before visitors see them, and ended early."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from content.collisions import CollisionForm
from content.models import PATH_PREFIXES, Notice, Page
from content.notices import as_shown, link_of
from content.page_choice import choose_page
from content.saving import TextKeepingAdmin
from content.widgets import LinesWidget


class NoticeForm(CollisionForm):
    """A notice as its editor sees it. `fault` is why it could not be saved a moment ago."""

    fault: str | None = None

    class Meta:
        model = Notice
        fields = ("text", "text_en", "level", "page", "show_from", "show_until")
        widgets = {"text": LinesWidget, "text_en": LinesWidget}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.fault:
            raise ValidationError(self.fault, code="fault")
        return cleaned


class StateFilter(admin.SimpleListFilter):
    """Notices by whether visitors see them."""

    title = gettext_lazy("status")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(state), str(state.label)) for state in Notice.State]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notice]) -> QuerySet[Notice]:
        if self.value() not in Notice.State.values:
            return queryset
        return getattr(queryset, str(self.value()))()


@admin.register(Notice)
class NoticeAdmin(TextKeepingAdmin):
    """A few words to every visitor, at the top of every page."""

    form = NoticeForm
    list_display = ("text", "shown_state", "show_until", "written_by")
    list_filter = (StateFilter, "level")
    list_select_related = ("written_by",)
    search_fields = ("text", "text_en")
    actions = ("end_now",)
    readonly_fields = ("shown_state", "preview", "written_by", "created_at", "versions")
    fieldsets = (
        (None, {"fields": ("text", "text_en", "level", "page")}),
        (gettext_lazy("Hvornår"), {"fields": (("show_from", "show_until"),)}),
        (gettext_lazy("Sådan ser den ud"), {"fields": ("shown_state", "preview")}),
        (gettext_lazy("Hvem og hvornår"), {"fields": ("written_by", "created_at", "versions")}),
    )

    class Media:
        css = {"all": ["site/tokens.css", "site/notice.css", "content/admin/notice.css"]}

    def get_fieldsets(self, request: HttpRequest, obj: Notice | None = None) -> Any:
        return self.fieldsets if obj else self.fieldsets[:2]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "page":
            return choose_page(db_field, self.admin_site, **kwargs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Notice, form: NoticeForm, change: bool) -> None:
        """Save what was changed; say so when the page to read more on is none that visitors see."""
        if not change:
            obj.written_by = request.user
        elif not form.changed_data:
            return
        super().save_model(request, obj, form, change)
        if obj.page is not None and link_of(obj, obj.page.language) is None:
            message = _("“%(title)s” er ikke udgivet. Beskeden får først sit link, når siden er det.")
            self.message_user(request, message % {"title": obj.page.title}, messages.WARNING)

    def view_on_site(self, obj: Notice) -> str:
        return PATH_PREFIXES[settings.LANGUAGE_CODE, Page.Kind.PAGE]

    @admin.display(description=gettext_lazy("status"), ordering="show_until")
    def shown_state(self, notice: Notice) -> str:
        """Return whether visitors see a notice, and when they will."""
        state = notice.state()
        if state != Notice.State.COMING:
            return str(state.label)
        return _("Kommer %(moment)s") % {"moment": _moment(notice.show_from)}

    @admin.display(description=gettext_lazy("på siderne"))
    def preview(self, notice: Notice) -> SafeString:
        """Return the notice as pages of each language show it."""
        shown = ((code, _as_on_a_page(notice, code)) for code, _name in settings.LANGUAGES)
        return format_html_join("", '<div lang="{}">{}</div>', shown)

    @admin.display(description=gettext_lazy("versioner"))
    def versions(self, notice: Notice) -> SafeString:
        """Return what the notice has said, newest first, when, and by whom."""
        versions = notice.history.select_related("history_user").order_by("-history_date", "-history_id")
        rows = ((_moment(one.history_date), one.history_user or "–", one.text) for one in versions)
        return format_html_join("", "<p>{}, {}: {}</p>", rows)

    @admin.action(description=gettext_lazy("Slut de valgte nu"), permissions=["change"])
    def end_now(self, request: HttpRequest, notices: QuerySet[Notice]) -> None:
        """End each notice that has not ended, so that each gets its version; all of them or none."""
        now = timezone.now()
        with transaction.atomic():
            running = list(notices.filter(show_until__gt=now))
            for notice in running:
                notice.show_until = now
                notice.save()
                self.log_change(request, notice, [{"changed": {"fields": [str(_("vises til"))]}}])
        message = ngettext("%(count)d besked er slut.", "%(count)d beskeder er slut.", len(running))
        self.message_user(request, message % {"count": len(running)}, messages.SUCCESS)


def _as_on_a_page(notice: Notice, language: str) -> SafeString:
    with override(language):
        return render_to_string("content/notices.html", {"notices": [as_shown(notice, language)]})


def _moment(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
