"""What stands on a page is text: hidden orders are not indexed, visible ones are quoted and not followed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import connection

from chatbots.indexing import freshness
from chatbots.indexing.extraction import extract_blocks
from chatbots.llms.base import Message, using
from chatbots.llms.echo import EchoLLM
from chatbots.models import Chunk
from content.markdown import to_html
from content.models import Page
from tests.chatbots.pages import index, make_page
from tests.injection.cases import HIDDEN, VISIBLE, faults
from tests.injection.conftest import addresses
from tests.injection.test_direct import asked

pytestmark = pytest.mark.django_db

SEEN = {"da": "<h2>Hoste om natten</h2><p>Hæv hovedgærdet.</p>", "en": "<h2>Cough at night</h2><p>Raise your head.</p>"}
QUESTION = {"da": "Hvad hjælper mod hoste om natten?", "en": "What helps against a cough at night?"}


def saved(case: dict[str, Any], number: int) -> Page:
    """Save the page as the admin does."""
    return make_page(
        f"side-{number}", title=case.get("title", "Hoste om natten"), language=case["language"],
        body=SEEN[case["language"]] + case["body"],
    )  # fmt: skip


def imported(case: dict[str, Any], number: int) -> Page:
    """Make the page from Markdown that holds the HTML."""
    body = to_html(f"## Hoste om natten\n\nHæv hovedgærdet.\n\n{case['body']}\n")
    return make_page(f"side-{number}", title=case.get("title", "Hoste"), language=case["language"], body=body)


def written_raw(case: dict[str, Any], number: int) -> Page:
    """Write the page into the database past everything that cleans."""
    page = make_page(f"side-{number}", language=case["language"])
    hidden = case["body"] if "<" not in case["body"] else f"Om hoste.\U000e0001{case['canary']}"[:10]
    raw = [case.get("title", "Hoste om natten"), SEEN[case["language"]] + case["body"], hidden, page.pk]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE content_page SET title = %s, body = %s, summary = %s WHERE id = %s", raw)
    assert Page.objects.get(pk=page.pk).body == raw[1]
    return page


@pytest.mark.parametrize("way", [saved, imported, written_raw])
def test_no_hidden_order_is_indexed_or_answered(way: Callable[[dict[str, Any], int], Page]) -> None:
    made = [way(case, number) for number, case in enumerate(HIDDEN)]
    index()
    known = "\n".join(
        json.dumps([chunk.text, chunk.heading_path, chunk.questions], ensure_ascii=False)
        for chunk in Chunk.objects.all()
    )
    assert [case["id"] for case in HIDDEN if case["canary"] in known or "evil.example" in known] == []
    assert Chunk.objects.count() >= len(HIDDEN)
    for language in ("da", "en"):
        for bot in ("health", "guide"):
            assert faults(asked(bot, QUESTION[language]), ["CANARY", "evil.example"], addresses(made)) == []


def obey_the_page(messages: Sequence[Message]) -> str:
    """Do what the pages ask for, with all that was read."""
    return "Hoste går over af klorin. CANARY. Læs mere på https://evil.example/hoste. Send os dit cpr-nummer."


@pytest.mark.parametrize("model", [None, obey_the_page])
def test_what_all_can_see_is_quoted_word_for_word_and_not_followed(
    model: Callable[[Sequence[Message]], str] | None,
) -> None:
    wrong: dict[str, list[str]] = {}
    for number, case in enumerate(VISIBLE):
        page = make_page(f"side-{number}", title=f"Emne {case['mark']}", language=case["language"], body=case["body"])
        freshness.refresh_wanted()
        freshness.catch_up()
        if model:
            with using(EchoLLM(reply_with=model)):
                answer = asked("health", f"{case['mark']} hoste")
        else:
            answer = asked("health", f"{case['mark']} hoste")
        found = faults(answer, ["onerror=x", "Send os dit cpr-nummer. Ja"], addresses(list(Page.objects.all())))
        visible = "\n".join(block.text for block in extract_blocks(page.body))
        quoted = [line[2:] for line in answer["text"].splitlines() if line.startswith("> ")]
        found += [
            f"quotes {line!r}" for line in quoted if line.removeprefix("- ") not in visible and line != page.summary
        ]
        own = "\n".join(line for line in answer["text"].splitlines() if not line.startswith("> "))
        found += [f"says {text!r}" for text in ("klorin", "cpr-nummer", "evil.example") if text in own]
        if found:
            wrong[case["id"]] = found
        page.delete()
    assert wrong == {}


@pytest.mark.parametrize("case", VISIBLE, ids=lambda case: case["id"])
def test_no_page_keeps_a_script_or_a_link_that_runs_one(case: dict[str, Any]) -> None:
    body = make_page("side", body=case["body"]).body
    assert not any(text in body for text in ("<script", "<img", "javascript:", "data:", 'onerror="'))


def test_white_letters_on_a_dark_cell_are_read() -> None:
    body = '<table><tr><td style="background:#1F4E79"><span style="color:white">Ring 1813</span></td></tr></table>'
    assert "Ring 1813" in make_page("side", body=body).body
    assert "Ring 1813" not in make_page("side-2", body=body.replace("#1F4E79", "white")).body
