"""What the server remembers between two questions, and how it forgets."""

from __future__ import annotations

import hashlib
import re
import sqlite3
import uuid
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import OperationalError, connection
from django.db.models import F
from django.test import Client
from django.utils import timezone

from chatbots import conversations
from chatbots.answering.context import EarlierSource, EarlierTurn
from chatbots.conf import settings_for
from chatbots.conversation_admin import STATUS_LABELS
from chatbots.conversation_models import Conversation, Feedback, Turn
from chatbots.exceptions import ConversationNotFound
from chatbots.types import Event, Status
from tests.api.conftest import Ask, give_feedback, leave
from tests.api.scripted import ScriptedPipeline, answer_json

pytestmark = pytest.mark.django_db


def grow_old(hours: float) -> None:
    then = timezone.now() - timedelta(hours=hours)
    Conversation.objects.update(last_used_at=then)
    Turn.objects.update(created_at=then)


# ── Remembering ─────────────────────────────────────────────────────────────────────────────────
def test_the_next_question_comes_with_what_was_said_before(ask: Ask, pipeline: ScriptedPipeline) -> None:
    token = ask("Hvornår har I åbent?").json()["conversation"]
    second = ask("Også om lørdagen?", conversation=token).json()
    assert second["conversation"] == token
    assert pipeline.question.turns == (
        EarlierTurn(
            question="Hvornår har I åbent?",
            text="Vi har åbent kl. 8-16.",
            bot="guide",
            status="answered",
            language="da",
            sources=(EarlierSource("Åbningstider", "/aabningstider/#hverdage", "Hverdage"),),
        ),
    )
    ask("Og søndag?", conversation=token)
    assert [turn.question for turn in pipeline.question.turns] == ["Hvornår har I åbent?", "Også om lørdagen?"]


def test_a_turn_comes_with_how_it_was_understood_and_where_it_was_asked(ask: Ask, pipeline: ScriptedPipeline) -> None:
    whole = Event("understood", {"question": "Åbningstider: Og søndag?"})
    pipeline.script = lambda question: [Event("accepted"), whole, Event("done", answer_json(question))]
    response = ask("Og søndag?", page="/kontakt/", accept="text/event-stream")
    assert "understood" not in response.getvalue().decode()
    ask("Og mandag?", conversation=pipeline.question.conversation)
    (turn,) = pipeline.question.turns
    assert (turn.question, turn.asked, turn.page) == ("Og søndag?", "Åbningstider: Og søndag?", "/kontakt/")


def test_a_stream_is_remembered_when_its_last_event_arrives(ask: Ask, pipeline: ScriptedPipeline) -> None:
    response = ask(accept="text/event-stream")
    response.getvalue()
    ask("Og søndag?", conversation=pipeline.question.conversation)
    assert len(pipeline.question.turns) == 1


def test_an_answer_that_was_stopped_is_not_remembered(ask: Ask, pipeline: ScriptedPipeline) -> None:
    response = ask(accept="text/event-stream")
    next(iter(response))
    leave(response)
    assert not Turn.objects.exists()
    assert pipeline.closed == 1


def test_two_visitors_never_share_a_conversation(ask: Ask, pipeline: ScriptedPipeline) -> None:
    assert ask().json()["conversation"] != ask().json()["conversation"]
    assert pipeline.question.turns == ()


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_an_unknown_token_is_told_and_never_answered_as_if_it_were_known(
    ask: Ask, pipeline: ScriptedPipeline, accept: str
) -> None:
    response = ask(conversation="no-such-token", accept=accept)
    assert (response.status_code, response.json()["type"]) == (404, "urn:vejviser:problem:unknown-conversation")
    assert "ny samtale" in response.json()["detail"]
    assert pipeline.asked == []


def test_an_empty_token_begins_a_conversation(ask: Ask, pipeline: ScriptedPipeline) -> None:
    assert ask(conversation="").json()["conversation"]


