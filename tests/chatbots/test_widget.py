"""What the server puts on a page for the chat: links that work alone, templates with every word, text as blocks."""

from __future__ import annotations

import re
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import LazySettings
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from chatbots.bots import BOTS, GUIDE, HEALTH, MAX_MESSAGE_LENGTH
from chatbots.templatetags.chat import blocks, chat_entrance, chat_path, contact_icon, iso_date
from content.models import Page


def entrance_at(path: str, **context: Any) -> Any:
    return chat_entrance(Context({"request": RequestFactory().get(path)} | context))


def widget_at(path: str, **context: Any) -> str:
    return render_to_string("chatbots/widget.html", {"request": RequestFactory().get(path)} | context)


@pytest.mark.parametrize("path", ["/", "/kontakt/", "/en/", "/en/opening-hours/", "/sundhedscentret/"])
def test_the_guide_alone_stands_on_site_pages(path: str) -> None:
    assert entrance_at(path).offered == (GUIDE,)


@pytest.mark.parametrize(
    "path", ["/sundhed/", "/sundhed/stress/", "/emner/luftveje/", "/en/health/stress/", "/en/topics/x/"]
)
def test_the_health_bot_comes_first_on_health_pages(path: str) -> None:
    assert entrance_at(path).offered == (HEALTH, GUIDE)


def test_an_article_is_about_health_wherever_it_is_shown() -> None:
    assert entrance_at("/forhaandsvisning/7/", page=SimpleNamespace(kind="health")).offered == (HEALTH, GUIDE)
    assert entrance_at("/forhaandsvisning/7/", page=SimpleNamespace(kind="page")).offered == (GUIDE,)


def questions_on(**fields: Any) -> dict[str, tuple[bool, tuple[Any, ...]]]:
    """Return for each bot whether it suggests the page's own questions, and what it suggests."""
    defaults = {"kind": "health", "language": "da", "status": "published", "questions": ["Et?", "To?", "Tre?", "Fire?"]}
    welcomes = entrance_at("/sundhed/stress/", page=Page(slug="stress", **(defaults | fields))).welcomes
    return {welcome.bot.name: (welcome.about_page, welcome.questions) for welcome in welcomes}


def test_the_bot_that_knows_a_page_suggests_the_questions_that_it_answers() -> None:
    assert questions_on()["health"] == (True, ("Et?", "To?", "Tre?"))
    assert questions_on()["guide"] == (False, GUIDE.suggestions)
    assert questions_on(kind="page")["guide"] == (True, ("Et?", "To?", "Tre?"))


@pytest.mark.parametrize("fields", [{"questions": []}, {"status": "draft"}, {"language": "en"}])
def test_a_page_without_questions_for_this_visitor_suggests_none(fields: dict[str, Any]) -> None:
    assert questions_on(**fields)["health"] == (False, HEALTH.suggestions)


def test_a_page_without_a_request_still_has_its_entrance() -> None:
    assert chat_entrance(Context({})).offered == (GUIDE,)


def test_the_links_lead_to_the_chat_page_of_the_language() -> None:
    assert chat_path(GUIDE) == "/chat/guide/"
    with translation.override("en"):
        assert chat_path(HEALTH) == "/en/chat/health/"
    assert 'href="/chat/guide/"' in widget_at("/")


def test_the_widget_holds_no_inline_script_or_style() -> None:
    html = widget_at("/sundhed/")
    assert re.findall(r"<script\b[^>]*>(.*?)</script>", html, re.S) == [""]
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", html)


def test_the_templates_hold_what_each_bot_says() -> None:
    html = widget_at("/")
    for bot in BOTS.values():
        for words in (bot.title, bot.greeting, bot.notice, *bot.suggestions):
            assert str(words) in html
    assert f'data-limit="{MAX_MESSAGE_LENGTH}"' in html


def test_the_page_of_the_chat_has_no_second_entrance() -> None:
    html = widget_at("/chat/guide/", bot=GUIDE)
    assert "data-open" not in html
    assert "chat/define.js" in html


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("En linje\nto", [("paragraph", ("En linje", "to"))]),
        ("a\n\nb", [("paragraph", ("a",)), ("paragraph", ("b",))]),
        ("I Åben:\n> citat\n>\n- punkt\r\n- to", [
            ("paragraph", ("I Åben:",)),
            ("quote", ("citat", "")),
            ("list", ("punkt", "to")),
        ]),
        ("-ikke liste\n>ikke citat", [("paragraph", ("-ikke liste", ">ikke citat"))]),
    ],
)  # fmt: skip
def test_an_answers_text_falls_into_blocks(text: str, expected: list[tuple[str, tuple[str, ...]]]) -> None:
    assert [(block.kind, block.lines) for block in blocks(text)] == expected


def test_the_text_of_an_answer_is_escaped() -> None:
    html = render_to_string("chatbots/text.html", {"text": "> <script>x</script>\n- <b>\n<i>\nto"})
    assert html.strip() == (
        "<blockquote><p>&lt;script&gt;x&lt;/script&gt;</p>\n</blockquote>"
        "<ul><li>&lt;b&gt;</li></ul>"
        "<p>&lt;i&gt;<br>to</p>"
    )


def test_a_quotation_is_marked_with_its_language_where_it_is_not_the_answers() -> None:
    source = {"language": "en", "title": "Opening <hours>", "heading": "", "excerpt": "We are open. Come in."}
    answer = {"language": "da", "sources": [source]}
    html = render_to_string("chatbots/text.html", {"text": "Her:\n> We are open.\n\n> Vi har åbent.", "answer": answer})
    assert '<blockquote lang="en"><p>We are open.</p>' in html
    assert "<blockquote><p>Vi har åbent.</p>" in html
    html = render_to_string("chatbots/text.html", {"text": "I “Opening <hours>” står der:\nRing 112", "answer": answer})
    assert html.strip() == (
        '<p>I <span lang="en">“Opening &lt;hours&gt;”</span> står der:<br>'
        'Ring <a class="phone" href="tel:112">112</a></p>'
    )


@pytest.mark.parametrize(("url", "icon"), [("tel:112", "phone"), ("sms:114", "sms"), ("/akut-hjaelp/", "next")])
def test_each_way_to_get_help_has_its_icon(url: str, icon: str) -> None:
    assert contact_icon(url) == icon


def test_what_is_kept_and_for_how_long_is_said_before_the_first_question() -> None:
    assert "svarene og den side, du stod på, bliver gemt i højst 24 timer" in widget_at("/")


def test_who_else_sees_a_question_is_said_where_a_language_model_does(settings: LazySettings) -> None:
    assert "sprogmodel" not in widget_at("/")
    settings.CHATBOTS = settings.CHATBOTS | {"LLM": {"BACKEND": "openai"}}
    assert "En sprogmodel formulerer svarene" in widget_at("/")


def test_a_date_of_the_api_is_shown_in_words() -> None:
    assert iso_date("2026-09-14") == date(2026, 9, 14)
    assert iso_date(None) is None
    template = Template('{% load chat %}{{ day|iso_date|date:"DATE_FORMAT" }}')
    assert template.render(Context({"day": "2026-09-14"})) == "14. september 2026"
