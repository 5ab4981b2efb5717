"""What the admin does when the database does not take a Save: keep the text, say so, offer to try again."""

from __future__ import annotations

import logging
import sqlite3
from typing import Any

from django.contrib import admin, messages
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)

#: Seconds after which a browser or a person may well try again.
RETRY_AFTER = 5

#: What PostgreSQL says when its disk is full (SQLSTATE).
_DISK_FULL = "53100"


def not_done(error: OperationalError) -> str:
    """Say that nothing was changed, and why."""
    if _is_full(error):
        return _("Intet er ændret, for der er ikke mere plads på disken. Sig det til den, der driver hjemmesiden.")
    return _("Intet er ændret, for databasen er optaget lige nu. Vent et øjeblik, og prøv igen.")


def _not_saved(error: OperationalError) -> str:
    if _is_full(error):
        return _(
            "Det er ikke gemt, for der er ikke mere plads på disken. Din tekst er ikke tabt: den står her i "
            "formularen. Lad vinduet være åbent, sig det til den, der driver hjemmesiden, og gem igen bagefter."
        )
    return _(
        "Det er ikke gemt, for databasen er optaget lige nu. Din tekst er ikke tabt: den står her i "
        "formularen. Vent et øjeblik, og gem igen."
    )


def _is_full(error: OperationalError) -> bool:
    """Tell whether there is no room for what was to be saved; trying again in a moment does not help then."""
    cause = error.__cause__
    return (
        getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL or getattr(cause, "sqlstate", "") == _DISK_FULL
    )


class TextKeepingAdmin(admin.ModelAdmin):
    """A ModelAdmin whose change form survives a database that is locked, full or away, with all that was typed."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> type:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.fault = getattr(request, "fault", None)
        return form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponseBase:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except OperationalError as error:
            if request.method != "POST":
                raise
            logger.warning("a change was not saved: %s", error)
            request.fault = _not_saved(error)
        try:
            response = self._changeform_view(request, object_id, form_url, extra_context)
            if hasattr(response, "render"):
                response.render()
        except OperationalError:
            response = self._keep_aside(request)
        response.status_code = 503
        response["Retry-After"] = str(RETRY_AFTER)
        return response

    def _keep_aside(self, request: HttpRequest) -> HttpResponse:
        """Return a page that holds all that was typed and sends it again; it asks the database for nothing."""
        typed = [
            (name, value) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken" for value in values
        ]
        context = {"typed": typed, "body": request.POST.get("body", ""), "csrf_token": get_token(request)}
        return HttpResponse(render_to_string("admin/content/not_saved.html", context))

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        try:
            return super().delete_view(request, object_id, extra_context)
        except OperationalError as error:
            return self._not_done(request, error)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        try:
            return super().changelist_view(request, extra_context)
        except OperationalError as error:
            return self._not_done(request, error)

    def _not_done(self, request: HttpRequest, error: OperationalError) -> HttpResponseBase:
        """Say that nothing was done, and lead back to where the editor was."""
        if request.method != "POST":
            raise error
        logger.warning("the database did not take a change from the admin: %s", error)
        messages.error(request, not_done(error))
        return HttpResponseRedirect(request.get_full_path())
