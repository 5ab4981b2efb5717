from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from chatbots.models import Conversation
from tests.chatbots.pages import index, make_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("judge_by_shared_words")]


def ask(*arguments: str) -> str:
    out = io.StringIO()
    call_command("ask", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def site() -> None:
    make_page(reviewed_on="2026-03-01")
    make_page("feber", body="<h2>Hvad er feber?</h2><p>Feber er over 38 grader.</p>")
    index()


def test_it_prints_the_answer_a_visitor_would_get_and_stores_nothing() -> None:
    out = ask("health", "Hvad lindrer hosten?", "--json")
    answer = json.loads(out)
    shown = ask("health", "Hvad lindrer hosten?")
    assert shown.startswith(f"[{answer['status']}]\n")
    assert answer["text"] in shown
    for source in answer["sources"]:
        assert source["url"] in shown
    assert not Conversation.objects.exists()


def test_it_explains_what_the_answer_was_made_of() -> None:
    out = ask("health", "Hvad lindrer hosten?", "--explain", "--language", "da")
    assert "hoste#gode-raad-mod-hoste" in out
    for part in ("passage=", "stems=", "confidence", "retrieve"):
        assert part in out


def test_without_an_index_it_explains_what_there_is() -> None:
    out = ask("guide", "Hvor er I?", "--explain")
    assert "confidence" in out


@pytest.mark.parametrize(
    "arguments", [("doctor", "hvad"), ("health",), ("health", "  "), ("health", "x", "--language", "sv")]
)
def test_what_cannot_be_asked_is_told(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        ask(*arguments)
