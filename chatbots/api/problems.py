"""Errors as problem details (RFC 9457): one list of what can be wrong, in words a visitor can act on."""

from __future__ import annotations

import logging
import math
import traceback
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import DatabaseError
from django.http import Http404, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.views import set_rollback

from chatbots.bots import BOTS
from chatbots.exceptions import AnswerNotFound, ChatbotsError, ConversationNotFound, UnknownBot

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:vejviser:problem:"


@dataclass(frozen=True)
class Kind:
    """A kind of problem: its name in `type`, its HTTP status, and what the visitor reads."""

    name: str
    status: int
    title: str | Promise
    detail: str | Promise


MALFORMED = Kind(
    "malformed", 400, _("Forespørgslen kan ikke læses"), _("Indholdet skal være JSON. Genindlæs siden, og prøv igen.")
)
INVALID = Kind(
    "invalid", 400, _("Noget mangler eller er forkert"), _("Ret det, der er nævnt under »errors«, og send igen.")
)
NOT_FOUND = Kind("not-found", 404, _("Findes ikke"), _("Der er ikke noget på den adresse. Tjek, at den er rigtig."))
UNKNOWN_BOT = Kind("unknown-bot", 404, _("Robotten findes ikke"), _("Vælg en af disse robotter: {names}."))
UNKNOWN_CONVERSATION = Kind(
    "unknown-conversation",
    404,
    _("Samtalen findes ikke længere"),
    _("Den er udløbet eller slettet. Stil spørgsmålet igen for at begynde en ny samtale."),
)
UNKNOWN_ANSWER = Kind(
    "unknown-answer",
    404,
    _("Svaret findes ikke længere"),
    _("Det er udløbet eller slettet, så din tilbagemelding kan ikke gemmes. Stil gerne spørgsmålet igen."),
)
WRONG_METHOD = Kind("wrong-method", 405, _("Det kan man ikke her"), _("Metoden kan ikke bruges på denne adresse."))
NOT_ACCEPTABLE = Kind(
    "not-acceptable",
    406,
    _("Svaret findes ikke i det format"),
    _("Bed om application/json, eller om text/event-stream for at få svaret lidt efter lidt."),
)
NO_LENGTH = Kind("no-length", 411, _("Længden mangler"), _("Send forespørgslen med Content-Length."))
TOO_LARGE = Kind(
    "too-large", 413, _("Forespørgslen er for stor"), _("Gør spørgsmålet kortere, eller del det i flere, og send igen.")
)
WRONG_FORMAT = Kind(
    "wrong-format", 415, _("Formatet kan ikke bruges"), _("Send indholdet som JSON med Content-Type application/json.")
)
THROTTLED = Kind("too-many", 429, _("Lidt for mange spørgsmål på en gang"), _("Vent et øjeblik, og prøv så igen."))
INTERNAL = Kind(
    "internal",
    500,
    _("Der skete en fejl hos os"),
    _("Prøv igen om lidt. Bliver det ved, så ring til os, eller brug menuen til at finde vej."),
)
UNAVAILABLE = Kind(
    "unavailable",
    503,
    _("Robotten kan ikke svare lige nu"),
    _("Prøv igen om lidt. Hjemmesidens sider og menu virker stadig."),
)
FORBIDDEN = Kind("forbidden", 403, _("Det er der ikke adgang til"), _("Du har ikke adgang til det, du bad om."))

KINDS_BY_EXCEPTION: tuple[tuple[type[Exception], Kind], ...] = (
    (exceptions.ParseError, MALFORMED),
    (exceptions.ValidationError, INVALID),
    (Http404, NOT_FOUND),
    (exceptions.NotFound, NOT_FOUND),
    (PermissionDenied, FORBIDDEN),
    (exceptions.PermissionDenied, FORBIDDEN),
    (exceptions.MethodNotAllowed, WRONG_METHOD),
    (exceptions.NotAcceptable, NOT_ACCEPTABLE),
    (exceptions.UnsupportedMediaType, WRONG_FORMAT),
    (exceptions.Throttled, THROTTLED),
    (UnknownBot, UNKNOWN_BOT),
    (ConversationNotFound, UNKNOWN_CONVERSATION),
    (AnswerNotFound, UNKNOWN_ANSWER),
    (ChatbotsError, UNAVAILABLE),
    (DatabaseError, UNAVAILABLE),
)
RETRY_SECONDS = 10


