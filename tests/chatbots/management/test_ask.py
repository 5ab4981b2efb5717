from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from chatbots.answering import Question, pipeline
from chatbots.answering.context import Context
from chatbots.bots import get_bot
from chatbots.management.commands.ask import Command
from chatbots.models import Conversation
from chatbots.safety.masking import DOTS
from chatbots.types import Handover, HelpCard, Status
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


def test_in_an_emergency_it_prints_the_numbers_and_hours_of_the_help_card() -> None:
    question = "Min mand har hoste og kan ikke få luft, hans læber er blå"
    (card,) = json.loads(ask("health", question, "--json"))["help_cards"]
    shown = ask("health", question)
    assert shown.startswith("[emergency]\n")
    assert "112" in shown
    for words in (card["title"], card["text"], card["checked"]):
        assert words in shown
    assert len(card["contacts"]) >= 2
    for contact in card["contacts"]:
        assert f"{contact['label']} ({contact['url']}) {contact['note']}".rstrip() in shown


def test_a_card_beside_an_answer_has_its_hours() -> None:
    card = HelpCard(
        "talk", "Titel", "Tekst.", ({"label": "Ring 1", "url": "tel:1", "note": "Åbent alle dage."},), "I dag."
    )
    out = io.StringIO()
    Command(stdout=out)._show(Context(get_bot("health"), Question("x"), help_cards=(card,), paragraphs=["Svar."]))
    assert out.getvalue() == "[None]\n! Titel\n  Tekst.\n  Ring 1 (tel:1) Åbent alle dage.\n  I dag.\n\nSvar.\n"


def test_notices_and_the_handover_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    def hand_over(context: Context) -> None:
        context.notices.append("Jeg er ikke helt sikker.")
        context.handover, context.status = Handover("guide", context.asked), Status.HANDOVER

    monkeypatch.setitem(pipeline.STEPS, "health", (hand_over,))
    assert ask("health", "Hvor er I?") == "[handover]\nJeg er ikke helt sikker.\n  Ask guide instead: Hvor er I?\n"


def test_what_identifies_somebody_is_masked_before_anyone_reads_it(embedded: list[tuple[str, str]]) -> None:
    question = "Hvad lindrer hosten? Mit cpr-nummer er 010190-1234"
    answer = json.loads(ask("health", question, "--json"))
    assert answer["question"] == f"Hvad lindrer hosten? Mit cpr-nummer er {DOTS}"
    assert answer["text"].startswith("Jeg har skjult det, der ligner et cpr-nummer")
    shown = ask("health", question, "--explain")
    assert "Jeg har skjult det, der ligner et cpr-nummer" in shown
    assert DOTS in shown
    assert "1234" not in shown
    assert not any("1234" in text for _, text in embedded)


def test_without_an_index_it_explains_what_there_is() -> None:
    out = ask("guide", "Hvor er I?", "--explain")
    assert "confidence" in out


@pytest.mark.parametrize(
    "arguments",
    [
        *(("doctor", "hvad"), ("health",), ("health", "  "), ("health", "\u200b"), ("health", "x" * 1001)),
        ("health", "x", "--language", "sv"),
    ],
)
def test_what_cannot_be_asked_is_told(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        ask(*arguments)
