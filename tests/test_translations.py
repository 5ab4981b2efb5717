"""Every Danish text of the interface has an English one, and English pages show it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.core.management import call_command
from django.test import Client
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import ngettext
from lxml import html

from bench.marked_texts import python_of, templates, texts_by_file, texts_of
from chatbots.api import problems
from content.models import Page, Topic

ROOT = Path(__file__).resolve().parent.parent
#: What `makemessages` reads: the sources, and the catalogues that it brings up to date.
SOURCES = ("chatbots", "content", "site_project", "static", "templates", "locale")
ENGLISH = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
SCRIPTS = ENGLISH.with_name("djangojs.po")
MAKEMESSAGES = ("makemessages", "-l", "en", "--add-location", "file", "--no-wrap")
ADVICE = (
    f"Run: .venv/bin/django-admin {' '.join(MAKEMESSAGES)} --ignore=.venv --ignore=var --ignore=tests --ignore=bench, "
    "once more with -d djangojs, and translate what is new in locale/en"
)
GETTEXT = ("xgettext", "msguniq", "msgmerge", "msgattrib")
#: What a text must carry over: %(name)s, %s, {name} and the tags of HTML.
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\{\w*\}|<[^>]+>")
WORD = re.compile(r"[^\W\d_]{2,}")


@cache
def marked() -> dict[str, str]:
    """Return the texts marked for translation, each with a file that has it."""
    return {text: path for path, texts in texts_by_file().items() for text in texts}


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


@cache
def english() -> Catalog:
    return catalogue(ENGLISH)


def forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def entries(found: Catalog | None = None) -> dict[str, Message]:
    return {forms(message.id)[0]: message for message in found or english() if message.id}


def test_the_extraction_sees_python_and_templates() -> None:
    assert list(texts_of('ngettext("%(n)d side", "%(n)d sider", n)\n_("to " "dele")')) == ["%(n)d side", "to dele"]
    template = """{% load i18n %}
      <p title="{% trans "Luk" %}">Ja
    {% blocktranslate count n=m %}{{ n }} side{% plural %}{{ n }} sider{% endblocktranslate %}</p>
        {{ text|default:_("Intet") }}"""
    assert list(texts_of(python_of(template))) == ["Luk", "%(n)s side", "Intet"]
    assert len(marked()) > 400


def test_every_text_is_in_the_english_catalogue() -> None:
    missing = {text: path for text, path in marked().items() if text not in entries()}
    assert not missing, ADVICE


def unfinished(found: Catalog) -> list[str]:
    return [text for text, message in entries(found).items() if message.fuzzy or not all(forms(message.string))]


@pytest.mark.skipif(
    not all(map(shutil.which, GETTEXT)), reason="GNU gettext is not on this machine; install it to run makemessages"
)
@pytest.mark.parametrize(("domain", "path"), [("django", ENGLISH), ("djangojs", SCRIPTS)])
def test_makemessages_finds_nothing_untranslated(domain: str, path: Path, tmp_path: Path) -> None:
    """The command itself, on a copy of the sources: it adds no text, takes none away, and leaves none unfinished."""
    for folder in SOURCES:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    command = [sys.executable, "-m", "django", *MAKEMESSAGES, "-d", domain]
    environ = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    made, kept = catalogue(tmp_path / path.relative_to(ROOT)), catalogue(path)
    assert not unfinished(made), ADVICE
    assert not made.obsolete, ADVICE
    assert {text: message.string for text, message in entries(made).items()} == {
        text: message.string for text, message in entries(kept).items()
    }, ADVICE
    if domain == "django":
        assert entries(made).keys() == marked().keys(), "The imitation, which runs everywhere, sees something else"


def test_every_english_text_is_finished() -> None:
    assert not unfinished(english()), ADVICE
    assert not english().obsolete, ADVICE
    assert len(forms(entries()["%(number)s artikel"].string)) == 2


def test_every_english_text_keeps_its_placeholders() -> None:
    for text, message in entries().items():
        wanted = [Counter(PLACEHOLDER.findall(form)) for form in forms(message.id)]
        assert [Counter(PLACEHOLDER.findall(form)) for form in forms(message.string)] == wanted, text
        for form in forms(message.string):
            assert (form[0].isspace(), form[-1].isspace()) == (text[0].isspace(), text[-1].isspace()), text


def test_no_english_text_is_danish() -> None:
    # Names, and what an editor types in Danish whatever the language of the admin.
    names = ("Åvang", "lægevagten", "døgnet rundt", "lør-søn", "æ/ø/å")
    for text, message in entries().items():
        for form in forms(message.string):
            assert not re.search("[æøåÆØÅ]", re.sub("|".join(names), "", form)), text


def test_no_template_holds_words_that_nobody_can_translate() -> None:
    for path in templates():
        text = re.sub(r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}", "", path.read_text(), flags=re.S)
        text = re.sub(r"\{%\s*blocktrans(late)?\b.*?endblocktrans(late)?\s*%\}", "", text, flags=re.S)
        text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.S)
        shown = re.findall(r'\b(?:aria-label|title|alt|placeholder)="([^"]*)"', text)
        shown += re.sub(r"&\w+;", "", re.sub(r"<[^>]*>", "\n", text)).split("\n")
        assert not [words for words in shown if WORD.search(words)], path


# ── What a visitor sees ─────────────────────────────────────────────────────────────────────────


@pytest.fixture
def pages(db: None) -> None:
    topic = Topic.objects.create(name="Airways", slug="airways", language="en")
    common = {"language": "en", "status": Page.Status.PUBLISHED, "summary": "Short.", "body": "<h2>One</h2><p>A.</p>"}
    reviewed = {"reviewed_on": "2026-03-05", "reviewed_by": "A doctor", "review_due": "2026-04-05"}
    Page.objects.create(kind="health", slug="cough", title="Cough", topic=topic, **reviewed, **common)
    parent = Page.objects.create(kind="page", slug="contact", title="Contact", **common)
    Page.objects.create(kind="page", slug="opening-hours", title="Opening hours", parent=parent, **common)
    call_command("reindex", verbosity=0)


def danish_on(page: bytes) -> list[str]:
    """Return the texts of an English page that are Danish ones of the catalogue; not what is said to be Danish."""
    danish = {text for text, message in entries().items() if message.string != text}
    tree = html.fromstring(page)
    tree.set("lang", "en")
    shown = tree.xpath("//text()[ancestor::*[@lang][1]/@lang = 'en']")
    shown += tree.xpath("//@aria-label | //@alt | //@title | //@placeholder | //meta/@content")
    return [text for text in (str(found).strip() for found in shown) if text in danish]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/en/", 200),
        ("/en/health/", 200),
        ("/en/health/cough/", 200),
        ("/en/topics/airways/", 200),
        ("/en/contact/", 200),
        ("/en/chat/guide/", 200),
        ("/en/chat/health/", 200),
        ("/en/search/", 200),
        ("/en/nothing-here/", 404),
    ],
)
def test_an_english_page_shows_no_danish(pages: None, client: Client, address: str, status: int) -> None:
    response = client.get(address)
    assert response.status_code == status
    assert danish_on(response.content) == []


def test_a_danish_page_would_be_caught(pages: None, client: Client) -> None:
    assert {"Spring til indholdet", "Genveje", "Skriv dit spørgsmål"} <= set(danish_on(client.get("/").content))


def test_an_answer_on_an_english_page_shows_no_danish(pages: None, client: Client) -> None:
    for question in ("When are you open?", "What is the capital of Mongolia?", "", "x" * 1001):
        response = client.post("/en/chat/guide/", {"message": question})
        assert danish_on(response.content) == []


@pytest.mark.parametrize("words", ["opening hours", "cough 010203-1234", "nothing like it", "x" * 301])
def test_a_search_in_english_shows_no_danish(pages: None, client: Client, words: str) -> None:
    assert danish_on(client.post("/en/search/", {"words": words}).content) == []


def test_an_article_in_english_is_dated_the_european_way(pages: None, client: Client) -> None:
    text = html.fromstring(client.get("/en/health/cough/").content).text_content()
    assert "Reviewed 5 March 2026 by A doctor" in text
    assert "Its review is overdue: this article should have been reviewed again by 5 April 2026." in text


def test_the_front_page_counts_in_english(pages: None, client: Client) -> None:
    assert "1 article" in html.fromstring(client.get("/en/").content).xpath("//*[@class='topic__count']/text()")


@pytest.mark.parametrize(
    ("language", "long", "short"), [("da", "5. marts 2026", "05.03.2026"), ("en", "5 March 2026", "5 Mar 2026")]
)
def test_dates_have_the_day_before_the_month(language: str, long: str, short: str) -> None:
    with translation.override(language):
        assert date_format(date(2026, 3, 5), "DATE_FORMAT") == long
        assert date_format(date(2026, 3, 5), "SHORT_DATE_FORMAT") == short


@pytest.mark.parametrize(
    ("language", "one", "two"),
    [("da", "Vent 1 sekund, og prøv så igen.", "Vent 2 sekunder, og prøv så igen."),
     ("en", "Wait 1 second, then try again.", "Wait 2 seconds, then try again.")],
)  # fmt: skip
def test_the_plural_follows_the_number(language: str, one: str, two: str) -> None:
    singular, plural = "Vent %(seconds)d sekund, og prøv så igen.", "Vent %(seconds)d sekunder, og prøv så igen."
    with translation.override(language):
        assert [ngettext(singular, plural, n) % {"seconds": n} for n in (1, 2)] == [one, two]


def test_the_bots_present_themselves_in_english(client: Client) -> None:
    guide, health = client.get("/api/v1/bots/?language=en").json()["bots"]
    assert (guide["title"], health["title"]) == ("Site Guide", "Health Bot")
    assert guide["suggestions"] == ["When are you open?", "How do I cancel my appointment?", "Where can I park?"]


def test_a_question_in_english_is_answered_in_english(pages: None, client: Client) -> None:
    body = {"message": "What is the capital of Mongolia?", "language": "en"}
    answer = client.post("/api/v1/chat/health/", body, content_type="application/json").json()
    assert (answer["language"], answer["status"]) == ("en", "no_answer")
    assert answer["text"].startswith("I cannot find an answer to that here.")


def test_every_problem_can_be_told_in_english() -> None:
    kinds = [kind for kind in vars(problems).values() if isinstance(kind, problems.Kind)]
    assert len(kinds) > 10
    for kind in kinds:
        with translation.override("da"):
            danish = (str(kind.title), str(kind.detail))
        with translation.override("en"):
            assert not {str(kind.title), str(kind.detail)} & set(danish), kind.name