def test_the_database_cannot_open_a_conversation(ask: Ask, pipeline: ScriptedPipeline) -> None:
    token = ask().json()["conversation"]
    row = Conversation.objects.get()
    assert row.token_digest == hashlib.sha256(token.encode()).hexdigest()
    assert token not in str(list(Conversation.objects.values()) + list(Turn.objects.values()))


def test_a_conversation_keeps_its_last_turns(ask: Ask, pipeline: ScriptedPipeline) -> None:
    token = ask("nr. 0").json()["conversation"]
    for number in range(1, conversations.MAX_TURNS + 2):
        conversations.keep(
            conversations.resume(token), "guide", f"nr. {number}",
            {"id": str(uuid.uuid4()), "text": "svar", "status": "answered"},
        )  # fmt: skip
    kept = [turn.question for turn in conversations.resume(token).turns]
    assert kept == [f"nr. {number}" for number in range(2, conversations.MAX_TURNS + 2)]


# ── Forgetting ──────────────────────────────────────────────────────────────────────────────────
def test_a_conversation_lives_until_its_time_is_up(ask: Ask, pipeline: ScriptedPipeline) -> None:
    token = ask().json()["conversation"]
    hours = settings_for("CONVERSATION_HOURS")
    grow_old(hours - 0.01)
    assert ask(conversation=token).status_code == 200
    grow_old(hours)
    assert ask(conversation=token).status_code == 404


def test_a_question_prolongs_the_life_of_its_conversation(ask: Ask, pipeline: ScriptedPipeline) -> None:
    token = ask().json()["conversation"]
    grow_old(settings_for("CONVERSATION_HOURS") - 1)
    ask(conversation=token)
    assert timezone.now() - Conversation.objects.get().last_used_at < timedelta(minutes=1)


def test_the_purge_deletes_what_is_expired_and_nothing_else(
    ask: Ask, client: Client, pipeline: ScriptedPipeline
) -> None:
    old = ask("gammelt").json()
    give_feedback(client, old["id"], helpful=False, comment="Jeg hedder Hans")
    grow_old(settings_for("CONVERSATION_HOURS") + 1)
    ask("nyt")
    assert conversations.purge_expired() == 1
    assert [turn.question for turn in Turn.objects.all()] == ["nyt"]
    assert [(feedback.helpful, feedback.comment) for feedback in Feedback.objects.all()] == [(False, "")]
    assert conversations.purge_expired() == 0


def nearly_a_day_passes() -> None:
    ago = timedelta(hours=settings_for("CONVERSATION_HOURS") - 1)
    Conversation.objects.update(last_used_at=F("last_used_at") - ago)
    Turn.objects.update(created_at=F("created_at") - ago)


def test_a_question_whose_time_is_up_is_not_used_again_however_long_its_conversation_lives(
    ask: Ask, client: Client, pipeline: ScriptedPipeline
) -> None:
    first = ask("i forgårs").json()
    for question in ("i går", "i dag"):
        nearly_a_day_passes()
        ask(question, conversation=first["conversation"])
    assert [turn.question for turn in pipeline.question.turns] == ["i går"]
    assert [turn.question for turn in conversations.resume(first["conversation"]).turns] == ["i går", "i dag"]
    assert give_feedback(client, first["id"], helpful=True).status_code == 404


def test_the_purge_deletes_what_is_too_old_of_a_conversation_that_lives(
    ask: Ask, client: Client, pipeline: ScriptedPipeline
) -> None:
    first = ask("i forgårs").json()
    give_feedback(client, first["id"], helpful=False, comment="Jeg hedder Hans")
    for question in ("i går", "i dag"):
        nearly_a_day_passes()
        ask(question, conversation=first["conversation"])
    assert conversations.purge_expired() == 0
    assert [turn.question for turn in Turn.objects.all()] == ["i går", "i dag"]
    assert [(feedback.helpful, feedback.comment) for feedback in Feedback.objects.all()] == [(False, "")]


