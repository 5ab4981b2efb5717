"""The whole site, with a few questions whose answers come as a test needs them: slowly, cut off, with help cards.

Every other question goes to the real pipeline. A test asks one of the questions in SCRIPTS by its very words.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path

from site_project.asgi import application

import chatbots.answering  # isort: skip
import site_project.urls  # isort: skip
from chatbots.bots import Bot
from chatbots.types import Event

__all__ = ["application"]

# The tests ask more in a minute than a visitor may.
settings.CHATBOTS["RATE"] = "10000/min"

# Every request stands in the log, as it would at an operator who asks for it: tests look for what must not be there.
requests = logging.getLogger("uvicorn.access")
requests.setLevel(logging.INFO)
requests.addHandler(logging.StreamHandler())

#: A language model is configured, as far as the chat is told.
settings.CHATBOTS["LLM"] = {**settings.CHATBOTS["LLM"], "BACKEND": "echo"}


def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("This page always fails.")


site_project.urls.urlpatterns.insert(0, path("fejl/", fail))

Script = Callable[[dict[str, Any]], Generator[Event]]
SCRIPTS: dict[str, Script] = {}
SOURCE = {
    "title": "Åbningstider",
    "url": "/aabningstider/",
    "heading": "Telefontid",
    "excerpt": "Telefonen er åben.",
    "kind": "page",
    "language": "da",
    "reviewed_on": "2026-03-02",
    "score": 0.9,
    "breadcrumb": ["Kontakt", "Åbningstider"],
    "review_due": "2026-09-01",
    "overdue": False,
}


def script(question: str) -> Callable[[Script], Script]:
    def register(function: Script) -> Script:
        SCRIPTS[question] = function
        return function

    return register


def answer(bot: Bot, question: Any) -> Generator[Event]:
    """Yield the scripted events of the question, or the real ones."""
    scripted = SCRIPTS.get(question.message)
    if scripted is None:
        yield from real_answer(bot, question)
        return
    blank = {
        "id": question.answer_id,
        "conversation": question.conversation,
        "status": "answered",
        "text": "",
        "language": question.language or "da",
        "sources": [],
        "help_cards": [],
        "handover": None,
        "suggestions": [],
    }
    yield Event("accepted", {"bot": bot.name})
    if getattr(question, "not_urgent", False):
        yield Event("done", blank | {"text": "> Mærker du det samme igen, så ring.", "sources": [SOURCE]})
    elif getattr(question, "quotes_only", False):
        yield Event("done", blank | {"text": "> Kun et citat."})
    else:
        yield from scripted(blank)


real_answer = chatbots.answering.answer
chatbots.answering.answer = answer


@script("Svar langsomt")
def slowly(blank: dict[str, Any]) -> Generator[Event]:
    yield Event("sources", {"sources": [SOURCE]})
    words = [f"ord{number} " for number in range(400)]
    for word in words:
        yield Event("delta", {"text": word})
        time.sleep(0.1)
    yield Event("done", blank | {"text": "".join(words), "sources": [SOURCE]})


@script("Tænk længe")
def thinking(blank: dict[str, Any]) -> Generator[Event]:
    for _ in range(400):
        yield Event("weather", {"text": "sol"})  # What the chat does not know keeps it waiting.
        time.sleep(0.1)
    yield Event("done", blank | {"text": "Det tog lang tid."})


@script("Svar på engelsk")
def in_english(blank: dict[str, Any]) -> Generator[Event]:
    source = SOURCE | {"language": "en", "title": "Opening hours", "heading": "Telephone"}
    yield Event("done", blank | {"text": "> We are open.", "language": "en", "sources": [source]})


@script("Dansk artikel på engelsk")
def danish_article(blank: dict[str, Any]) -> Generator[Event]:
    excerpt = "Barnet må komme i institution."
    source = SOURCE | {"title": "Skoldkopper", "heading": "Smitte og institution", "excerpt": excerpt}
    text = f"“Skoldkopper” says, under “Smitte og institution”:\n> {excerpt}"
    yield Event("done", blank | {"text": text, "language": "en", "sources": [source]})


class ConnectionLost(BaseException):
    """What no part of the site catches: the server can only close the connection."""


@script("Afbryd første gang")
def cut_once(blank: dict[str, Any]) -> Generator[Event]:
    cut_once.times = getattr(cut_once, "times", 0) + 1  # type: ignore[attr-defined]
    yield Event("delta", {"text": "Det begynder her"})
    if cut_once.times % 2:  # type: ignore[attr-defined]
        time.sleep(0.5)  # What came must be read: a browser may drop what arrives together with the end.
        raise ConnectionLost
    yield Event("done", blank | {"text": "Anden gang gik det godt."})


@script("Fejl midt i svaret")
def failing(blank: dict[str, Any]) -> Generator[Event]:
    yield Event("delta", {"text": "Det begynder her"})
    yield Event("error", {"detail": "Robotten kan ikke svare lige nu, men siderne virker."})


@script("Ukendte hændelser")
def unknown_events(blank: dict[str, Any]) -> Generator[Event]:
    yield Event("weather", {"text": "sol"})
    yield Event("constructor", {})
    yield Event("done", blank | {"text": "Det gik godt."})


@script("Markup")
def markup(blank: dict[str, Any]) -> Generator[Event]:
    evil = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
    source = SOURCE | {"title": evil, "heading": evil, "url": "javascript:document.title=3"}
    text = f"{evil}\n> {evil}\n- {evil}"
    yield Event("done", blank | {"text": text, "sources": [source], "suggestions": [{"title": evil, "url": "/"}]})


@script("Det er akut")
def emergency(blank: dict[str, Any]) -> Generator[Event]:
    card = {
        "level": "act_now",
        "title": "Ring 112 nu",
        "text": "Det lyder livsfarligt. Vent ikke.",
        "contacts": [
            {"label": "Ring 112", "url": "tel:112", "note": "Alarmcentralen, hele døgnet"},
            {"label": "Send sms til 114", "url": "sms:114", "note": "Hvis du ikke kan tale"},
        ],
        "checked": "Numrene er sidst tjekket 1. november 2026.",
    }
    yield Event("help_card", card)
    done = {"status": "emergency", "text": "Jeg kan ikke vurdere, hvor alvorligt det er.", "help_cards": [card]}
    yield Event("done", blank | done)


@script("Det er vigtigt i dag")
def today(blank: dict[str, Any]) -> Generator[Event]:
    contacts = [
        {"label": "Ring til lægevagten", "url": "tel:+4570110707", "note": "Hverdage efter kl. 16 og hele weekenden"},
        {"label": "Læs om akut hjælp", "url": "/kontakt/"},
    ]
    text = "Det bør en læge se på i dag."
    card = {"level": "today", "title": "Ring til en læge i dag", "text": text, "contacts": contacts}
    yield Event("help_card", card)
    yield Event("done", blank | {"text": "> Feber kan være farlig.", "sources": [SOURCE], "help_cards": [card]})


@script("En at tale med")
def talk(blank: dict[str, Any]) -> Generator[Event]:
    contacts = [{"label": "Ring til Livslinien", "url": "tel:70201201", "note": "Alle dage kl. 11-05"}]
    card = {"level": "talk", "title": "Tal med nogen", "text": "Du er ikke alene.", "contacts": contacts}
    yield Event("done", blank | {"text": "> Det hjælper at tale om det.", "sources": [SOURCE], "help_cards": [card]})


@script("En del af svaret")
def partial(blank: dict[str, Any]) -> Generator[Event]:
    text = "> Medicin kan give hovedpine.\n\nHvor meget du må tage, skal du spørge din læge eller apoteket om."
    yield Event("done", blank | {"status": "partial", "text": text, "sources": [SOURCE | {"overdue": True}]})


@script("Afvist")
def refused(blank: dict[str, Any]) -> Generator[Event]:
    yield Event("done", blank | {"status": "refused", "text": "Det kan jeg ikke hjælpe med."})


@script("Flere citater")
def statements(blank: dict[str, Any]) -> Generator[Event]:
    text = "> Feber varer ofte tre dage.\n> Ring til lægen, hvis:\n> - du er gravid\n> - det bliver værre"
    yield Event("done", blank | {"text": f"I “Feber” står der:\n{text}", "sources": [SOURCE]})


@script("Citat på engelsk")
def foreign_quote(blank: dict[str, Any]) -> Generator[Event]:
    source = SOURCE | {"language": "en", "title": "Opening hours", "heading": "", "excerpt": "We are closed today."}
    text = "Jeg fandt kun svaret på engelsk.\n\nI “Opening hours” står der:\n> We are closed today."
    yield Event("done", blank | {"text": text, "sources": [source]})


@script("Giv den videre")
def handover(blank: dict[str, Any]) -> Generator[Event]:
    carried = {"bot": "health", "question": "Svar på engelsk"}
    done = {"status": "handover", "text": "Det ved Sundhedsrobotten mere om.", "handover": carried}
    yield Event("done", blank | done)


@script("Intet svar")
def no_answer(blank: dict[str, Any]) -> Generator[Event]:
    pages = [{"title": "Åbningstider", "url": "/aabningstider/"}, {"title": "Kontakt", "url": "/kontakt/"}]
    done = {"status": "no_answer", "text": "Det kan jeg ikke finde svar på her.", "suggestions": pages}
    yield Event("done", blank | done)


@script("Et langt svar")
def long_answer(blank: dict[str, Any]) -> Generator[Event]:
    lines = [
        "Hent det i tre trin:",
        "- " + "Speciallægekonsultationsordningen " * 3,
        "- to",
        "- tre",
        "",
        "> Citat " * 40,
    ]
    yield Event("done", blank | {"text": "\n".join(lines), "sources": [SOURCE]})