class PayloadTooLarge(exceptions.APIException):
    """The body is longer than any question needs."""

    status_code = 413


class LengthRequired(exceptions.APIException):
    """The body comes in pieces, without saying how long it is."""

    status_code = 411


class AnswerFailed(ChatbotsError):
    """The pipeline ended in an error instead of an answer."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__()
        self.problem = problem


def problem(
    kind: Kind, *, detail: str = "", errors: list[dict[str, str]] | None = None, **words: str
) -> dict[str, Any]:
    """Return the problem object in the active language; `words` fill the placeholders of its detail."""
    return {
        "type": TYPE_PREFIX + kind.name,
        "title": str(kind.title),
        "status": kind.status,
        "detail": detail or str(kind.detail).format(**words),
    } | ({"errors": errors} if errors else {})


def problem_of(error: Exception) -> dict[str, Any]:
    """Return the problem object that tells a visitor of `error`; log those that are ours to repair."""
    if isinstance(error, AnswerFailed):
        return error.problem
    kind = _kind_of(error)
    if kind.status >= 500:
        _log(error)
    match error:
        case exceptions.ValidationError():
            errors = list(_field_errors(error.detail))
            return problem(kind, detail=" ".join(dict.fromkeys(item["detail"] for item in errors)), errors=errors)
        case exceptions.Throttled(wait=wait) if wait:
            return problem(kind, detail=_wait_message(math.ceil(wait)))
        case UnknownBot():
            return problem(kind, names=", ".join(BOTS))
        case _:
            return problem(kind)


def problem_of_event(data: dict[str, Any]) -> dict[str, Any]:
    """Return the problem object for an `error` event of the pipeline; its `detail`, if any, is for the visitor."""
    return problem(UNAVAILABLE, detail=str(data.get("detail", "")))


def problem_response(content: dict[str, Any], headers: dict[str, str] | None = None) -> JsonResponse:
    return JsonResponse(
        content,
        status=content["status"],
        content_type=MEDIA_TYPE,
        headers={"Content-Language": get_language() or "da", "Cache-Control": "no-store"} | (headers or {}),
        json_dumps_params={"ensure_ascii": False},
    )


def problem_details(error: Exception, context: dict[str, Any]) -> JsonResponse:
    """Answer `error` with problem details: the exception handler of every API view."""
    content = problem_of(error) | {"instance": context["request"].path}
    set_rollback()
    return problem_response(content, _headers(error, content["status"], context))


def _headers(error: Exception, status: int, context: dict[str, Any]) -> dict[str, str]:
    if isinstance(error, exceptions.Throttled):
        return {"Retry-After": str(max(1, math.ceil(error.wait or 1)))}
    if isinstance(error, exceptions.MethodNotAllowed):
        return {"Allow": ", ".join(context["view"].allowed_methods)}
    return {"Retry-After": str(RETRY_SECONDS)} if status == UNAVAILABLE.status else {}


def _kind_of(error: Exception) -> Kind:
    if isinstance(error, PayloadTooLarge | RequestDataTooBig):
        return TOO_LARGE
    if isinstance(error, LengthRequired):
        return NO_LENGTH
    return next((kind for exception, kind in KINDS_BY_EXCEPTION if isinstance(error, exception)), INTERNAL)


def _field_errors(detail: Any, path: str = "") -> Any:
    """Yield what is wrong with each field, and a JSON pointer to it."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _field_errors(inner, path if name == "non_field_errors" else f"{path}/{name}")
    elif isinstance(detail, list):
        for inner in detail:
            yield from _field_errors(inner, path)
    else:
        yield {"detail": str(detail), "pointer": f"#{path}"}


def _wait_message(seconds: int) -> str:
    wait = ngettext("Vent %(seconds)d sekund, og prøv så igen.", "Vent %(seconds)d sekunder, og prøv så igen.", seconds)
    return gettext("Du har stillet mange spørgsmål på kort tid.") + " " + wait % {"seconds": seconds}


def _log(error: Exception) -> None:
    """Log where `error` came from, without its message: that could quote what a visitor wrote."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    logger.error("%s while answering a request\n%s", type(error).__name__, frames)
