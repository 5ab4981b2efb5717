"""A page's versions in the admin: see, compare, restore."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import OperationalError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from content.models import Page
from content.saving import not_done
from content.versions import changed_fields, compare, field_labels, restore

PER_PAGE = 50


def _moment(version: Any) -> str:
    """Return when a version was saved, to the second: two may be saved in the same minute."""
    saved = timezone.localtime(version.history_date)
    return f"{date_format(saved, 'DATE_FORMAT')} {date_format(saved, 'H:i:s')}"


def _versions(page: Page) -> QuerySet[Any]:
    """Return a page's versions, newest first."""
    return Page.history.filter(id=page.pk).order_by("-history_date", "-history_id")


class VersionAdmin(admin.ModelAdmin):
    """A ModelAdmin whose history page lists versions that can be compared and restored."""

    def get_urls(self) -> list[URLPattern]:
        name = self.opts.model_name
        view = self.admin_site.admin_view
        return [
            path("<path:object_id>/history/compare/", view(self.compare_view), name=f"content_{name}_compare"),
            path(
                "<path:object_id>/history/<int:version_id>/restore/",
                view(require_POST(self.restore_view)),
                name=f"content_{name}_restore",
            ),
            *super().get_urls(),
        ]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """List the versions of a page, newest first."""
        page = self._page(request, object_id)
        versions = _versions(page).select_related("history_user")
        shown = Paginator(versions, PER_PAGE).get_page(request.GET.get("p"))
        rows = list(shown.object_list)
        last_before = versions[shown.end_index() : shown.end_index() + 1]
        for version, before in zip(rows, [*rows[1:], *last_before, None], strict=False):
            version.changed = field_labels(changed_fields(before, version)) if before else []
            version.moment = _moment(version)
        context = {
            "title": _("Versioner af “%(title)s”") % {"title": page.title},
            "versions": rows,
            "shown": shown,
            "current": versions.first(),
            **self._context(request, page),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/content/page/versions.html", context)

    def compare_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what differs between the versions `from` and `to` (default: the newest)."""
        page = self._page(request, object_id)
        first = self._version(page, request.GET.get("from"))
        second = self._version(page, request.GET.get("to"))
        old, new = sorted((first, second), key=lambda version: (version.history_date, version.history_id))
        context = {
            "title": _("Forskelle mellem to versioner af “%(title)s”") % {"title": page.title},
            "old": old,
            "new": new,
            "old_moment": _moment(old),
            "new_moment": _moment(new),
            "differences": compare(old, new),
            "current": _versions(page).first(),
            **self._context(request, page),
        }
        return TemplateResponse(request, "admin/content/page/compare.html", context)

    def restore_view(self, request: HttpRequest, object_id: str, version_id: int) -> HttpResponse:
        """Make the page say again what it said in a version."""
        page = self._page(request, object_id)
        if not self.has_change_permission(request, page):
            raise PermissionDenied
        version = self._version(page, str(version_id))
        history = reverse(f"admin:content_{self.opts.model_name}_history", args=[page.pk])
        try:
            changed = restore(page, version)
        except ValidationError as error:
            messages.error(
                request, _("Versionen kan ikke gendannes: %(problem)s") % {"problem": " ".join(error.messages)}
            )
            return HttpResponseRedirect(history)
        except OperationalError as error:
            messages.error(request, not_done(error))
            return HttpResponseRedirect(history)
        if not changed:
            messages.info(request, _("Siden er allerede, som den var i den version."))
            return HttpResponseRedirect(history)
        page.refresh_from_db()
        self.log_change(request, page, [{"changed": {"fields": field_labels(changed)}}])
        messages.success(
            request,
            _("Versionen er gendannet. Ændret: %(fields)s. Status og udgivelse er, som de var.")
            % {"fields": ", ".join(field_labels(changed))},
        )
        return HttpResponseRedirect(reverse(f"admin:content_{self.opts.model_name}_change", args=[page.pk]))

    def _page(self, request: HttpRequest, object_id: str) -> Page:
        page = self.get_object(request, unquote(object_id))
        if page is None:
            raise Http404
        if not self.has_view_or_change_permission(request, page):
            raise PermissionDenied
        return page

    def _version(self, page: Page, version_id: str | None) -> Any:
        versions = _versions(page)
        if version_id is not None:
            versions = versions.filter(history_id=int(version_id) if re.fullmatch("[0-9]{1,18}", version_id) else -1)
        version = versions.first()
        if version is None:
            raise Http404(_("Den version findes ikke."))
        return version

    def _context(self, request: HttpRequest, page: Page) -> dict[str, Any]:
        name = self.opts.model_name
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "object": page,
            "may_restore": self.has_change_permission(request, page),
            "compare_url": reverse(f"admin:content_{name}_compare", args=[page.pk]),
            "restore_name": f"admin:content_{name}_restore",
        }
