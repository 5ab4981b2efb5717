"""The chat in templates: who can be asked on a page, and an answer's text as blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django import template
from django.http import HttpRequest
from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from chatbots.bots import BOTS, GUIDE, HEALTH, MAX_MESSAGE_LENGTH, Bot
from chatbots.conf import settings_for, writes_answers
from content.models import PATH_PREFIXES, TOPIC_PREFIXES, Page
from content.rendering import render_line

register = template.Library()

#: Questions of its own that a page suggests.
MAX_QUESTIONS = 3

#: Addresses where visitors read about health.
HEALTH_PATHS = (*(PATH_PREFIXES[language, "health"] for language in TOPIC_PREFIXES), *TOPIC_PREFIXES.values())


@dataclass(frozen=True)
class Welcome:
    """How a bot begins on a page: with questions that the page answers, where it has any."""

    bot: Bot
    questions: tuple[str | Promise, ...]
    about_page: bool = False


@dataclass(frozen=True)
class Entrance:
    """What the chat needs to know about the page it stands on."""

    language: str
    #: Those whose entrance the page shows; the first is the one that the page is about.
    offered: tuple[Bot, ...]
    welcomes: tuple[Welcome, ...]
    limit: int
    hours: int
    #: Whether the page that a visitor stands on is kept with the question. Of a partner's page nothing is told.
    keeps_page: bool
    #: Whether a language model writes answers; then the visitor may ask for quotations only.
    writes: bool

    @property
    def bots(self) -> tuple[Bot, ...]:
        return tuple(welcome.bot for welcome in self.welcomes)

    @property
    def names(self) -> str:
        return " ".join(bot.name for bot in self.offered)


@dataclass(frozen=True)
class Block:
    """Lines of one kind in an answer's text: paragraph, quote or list."""

    kind: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def quoted(self) -> str:
        """Return the text of a quotation, each statement as a paragraph or item of its own."""
        return re.sub(r"\n(?!- )", "\n\n", self.text)


@register.simple_tag(takes_context=True)
def chat_entrance(context: dict[str, Any]) -> Entrance:
    """Return the entrance of the page being shown: the guide everywhere, the health bot first on health pages."""
    request: HttpRequest | None = context.get("request")
    page = context.get("page")
    about_health = getattr(page, "kind", "") == "health" or (
        request is not None and request.path_info.startswith(HEALTH_PATHS)
    )
    return Entrance(
        language=get_language() or "da",
        offered=(HEALTH, GUIDE) if about_health else (GUIDE,),
        welcomes=tuple(_welcome(bot, page) for bot in BOTS.values()),
        limit=MAX_MESSAGE_LENGTH,
        hours=settings_for("CONVERSATION_HOURS"),
        keeps_page=True,
        writes=writes_answers(),
    )


def _welcome(bot: Bot, page: Any) -> Welcome:
    """Return the questions that fit the page being shown: its own, if it is public and the bot knows all of it."""
    if isinstance(page, Page) and page.kind in bot.full_kinds and page.is_public():
        questions = page.questions if page.language == get_language() else []
        if questions:
            return Welcome(bot, tuple(questions[:MAX_QUESTIONS]), about_page=True)
    return Welcome(bot, bot.suggestions)


@register.filter
def iso_date(value: str | None) -> date | None:
    """Return the date that the API's JSON gives as text."""
    return date.fromisoformat(value) if value else None


@register.filter
def chat_path(bot: Bot, language: str | None = None) -> str:
    """Return the address of the page where `bot` can be asked without JavaScript."""
    return reverse(f"chatbots:chat-{language or get_language() or 'da'}", args=[bot.name])


@register.filter
def contact_icon(url: str) -> str:
    """Return the icon of a way to get help: a call, a text message, or a page."""
    return {"tel": "phone", "sms": "sms"}.get(url.partition(":")[0], "next")


@register.filter
def unbroken(text: str) -> str:
    """Keep the digits of each number on one line, as static/chat/answer.js does."""
    return re.sub(r"(?<=\d) (?=\d)", "\u00a0", text)


@register.filter
def with_calls(text: str) -> SafeString:
    """Return text as HTML with links to call its phone numbers, as static/chat/answer.js does."""
    return render_line(text)


@register.simple_tag(takes_context=True)
def quote_language(context: dict[str, Any], block: Block) -> str:
    """Return the language of a quotation where it is not that of the answer shown, else ""."""
    answer = context.get("answer") or {"sources": []}
    for source in answer["sources"]:
        if source["language"] != answer["language"] and block.lines[0].strip() in source["excerpt"]:
            return str(source["language"])
    return ""


@register.simple_tag(takes_context=True)
def with_names(context: dict[str, Any], text: str) -> SafeString:
    """Return a paragraph as HTML, with calls; titles and headings of another language than the answer's are marked."""
    answer = context.get("answer") or {"sources": [], "language": ""}
    names: dict[str, str] = {}
    for source in sorted(answer["sources"], key=lambda source: bool(source["language"] != answer["language"])):
        for name in (source["title"], source["heading"]):
            names.setdefault(f"“{name}”", source["language"])
    pieces = [
        format_html('<span lang="{}">{}</span>', language, piece)
        if (language := names.get(piece, answer["language"])) != answer["language"]
        else with_calls(piece)
        for piece in re.split("(“[^“”]+”)", text)
    ]
    return SafeString(linebreaksbr(SafeString("".join(pieces))))


@register.filter
def blocks(text: str) -> list[Block]:
    """Return an answer's text as blocks; the rules are those of static/chat/answer.js."""
    lines = (_read_line(line) for line in re.split(r"\r\n|\r|\n", text))
    return [Block(kind, _texts(group)) for kind, group in groupby(lines, key=lambda line: line[0]) if kind]


def _texts(lines: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(text for _kind, text in lines)


def _read_line(line: str) -> tuple[str, str]:
    if line == ">" or line.startswith("> "):
        return "quote", line[2:]
    if line.startswith("- "):
        return "list", line[2:]
    return ("paragraph", line) if line.strip() else ("", "")
