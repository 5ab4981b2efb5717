"""The answer to "Fandt du, hvad du søgte?": two buttons, then thanks and room for a comment. Needs no JavaScript."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters

from chatbots.api.throttling import AddressThrottle
from chatbots.page_feedback.forms import CommentForm, VerdictForm
from chatbots.page_feedback.models import PageFeedback
from chatbots.safety.masking import mask
from chatbots.same_site import from_this_site

#: Where the form of a page leads, by language.
PATHS = {"da": "/tilbagemelding/", "en": "/en/page-feedback/"}
#: A script that has the page already asks for the box alone.
FRAGMENT_HEADER = "X-Fragment"


class PageFeedbackThrottle(AddressThrottle):
    """Counts answers about pages."""

    scope = "page_feedback"


@method_decorator([from_this_site, sensitive_post_parameters()], name="dispatch")
class PageFeedbackView(View):
    """Keep a verdict, then the comment to it."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, language: str) -> HttpResponse:
        with translation.override(language):
            if not PageFeedbackThrottle().allow_request(request, self):
                return self._box(status=429, state="busy")
            return self._comment() if "given" in request.POST else self._verdict()

    def _verdict(self) -> HttpResponse:
        form = VerdictForm(self.request.POST)
        if not form.is_valid():
            raise Http404
        given = PageFeedback.objects.create(page=form.cleaned_data["page"], found=form.cleaned_data["found"])
        return self._box(state="thanks", given=given)

    def _comment(self) -> HttpResponse:
        form = CommentForm(self.request.POST)
        valid = form.is_valid()
        given = form.cleaned_data.get("given")
        if given is None or given.given_on != timezone.localdate():
            raise Http404
        if not valid:
            return self._box(state="thanks", given=given, form=form, status=400)
        given.comment = mask(form.cleaned_data["comment"]).text
        given.save(update_fields=["comment"])
        return self._box(state="commented", given=given)

    def _box(self, *, status: int = 200, **context: Any) -> HttpResponse:
        name = "box" if FRAGMENT_HEADER in self.request.headers else "page"
        given = context.get("given")
        context |= {"about": given.page if given else None}
        response = render(self.request, f"page_feedback/{name}.html", context, status=status)
        add_never_cache_headers(response)
        return response
