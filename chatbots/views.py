"""The chat as pages that need no JavaScript, and the probes of whoever runs the site."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe
from rest_framework.exceptions import Throttled

from chatbots import conversations, warmup
from chatbots.api import problems
from chatbots.api.throttling import AddressThrottle, QuestionThrottle
from chatbots.bots import BOTS, Bot, get_bot
from chatbots.exceptions import ChatbotsError, ConversationNotFound, UnknownBot
from chatbots.exchange import Inquiry, exchange
from chatbots.forms import FeedbackForm, QuestionForm
from chatbots.safety.masking import mask
from chatbots.templatetags.chat import chat_path
from content.views import standing_at


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Say that the process lives. Touches nothing else."""
    return JsonResponse({"status": "alive"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether this process can answer questions; 503 with what is missing until then. Begins the warm-up."""
    warmup.start()
    if missing := warmup.missing():
        response = JsonResponse({"status": "waiting", "missing": missing}, status=503)
        response._has_been_logged = True  # Waiting is no error: Django would log one at every probe.
        return response
    return JsonResponse({"status": "ready"})


@dataclass(frozen=True)
class ShownTurn:
    """A question, its answer as the API's JSON, and the visitor's verdict on it: True, False or None."""

    question: str
    answer: dict[str, Any]
    helpful: bool | None = None
    #: Who answered.
    bot: Bot | None = None


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class ChatPageView(View):
    """One bot on a page of its own: a form, the conversation so far, a form for each answer's feedback.

    The conversation's token travels in the forms, as `conversation`, so no cookie and no address gives it away.
    What a POST wants is in `action`: "ask" (the default), "feedback", "forget", "show", another bot's page with the
    conversation so far, or "summary", the conversation as a sheet to take to the doctor.
    """

    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, bot: str, language: str, **kwargs: Any) -> HttpResponse:
        try:
            self.bot = get_bot(bot)
        except UnknownBot:
            raise Http404 from None
        self.language = language
        with translation.override(language):
            return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(QuestionForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        actions = {"feedback": self._feedback, "forget": self._forget, "summary": self._summary, "show": self._show}
        return actions.get(request.POST.get("action", ""), self._ask)(request)

    def _ask(self, request: HttpRequest) -> HttpResponse:
        form = QuestionForm(request.POST)
        token, turns = self._conversation(request)
        if not form.is_valid():
            return self._page(form, token, turns, status=400)
        question = form.cleaned_data["message"]
        try:
            _throttle(request, self, QuestionThrottle())
            answer = self._answer(question, request.POST.get("conversation", ""))
        except Exception as error:
            return self._refused(error, QuestionForm(initial={"message": mask(question).text}), token, turns)
        token = answer["conversation"] or ""
        turn = ShownTurn(answer.get("question", question), answer, bot=self.bot)
        return self._page(QuestionForm(), token, [*turns, turn])

    def _answer(self, question: str, token: str) -> dict[str, Any]:
        calm = self.request.POST.get("not_urgent") == "yes"
        inquiry = Inquiry(question, token, self.language, not_urgent=calm, quotes_only=self._quotes_only)
        with closing(exchange(self.bot, inquiry)) as events:
            for event in events:
                if event.name == "done":
                    return event.data
                if event.name == "error":
                    raise problems.AnswerFailed(problems.problem_of_event(event.data))
        raise RuntimeError("The pipeline ended without an answer")

    def _feedback(self, request: HttpRequest) -> HttpResponse:
        form = FeedbackForm(request.POST)
        if not form.is_valid():
            token, turns = self._conversation(request)
            return self._page(QuestionForm(), token, turns, feedback_form=form, status=400)
        try:
            _throttle(request, self, AddressThrottle())
            values = form.cleaned_data
            conversations.give_feedback(
                str(values["answer"]), helpful=values["helpful"], comment=values["comment"] or None
            )
        except Exception as error:
            token, turns = self._conversation(request)
            return self._refused(error, QuestionForm(), token, turns)
        token, turns = self._conversation(request)
        return self._page(QuestionForm(), token, turns, message=gettext("Tak for din tilbagemelding."))

    def _forget(self, request: HttpRequest) -> HttpResponse:
        try:
            conversations.forget(request.POST.get("conversation", ""))
        except ConversationNotFound:
            pass  # It is gone, which is what the visitor asked for.
        except Exception as error:
            token, turns = self._conversation(request)
            return self._refused(error, QuestionForm(), token, turns)
        return self._page(QuestionForm(), message=gettext("Samtalen er slettet."))

    def _show(self, request: HttpRequest) -> HttpResponse:
        token, turns = self._conversation(request)
        return self._page(QuestionForm(), token, turns)

    def _summary(self, request: HttpRequest) -> HttpResponse:
        token, turns = self._conversation(request)
        if not turns:
            return self._refused(ConversationNotFound(), QuestionForm(), token, turns)
        return render(request, "chatbots/summary.html", self._context(token, turns))

    @property
    def _quotes_only(self) -> bool:
        """Whether the switch of that name is on. Every form carries it, so it stays as it was put."""
        return self.request.POST.get("quotes_only") == "yes"

    def _conversation(self, request: HttpRequest) -> tuple[str, list[ShownTurn]]:
        """Return the token in the form and the turns it opens; neither when it opens nothing."""
        token = request.POST.get("conversation", "")
        try:
            turns = conversations.resume(token).turns if token else ()
        except ChatbotsError:
            return "", []
        return token, [ShownTurn(turn.question, turn.answer, _verdict(turn), BOTS.get(turn.bot)) for turn in turns]

    def _refused(self, error: Exception, form: QuestionForm, token: str, turns: Sequence[ShownTurn]) -> HttpResponse:
        """Show the page again with what is wrong; the question stays in its field."""
        problem = problems.problem_of(error)
        response = self._page(form, token, turns, error=problem["detail"], status=problem["status"])
        if isinstance(error, Throttled):
            response["Retry-After"] = str(max(1, math.ceil(error.wait or 1)))
        return response

    def _page(
        self, form: QuestionForm, token: str = "", turns: Sequence[ShownTurn] = (), *, status: int = 200, **extra: Any
    ) -> HttpResponse:
        addresses = {code: chat_path(self.bot, code) for code, _name in settings.LANGUAGES}
        context = self._context(token, turns) | standing_at(addresses, self.language) | {"form": form} | extra
        return render(self.request, "chatbots/chat.html", context, status=status)

    def _context(self, token: str, turns: Sequence[ShownTurn]) -> dict[str, Any]:
        return {"bot": self.bot, "turns": turns, "conversation": token, "quotes_only": self._quotes_only}


def _throttle(request: HttpRequest, view: View, throttle: AddressThrottle) -> None:
    if not throttle.allow_request(request, view):
        raise Throttled(throttle.wait())


def _verdict(turn: Any) -> bool | None:
    feedback = getattr(turn, "feedback", None)
    return feedback.helpful if feedback else None
