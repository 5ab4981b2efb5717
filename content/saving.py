"""What the admin does when the database does not take a Save: keep the text, say so, offer to try again."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib import admin, messages
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

logger = logging.getLogger(__name__)

#: Seconds after which a browser or a person may well try again.
RETRY_AFTER = 5

NOT_DONE = gettext_lazy("Intet er ændret, for databasen er optaget lige nu. Vent et øjeblik, og prøv igen.")


class TextKeepingAdmin(admin.ModelAdmin):
    """A ModelAdmin whose change form survives a database that is locked or away, with all that was typed."""

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
            logger.warning("a page was not saved: %s", error)
        request.fault = _(
            "Siden er ikke gemt, for databasen er optaget lige nu. Din tekst er ikke tabt: den står her i "
            "formularen. Vent et øjeblik, og gem igen."
        )
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
        messages.error(request, NOT_DONE)
        return HttpResponseRedirect(request.get_full_path())
