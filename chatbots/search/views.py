"""The search page and its suggestions. Nothing is kept of what is asked: no row, no cookie, no log line."""

from __future__ import annotations

import logging
import math
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_cache_control, patch_vary_headers
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters

from chatbots.api.throttling import AddressThrottle
from chatbots.bots import GUIDE, HEALTH
from chatbots.question_text import clean
from chatbots.safety.cards import card_for
from chatbots.safety.masking import Masked, mask
from chatbots.safety.triage import Outcome, assess
from chatbots.same_site import from_this_site
from chatbots.search.finding import find
from chatbots.search.forms import MAX_LENGTH, SearchForm
from chatbots.search.results import results_of, topics_of
from chatbots.search.suggesting import suggest
from chatbots.types import HelpCard
from content.menus import front_item
from content.models import Page
from content.views import standing_at, topics

logger = logging.getLogger(__name__)

#: Where the search page stands, by language.
PATHS = {"da": "/soeg/", "en": "/en/search/"}
#: A script that has the page already asks for the results alone.
FRAGMENT_HEADER = "X-Fragment"


class SearchThrottle(AddressThrottle):
    """Counts searches."""

    scope = "search"


class SuggestionThrottle(AddressThrottle):
    """Counts suggestions, of which a search asks for several: ten to each question."""

    scope = "suggestion"

    def parse_rate(self, rate: str | None) -> tuple[int | None, int | None]:
        number, seconds = super().parse_rate(rate)
        return number and number * 10, seconds


@method_decorator([from_this_site, sensitive_post_parameters()], name="dispatch")
class SearchView(View):
    """The page: a form, and after it has been sent the results below it."""

    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, language: str, **kwargs: Any) -> HttpResponse:
        self.language = language
        with translation.override(language):
            return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        response = self._page(SearchForm())
        patch_cache_control(response, no_cache=True)
        return response

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SearchForm(request.POST)
        if not form.is_valid():
            return self._private(self._page(form, status=400))
        throttle = SearchThrottle()
        if not throttle.allow_request(request, self):
            wait = math.ceil(throttle.wait() or 1)
            error = _("Der er søgt mange gange herfra på kort tid. Prøv igen om lidt.")
            response = self._page(form, error=error, status=429)
            response.headers["Retry-After"] = str(max(1, wait))
            return self._private(response)
        return self._private(self._page(form, **self._found(form.cleaned_data)))

    def _found(self, wanted: dict[str, Any]) -> dict[str, Any]:
        asked = mask(wanted["words"])
        findings = find(asked.text, self.language)
        kinds = [(str(value), str(label)) for value, label in SearchForm.base_fields["kind"].choices]
        by_id = topics_of(findings)
        results = results_of(findings, wanted["kind"], wanted["topic"], wanted["side"], kinds, by_id)
        leads = findings.pages[0].page.kind if findings.pages else Page.Kind.HEALTH
        return {
            "searched": asked.text,
            "is_masked": asked != Masked(wanted["words"], frozenset()),
            "findings": findings,
            "results": results,
            "topics_by_id": by_id,
            "help_card": help_card(asked.text, self.language),
            "ask_bots": (HEALTH, GUIDE) if leads == Page.Kind.HEALTH else (GUIDE, HEALTH),
        }

    def _page(self, form: SearchForm, *, status: int = 200, **context: Any) -> HttpResponse:
        is_fragment = FRAGMENT_HEADER in self.request.headers
        context |= {
            "form": form,
            "limit": MAX_LENGTH,
            "trail": [front_item(self.language)],
            "on_search_page": True,
            "topics": () if is_fragment else topics(self.language),
        }
        template = "search/results.html" if is_fragment else "search/search.html"
        response = render(self.request, template, context | standing_at(PATHS, self.language), status=status)
        patch_vary_headers(response, [FRAGMENT_HEADER])
        return response

    @staticmethod
    def _private(response: HttpResponse) -> HttpResponse:
        """Keep what was searched for out of every cache."""
        add_never_cache_headers(response)
        return response


@method_decorator([from_this_site, sensitive_post_parameters()], name="dispatch")
class SuggestionView(View):
    """What the words typed so far may become, as JSON: [{"text", "url", "page", "kind"}], best first."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, language: str) -> HttpResponse:
        typed = clean(request.POST.get("words", ""))[:MAX_LENGTH]
        if not SuggestionThrottle().allow_request(request, self):
            response = JsonResponse({"suggestions": []}, status=429)
        else:
            response = JsonResponse({"suggestions": [_shown(one) for one in suggest(typed, language)]})
        add_never_cache_headers(response)
        return response


def _shown(one: Any) -> dict[str, str]:
    page = one.page.title if one.is_question else ""
    return {"text": one.text, "url": one.page.get_absolute_url(), "page": page, "kind": one.page.kind}


def help_card(words: str, language: str) -> HelpCard | None:
    """Return the card that the words call for, as they would in a chat. Never fails: a search is no place to."""
    try:
        verdict = assess(words)
        if verdict.outcome is Outcome.NONE:
            return None
        return card_for(verdict.topic, language, beside=verdict.outcome is Outcome.BESIDE)
    except Exception:
        # Never the words: a log keeps what a visitor may have wished to keep to themselves.
        logger.error("search: no help card could be looked for")
        return None