def test_forgetting_deletes_every_word_at_once(ask: Ask, client: Client, pipeline: ScriptedPipeline) -> None:
    answer = ask("Hemmeligt spørgsmål").json()
    give_feedback(client, answer["id"], helpful=True, comment="Hemmelig kommentar")
    other = ask("En andens").json()
    address = f"/api/v1/chat/conversations/{answer['conversation']}/"
    response = client.delete(address)
    assert (response.status_code, response.content) == (204, b"")
    everything = str([list(model.objects.values()) for model in (Conversation, Turn, Feedback)])
    assert "Hemmelig" not in everything
    assert client.delete(address).status_code == 404
    assert ask(conversation=answer["conversation"]).status_code == 404
    assert give_feedback(client, answer["id"], helpful=True).status_code == 404
    assert ask(conversation=other["conversation"]).status_code == 200


def test_a_conversation_forgotten_while_it_is_answered_stays_forgotten(ask: Ask, pipeline: ScriptedPipeline) -> None:
    token = ask().json()["conversation"]
    usual = pipeline.script

    def forget_meanwhile(question: Any) -> Any:
        conversations.forget(token)
        yield from usual(question)

    pipeline.script = forget_meanwhile
    assert ask(conversation=token).json()["conversation"] is None
    assert not Turn.objects.exists()
    with pytest.raises(ConversationNotFound):
        conversations.resume(token)


