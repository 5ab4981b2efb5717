"""The bots for pages of other sites: the script, the parts it shows, and the API behind a partner's key."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page
from rest_framework.request import Request
from rest_framework.views import set_rollback

from chatbots.api.problems import problem, problem_response
from chatbots.api.serializers import BotsQuerySerializer
from chatbots.api.views import ApiView, ChatView, ConversationView, FeedbackView
from chatbots.bots import BOTS, MAX_MESSAGE_LENGTH, get_bot
from chatbots.conf import settings_for, writes_answers
from chatbots.partners import cors, files
from chatbots.partners.access import find_partner, is_partners_origin
from chatbots.partners.models import Partner
from chatbots.partners.problems import BotNotOffered, NotAPartner, PartnerProblem
from chatbots.partners.throttling import spend_question
from chatbots.templatetags.chat import Entrance, Welcome

#: Seconds that a browser may reuse /widget.js: how soon partners' pages have a new version.
SCRIPT_MAX_AGE = 600
#: Seconds that a browser may reuse the parts, and with them the list of bots.
PARTS_MAX_AGE = 300
FOR_GOOD = 365 * 24 * 3600


class CacheableView(View):
    """Gives what any partner's page may load, and a browser may keep."""

    http_method_names = ["get", "head"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        origin = request.headers.get("Origin", "")
        cors.allow(response, origin if is_partners_origin(origin) else None)
        return response


class ScriptView(CacheableView):
    """/widget.js, the one address that partners write into their pages."""

    @method_decorator(conditional_page)
    def get(self, request: HttpRequest) -> HttpResponse:
        entry = reverse("chatbots:partner-file", args=[files.current().name, "partner/define.js"])
        response = HttpResponse(f'import "{entry}";\n', content_type=files.TYPES[".js"])
        patch_cache_control(response, public=True, max_age=SCRIPT_MAX_AGE)
        return response


class FileView(CacheableView):
    """A module or style sheet of the widget. The address of an older version gives the present one, for a minute."""

    @method_decorator(conditional_page)
    def get(self, request: HttpRequest, version: str, name: str) -> HttpResponse:
        current = files.current()
        if name not in current.files:
            raise Http404
        file = current.files[name]
        compress = "gzip" in request.headers.get("Accept-Encoding", "")
        response = HttpResponse(file.compressed if compress else file.content, content_type=file.content_type)
        if compress:
            response["Content-Encoding"] = "gzip"
        patch_vary_headers(response, ["Accept-Encoding"])
        lasting = {"max_age": FOR_GOOD, "immutable": True} if version == current.name else {"max_age": 60}
        patch_cache_control(response, public=True, **lasting)
        return response


class PartnerView(ApiView):
    """Answers pages of a partner: the one with the key in the address, on the origins that are its own."""

    schema = None
    partner: Partner | None = None

    def dispatch(self, request: HttpRequest, *args: Any, key: str, **kwargs: Any) -> HttpResponseBase:
        origin = request.headers.get("Origin", "")
        if request.method == "OPTIONS":
            return cors.preflight(origin if find_partner(key, origin) else None)
        self.key = key
        response = super().dispatch(request, *args, **kwargs)
        cors.allow(response, origin if self.partner else None)
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Find the partner before anything else is done. Raises NotAPartner, BotNotOffered."""
        self.partner = find_partner(self.key, request.headers.get("Origin", ""))
        if self.partner is None:
            raise NotAPartner
        if (bot := kwargs.get("bot")) and get_bot(bot) not in self.partner.allowed_bots:
            raise BotNotOffered
        super().initial(request, *args, **kwargs)

    def handle_exception(self, exc: Exception) -> Any:
        if not isinstance(exc, PartnerProblem):
            return super().handle_exception(exc)
        set_rollback()
        content = problem(exc.kind, detail=exc.detail) | {"instance": self.request.path}
        return problem_response(content, {"Retry-After": str(max(1, round(exc.wait)))} if exc.wait else None)


class PartnerChatView(PartnerView, ChatView):
    """Answers a question, within the limits of the visitor's address and of the partner."""

    def admit(self) -> None:
        """Count for the partner only what can be answered, once the address may ask: nobody alone uses up all."""
        assert self.partner
        spend_question(self.partner, self.request)


class PartnerFeedbackView(PartnerView, FeedbackView):
    """Takes a verdict."""


class PartnerConversationView(PartnerView, ConversationView):
    """Forgets a conversation."""


class PartsView(PartnerView):
    """Everything that the widget shows, as the templates that the chat has on this site too."""

    @method_decorator(gzip_page)  # There is no secret in it that its length could tell.
    def get(self, request: Request) -> HttpResponse:
        self.validated(BotsQuerySerializer, request.query_params.dict())
        assert self.partner
        bots = self.partner.allowed_bots
        entrance = Entrance(
            language=translation.get_language(),
            offered=bots,
            welcomes=tuple(Welcome(bot, bot.suggestions) for bot in bots),
            limit=MAX_MESSAGE_LENGTH,
            hours=settings_for("CONVERSATION_HOURS"),
            keeps_page=False,
            writes=writes_answers(),
        )
        others = [bot for bot in BOTS.values() if bot not in bots]
        html = render_to_string("chatbots/partner.html", {"chat": entrance, "others": others}, request._request)
        response = HttpResponse(files.for_partner(html))
        patch_cache_control(response, public=True, max_age=PARTS_MAX_AGE)
        return response
