"""A visitor's number or address is seen by nobody behind the door: not stored, not read, not logged, not sent back."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.views.debug import SafeExceptionReporterFilter

from chatbots.answering import masked
from chatbots.conversation_models import Feedback, Turn
from chatbots.exceptions import SnapshotError
from chatbots.safety.masking import DOTS
from tests.api.conftest import Ask, give_feedback
from tests.api.scripted import ScriptedPipeline
from tests.api.test_chat import events_of

pytestmark = pytest.mark.django_db

SECRETS = ("010190-1234", "bo@mail.dk", "20 30 40 50", "4111 1111 1111 1111")
QUESTION = "Hvad hjælper mod hoste? Jeg er 010190-1234, bo@mail.dk, 20 30 40 50 og 4111 1111 1111 1111"
MASKED = f"Hvad hjælper mod hoste? Jeg er {DOTS}, {DOTS}, {DOTS} og {DOTS}"


def assert_clean(*texts: Any) -> None:
    for text in texts:
        said = text if isinstance(text, str) else json.dumps(text, ensure_ascii=False, default=str)
        assert not [secret for secret in SECRETS if secret in said]


def test_the_pipeline_gets_the_question_masked_and_is_told_what_was(ask: Ask, pipeline: ScriptedPipeline) -> None:
    ask(QUESTION)
    assert pipeline.question.message == MASKED
    assert pipeline.question.masked == {"cpr", "email", "phone", "card"}


def test_the_conversation_is_kept_masked_and_the_next_question_meets_it_so(
    ask: Ask, pipeline: ScriptedPipeline
) -> None:
    first = ask(QUESTION).json()
    ask("Og til børn?", conversation=first["conversation"])
    assert Turn.objects.first().question == MASKED  # type: ignore[union-attr]
    assert_clean(repr(pipeline.question.turns))
    assert MASKED in repr(pipeline.question.turns)


def test_the_answer_says_how_the_question_was_kept_only_when_something_was_masked(
    ask: Ask, pipeline: ScriptedPipeline
) -> None:
    assert ask(QUESTION).json()["question"] == MASKED
    assert "question" not in ask("Hvad hjælper mod hoste?").json()
    assert "question" not in ask("Hvad er 70 201 201 for et nummer?").json()


def test_no_statement_to_the_database_holds_what_was_masked(ask: Ask, pipeline: ScriptedPipeline) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = ask(QUESTION).json()
        give_feedback(Client(), answer["id"], helpful=False, comment=QUESTION)
    assert len(queries.captured_queries) > 3
    assert_clean(queries.captured_queries)


def test_a_comment_is_masked_before_it_is_stored_and_sent_back(
    ask: Ask, client: Client, pipeline: ScriptedPipeline
) -> None:
    answer = ask().json()
    response = give_feedback(client, answer["id"], helpful=False, comment="Ring til mig på 20 30 40 50, hilsen Bo")
    assert response.json()["comment"] == f"Ring til mig på {DOTS}, hilsen Bo"
    assert Feedback.objects.get().comment == f"Ring til mig på {DOTS}, hilsen Bo"


def test_a_failure_is_logged_and_told_without_what_was_masked(
    ask: Ask, pipeline: ScriptedPipeline, caplog: pytest.LogCaptureFixture
) -> None:
    def script(question: Any) -> Any:
        raise SnapshotError(f"Not for {question.message}")
        yield

    pipeline.script = script
    with caplog.at_level(logging.DEBUG):
        response = ask(QUESTION)
    assert response.status_code == 503
    assert_clean(response.content.decode(), caplog.text)


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_the_real_pipeline_says_nothing_of_it_in_any_form(ask: Ask, accept: str) -> None:
    response = ask(QUESTION, bot="health", accept=accept)
    body = response.getvalue().decode() if accept == "text/event-stream" else response.content.decode()
    assert_clean(body)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Mit cpr-nummer er 010190-1234", ["cpr-nummer", "passe på dig"]),
        ("20304050", ["telefonnummer"]),
        ("bo@mail.dk og 4111111111111111", ["kortnummer og en e-mailadresse"]),
    ],
)
def test_the_visitor_is_told_kindly_what_was_masked_and_why(ask: Ask, question: str, said: list[str]) -> None:
    text = ask(question, bot="health").json()["text"]
    assert text.startswith("Jeg har skjult")
    assert all(part in text for part in said)


@pytest.mark.parametrize(
    ("question", "language"),
    [("what can I do about my cough? I am bo@mail.dk", "en"), ("hvad kan jeg gøre ved hosten? bo@mail.dk", "da")],
)
def test_the_notice_speaks_the_language_of_the_question_and_comes_in_the_stream(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, question: str, language: str
) -> None:
    monkeypatch.setattr(masked, "notice", lambda kinds: f"{translation.get_language()}: {', '.join(kinds)}")
    events = events_of(ask(question, accept="text/event-stream"))
    text = "".join(data["text"] for name, data in events if name == "delta")
    assert text == events[-1][1]["text"]
    assert text.startswith(f"{language}: email\n\n")


def test_the_page_without_javascript_shows_the_question_masked(client: Client) -> None:
    page = client.post("/chat/health/", {"message": QUESTION}).content.decode()
    assert_clean(page)
    assert MASKED in page


def test_a_question_that_is_too_long_comes_back_masked(client: Client) -> None:
    page = client.post("/chat/health/", {"message": QUESTION + " og" * 500})
    assert page.status_code == 400
    assert_clean(page.content.decode())
    assert DOTS in page.content.decode()


def test_a_question_that_could_not_be_answered_comes_back_masked(client: Client, pipeline: ScriptedPipeline) -> None:
    def script(question: Any) -> Any:
        raise SnapshotError
        yield

    pipeline.script = script
    page = client.post("/chat/health/", {"message": QUESTION}).content.decode()
    assert_clean(page)
    assert MASKED in page


def test_a_comment_on_the_page_without_javascript_is_stored_masked(client: Client, pipeline: ScriptedPipeline) -> None:
    client.post("/chat/health/", {"message": "Hvad hjælper mod hoste?"})
    turn = Turn.objects.get()
    form = {"action": "feedback", "answer": str(turn.answer_id), "helpful": "no", "comment": QUESTION}
    client.post("/chat/health/", form)
    assert Feedback.objects.get().comment == MASKED


def test_an_error_report_hides_what_was_posted(client: Client, pipeline: ScriptedPipeline) -> None:
    response = client.post("/chat/health/", {"message": QUESTION})
    request = response.wsgi_request
    shown = SafeExceptionReporterFilter().get_post_parameters(request)
    assert_clean(dict(shown))