# ── Trouble with the database ───────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_an_answer_that_cannot_be_kept_is_given_all_the_same(
    ask: Ask,
    pipeline: ScriptedPipeline,
    accept: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def locked(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(Turn.objects, "create", locked)
    response = ask("Hemmeligt spørgsmål", accept=accept)
    body = response.getvalue().decode()
    assert response.status_code == 200
    assert "Vi har åbent kl. 8-16." in body
    assert '"conversation": null' in body or '"conversation":null' in body
    assert "could not be kept" in caplog.text
    assert "Hemmeligt" not in caplog.text


def test_a_conversation_survives_a_turn_that_could_not_be_kept(
    ask: Ask, pipeline: ScriptedPipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = ask("et").json()["conversation"]

    def locked(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(Turn.objects, "create", locked)
        assert ask("to", conversation=token).json()["conversation"] == token
    ask("tre", conversation=token)
    assert [turn.question for turn in pipeline.question.turns] == ["et"]


@pytest.mark.django_db(transaction=True)
def test_an_answer_is_given_while_another_process_holds_the_database(ask: Ask, pipeline: ScriptedPipeline) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        answer = ask().json()
    finally:
        other.close()
    assert (answer["text"], answer["conversation"]) == ("Vi har åbent kl. 8-16.", None)
    assert ask().json()["conversation"]


# ── Feedback ────────────────────────────────────────────────────────────────────────────────────
def test_feedback_is_stored_with_its_answer(ask: Ask, client: Client, pipeline: ScriptedPipeline) -> None:
    answer = ask().json()
    response = give_feedback(client, answer["id"], helpful=False, comment=" Mangler søndag \x00")
    assert (response.status_code, response.json()) == (200, {"helpful": False, "comment": "Mangler søndag"})
    feedback = Feedback.objects.get()
    assert (feedback.turn.question, feedback.bot, feedback.answer_status) == (
        "Hvornår har I åbent?",
        "guide",
        "answered",
    )


def test_a_second_verdict_replaces_the_first_and_keeps_its_comment(
    ask: Ask, client: Client, pipeline: ScriptedPipeline
) -> None:
    answer = ask().json()
    give_feedback(client, answer["id"], helpful=False, comment="Mangler søndag")
    assert give_feedback(client, answer["id"], helpful=True).json() == {"helpful": True, "comment": "Mangler søndag"}
    assert give_feedback(client, answer["id"], helpful=True, comment="").json()["comment"] == ""
    assert Feedback.objects.count() == 1


@pytest.mark.parametrize("answer", ["00000000-0000-4000-8000-000000000000", "not-an-id", "1"])
def test_feedback_on_an_unknown_answer_is_a_404(client: Client, answer: str) -> None:
    response = give_feedback(client, answer, helpful=True)
    assert (response.status_code, response.json()["type"]) == (404, "urn:vejviser:problem:unknown-answer")


@pytest.mark.parametrize(
    "body",
    [
        {},
        *({"helpful": verdict} for verdict in (None, "maybe", "yes", "true", "on", 1, 0, [])),
        {"helpful": True, "comment": "x" * 1001},
    ],
    ids=str,
)
def test_feedback_of_another_shape_is_refused(
    ask: Ask, client: Client, pipeline: ScriptedPipeline, body: dict[str, Any]
) -> None:
    assert give_feedback(client, ask().json()["id"], **body).status_code == 400
    assert not Feedback.objects.exists()


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(get_user_model().objects.create_superuser("editor"))
    return client


def test_editors_read_feedback_with_question_and_answer(ask: Ask, editor: Client, pipeline: ScriptedPipeline) -> None:
    answer = ask("Hvad koster parkering?").json()
    give_feedback(editor, answer["id"], helpful=False, comment="Mangler søndag")
    listed = editor.get("/admin/chatbots/feedback/").content.decode()
    assert "Hvad koster parkering?" in listed
    assert "Mangler søndag" in listed
    address = f"/admin/chatbots/feedback/{Feedback.objects.get().pk}/change/"
    shown = editor.get(address)
    assert "Vi har åbent kl. 8-16." in shown.content.decode()
    assert editor.post(address, {"helpful": "on"}).status_code == 403
    assert editor.get("/admin/chatbots/feedback/add/").status_code == 403


def test_feedback_is_told_in_words_and_in_local_time(ask: Ask, editor: Client, pipeline: ScriptedPipeline) -> None:
    for helpful in (True, False):
        give_feedback(editor, ask("Hvad koster parkering?").json()["id"], helpful=helpful)
    Feedback.objects.update(created_at=datetime(2026, 7, 1, 22, 30, tzinfo=UTC))
    Feedback.objects.filter(helpful=True).update(answer_status="no_answer", bot="health")
    Feedback.objects.filter(helpful=False).update(answer_status="emergency")
    listed = editor.get("/admin/chatbots/feedback/").content.decode()
    for words in ("intet svar fundet", "akut: viste hjælpekort", "Sundhedsrobotten", "Vejviseren"):
        assert listed.count(words) >= 2, words  # in the list, and among the filters
    assert not re.search(r">\s*(no_answer|emergency|guide|health)\s*<", listed)
    narrowed = editor.get("/admin/chatbots/feedback/?answer_status=no_answer").content.decode()
    assert narrowed.count('class="field-bot_title"') == 1
    pk = Feedback.objects.get(helpful=True).pk
    shown = editor.get(f"/admin/chatbots/feedback/{pk}/change/").content.decode()
    assert "Sundhedsrobotten, 2. juli 2026 00:30" in unescape(shown)


def test_every_ending_of_an_answer_has_words_for_editors() -> None:
    assert set(STATUS_LABELS) == set(Status)


def test_editors_see_that_the_words_went_with_the_conversation(
    ask: Ask, editor: Client, pipeline: ScriptedPipeline
) -> None:
    answer = ask("Hvad koster parkering?").json()
    give_feedback(editor, answer["id"], helpful=False)
    conversations.forget(answer["conversation"])
    listed = editor.get("/admin/chatbots/feedback/").content.decode()
    assert "ikke gemt længere" in listed
    assert "parkering" not in listed


def test_the_stored_answer_is_the_contract_without_the_token(ask: Ask, pipeline: ScriptedPipeline) -> None:
    ask()
    expected = answer_json(pipeline.question)
    expected.pop("conversation")
    assert Turn.objects.get().answer == expected
