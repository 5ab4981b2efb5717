"""The endpoints: chat, feedback, conversations and the bots themselves."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from functools import partial
from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from chatbots import conversations
from chatbots.api import problems, sse
from chatbots.api.languages import LANGUAGES, language_of
from chatbots.api.parsers import BoundedJSONParser
from chatbots.api.renderers import EventStreamRenderer
from chatbots.api.serializers import (
    MAX_COMMENT_LENGTH,
    AnswerSerializer,
    BotsQuerySerializer,
    BotsSerializer,
    ChatQuestionSerializer,
    FeedbackSerializer,
    ProblemSerializer,
)
from chatbots.api.throttling import AddressThrottle, QuestionThrottle
from chatbots.bots import BOTS, MAX_MESSAGE_LENGTH, Bot, get_bot
from chatbots.conf import settings_for, writes_answers
from chatbots.exchange import Inquiry, exchange
from chatbots.types import Event

#: Seconds that a browser may reuse the description of the bots.
BOTS_MAX_AGE = 300


def _problem_responses(*statuses: int) -> dict[Any, Any]:
    return {(status, problems.MEDIA_TYPE): ProblemSerializer for status in statuses}


class ApiView(APIView):
    """Speaks the visitor's language, keeps answers out of caches, and knows nobody: no cookies, no log-in."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    parser_classes = [BoundedJSONParser]
    renderer_classes: list[Any] = [JSONRenderer]
    http_method_names = ["get", "head", "post", "delete"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with translation.override(language_of(request)):
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if "HTTP_TRANSFER_ENCODING" in request.META and not request.META.get("CONTENT_LENGTH"):
            raise problems.LengthRequired

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Content-Language", translation.get_language())
        patch_vary_headers(response, ["Accept-Language"])
        return response

    def validated(self, serializer_class: type[Serializer], data: Any) -> dict[str, Any]:
        """Return the valid data; speak the language it asks for, if any, from here on. Raises ValidationError."""
        if not isinstance(data, dict):
            raise ValidationError(_("Send et JSON-objekt med de felter, som /api/docs/ nævner."))
        if data.get("language") in LANGUAGES:
            translation.activate(data["language"])
        serializer = serializer_class(data=data)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data


class ChatView(ApiView):
    """Answers questions: as JSON, or event by event."""

    renderer_classes = [JSONRenderer, EventStreamRenderer]
    throttle_classes = [QuestionThrottle]

    @extend_schema(
        operation_id="ask",
        tags=["chat"],
        summary="Ask a bot",
        description=(
            "With `Accept: text/event-stream` the answer comes as server-sent events, each with JSON as its data: "
            '`accepted` `{"bot", "id", "conversation"}`; `status` `{"step"}` while it is worked on and `{"status"}` '
            'when that is known; `help_card`, one of `help_cards`; `sources` `{"sources"}`, before the first word; '
            '`delta` `{"text"}`, pieces that make up the text; and last `done`, the JSON of the other media type. '
            "`error` holds a problem object and ends the stream instead. Who asks for both media types gets JSON: "
            "weights (`q=`) are not read."
        ),
        parameters=[OpenApiParameter("bot", str, OpenApiParameter.PATH, enum=list(BOTS))],
        request=ChatQuestionSerializer,
        responses={
            (200, "application/json"): AnswerSerializer,
            (200, sse.MEDIA_TYPE): OpenApiResponse(OpenApiTypes.STR, "Server-sent events; see above."),
            **_problem_responses(400, 404, 405, 406, 411, 413, 415, 429, 500, 503),
        },
    )
    def post(self, request: Request, bot: str) -> HttpResponseBase:
        chosen = get_bot(bot)
        question = self.validated(ChatQuestionSerializer, request.data)
        self.admit()
        events = _answer_events(chosen, question)
        if isinstance(request.accepted_renderer, EventStreamRenderer):
            return _streamed(request, events)
        return Response(_whole(events))

    def admit(self) -> None:
        """Let a question that can be answered in, or raise what refuses it. What limits an address came before."""


class FeedbackView(ApiView):
    """Takes a visitor's verdict on an answer; a second one replaces the first."""

    throttle_classes = [AddressThrottle]

    @extend_schema(
        operation_id="give_feedback",
        tags=["chat"],
        summary="Say whether an answer helped",
        description="May be sent again: a new verdict replaces the old one, and a comment left out is kept.",
        parameters=[OpenApiParameter("answer_id", OpenApiTypes.UUID, OpenApiParameter.PATH)],
        request=FeedbackSerializer,
        responses={
            (200, "application/json"): FeedbackSerializer,
            **_problem_responses(400, 404, 405, 411, 413, 415, 429, 500, 503),
        },
    )
    def post(self, request: Request, answer_id: str) -> Response:
        feedback = conversations.give_feedback(answer_id, **self.validated(FeedbackSerializer, request.data))
        return Response({"helpful": feedback.helpful, "comment": feedback.comment})


class ConversationView(ApiView):
    """Forgets a conversation."""

    @extend_schema(
        operation_id="forget",
        tags=["chat"],
        summary="Forget a conversation now",
        description="Deletes its questions, answers and comments at once.",
        parameters=[OpenApiParameter("token", str, OpenApiParameter.PATH)],
        responses={204: None, **_problem_responses(404, 405, 500, 503)},
    )
    def delete(self, request: Request, token: str) -> Response:
        conversations.forget(token)
        return Response(status=204)


class BotsView(ApiView):
    """Says what a chat widget needs to know."""

    @extend_schema(
        operation_id="bots",
        tags=["bots"],
        summary="The bots and the limits",
        parameters=[BotsQuerySerializer],
        responses={(200, "application/json"): BotsSerializer, **_problem_responses(400, 405, 406, 500)},
    )
    def get(self, request: Request) -> Response:
        self.validated(BotsQuerySerializer, request.query_params.dict())
        language = translation.get_language()
        response = Response(
            {
                "language": language,
                "bots": [_presented(bot, language) for bot in BOTS.values()],
                "writes_answers": writes_answers(),
                "limits": {
                    "message_length": MAX_MESSAGE_LENGTH,
                    "comment_length": MAX_COMMENT_LENGTH,
                    "turns": conversations.MAX_TURNS,
                    "conversation_hours": settings_for("CONVERSATION_HOURS"),
                },
                "endpoints": {
                    "feedback": _template_of("feedback", "answer_id", "id"),
                    "conversation": _template_of("conversation", "token", "token"),
                },
            }
        )
        patch_cache_control(response, public=True, max_age=BOTS_MAX_AGE)
        return response


class NotFoundView(ApiView):
    """Tells in the API's own way that there is nothing here."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Http404


# Swagger UI brings one inline <style>; this page alone allows it. Scripts stay as strict as everywhere.
@method_decorator(csp_replace({"style-src": [SELF, UNSAFE_INLINE]}), name="dispatch")
class DocsView(SpectacularSwaggerSplitView):
    """The API, to read and to try."""

    url_name = "chatbots:schema"


def _answer_events(bot: Bot, question: dict[str, Any]) -> Generator[Event]:
    inquiry = Inquiry(
        message=question["message"],
        conversation=question.get("conversation") or "",
        language=question.get("language"),
        page=question.get("page"),
        not_urgent=question.get("not_urgent", False),
        quotes_only=question.get("quotes_only", False),
    )
    return _with_problems(exchange(bot, inquiry), translation.get_language())


def _with_problems(events: Generator[Event], language: str) -> Generator[Event]:
    """Yield `events`, with a problem object in `language` as the data of an error."""
    with closing(events):
        for event in events:
            yield _error_event(problems.problem_of_event, language, event.data) if event.name == "error" else event


def _error_event(describe: Any, language: str, cause: Any) -> Event:
    with translation.override(language):
        return Event("error", describe(cause))


def _streamed(request: Request, events: Generator[Event]) -> StreamingHttpResponse:
    on_error = partial(_error_event, problems.problem_of, translation.get_language())
    stream: Any = sse.EventStream(events, on_error)
    if isinstance(request._request, ASGIRequest):
        stream = sse.AsyncEventStream(stream)
    return StreamingHttpResponse(
        stream,
        content_type=f"{sse.MEDIA_TYPE}; charset=utf-8",
        # "identity" keeps GZipMiddleware and proxies from holding events back to compress them.
        headers={"Content-Encoding": "identity", "Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def _whole(events: Generator[Event]) -> dict[str, Any]:
    """Return the answer at the end of `events`. Raises AnswerFailed when there is an error in its place."""
    with closing(events):
        for event in events:
            if event.name == "done":
                return event.data
            if event.name == "error":
                raise problems.AnswerFailed(event.data)
    raise RuntimeError("The pipeline ended without an answer")


def _presented(bot: Bot, language: str) -> dict[str, Any]:
    return {
        "name": bot.name,
        "title": str(bot.title),
        "greeting": str(bot.greeting),
        "notice": f"{bot.notice} {_kept()}",
        "suggestions": [str(suggestion) for suggestion in bot.suggestions],
        "chat_url": reverse("chatbots:ask", args=[bot.name]),
        "page_url": reverse(f"chatbots:chat-{language}", args=[bot.name]),
    }


def _kept() -> str:
    """Return what is stored, and for how long, in the words of the site's own chat."""
    kept = {"hours": settings_for("CONVERSATION_HOURS"), "page": True, "writes": writes_answers()}
    return render_to_string("chatbots/kept.html", kept).strip()


def _template_of(name: str, parameter: str, label: str) -> str:
    """Return the address called `name` with `{label}` in place of its parameter."""
    return reverse(f"chatbots:{name}", kwargs={parameter: "PLACEHOLDER"}).replace("PLACEHOLDER", f"{{{label}}}")
