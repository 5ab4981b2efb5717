"""Asking over HTTP: what comes back, and in which form."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Iterable
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from chatbots.bots import GUIDE, HEALTH, MAX_MESSAGE_LENGTH
from chatbots.exceptions import ModelMissing, SnapshotError
from chatbots.types import Event
from tests.api.conftest import Ask, leave
from tests.api.scripted import ScriptedPipeline, answer_json

pytestmark = pytest.mark.django_db


def events_of(response: Any) -> list[tuple[str, Any]]:
    """Read a stream as the contract describes it: an event line, one data line, an empty line."""
    blocks = response.getvalue().decode().split("\n\n")
    assert blocks.pop() == ""
    pairs = []
    for block in blocks:
        event, data = block.split("\n")
        pairs.append((event.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return pairs


def test_an_answer_is_the_json_of_the_contract(ask: Ask, pipeline: ScriptedPipeline) -> None:
    response = ask()
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    answer = response.json()
    assert set(answer) == {
        "id", "conversation", "status", "text", "language", "sources", "help_cards", "handover", "suggestions",
    }  # fmt: skip
    assert answer["text"] == "Vi har åbent kl. 8-16."
    assert uuid.UUID(answer["id"]).version == 4
    assert len(answer["conversation"]) >= 43  # 256 bits in base64


def test_the_pipeline_gets_what_the_visitor_sent(ask: Ask, pipeline: ScriptedPipeline) -> None:
    ask("  Hvad hjælper mod hoste?\x00\x07 ", bot="health", language="en", page="/sundhed/hoste/")
    bot, question = pipeline.asked[0]
    assert bot is HEALTH
    assert (question.message, question.language, question.page) == ("Hvad hjælper mod hoste?", "en", "/sundhed/hoste/")
    assert question.turns == ()


def test_language_and_page_may_be_left_out(ask: Ask, pipeline: ScriptedPipeline) -> None:
    ask(language=None, page=None, conversation=None)
    assert pipeline.asked[0][0] is GUIDE
    assert (pipeline.question.language, pipeline.question.page) == (None, None)


def test_letters_typed_in_two_parts_become_one(ask: Ask, pipeline: ScriptedPipeline) -> None:
    ask("a\N{COMBINING RING ABOVE}bningstider")
    assert pipeline.question.message == "åbningstider"


def test_a_stream_has_every_event_in_order(ask: Ask, pipeline: ScriptedPipeline) -> None:
    response = ask(accept="text/event-stream")
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/event-stream")
    assert response.headers["Content-Encoding"] == "identity"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Accel-Buffering"] == "no"
    events = events_of(response)
    assert [name for name, _ in events] == ["accepted", "status", "sources", "delta", "delta", "done"]
    assert "".join(data["text"] for name, data in events if name == "delta") == events[-1][1]["text"]
    accepted, done = events[0][1], events[-1][1]
    assert (accepted["id"], accepted["conversation"]) == (done["id"], done["conversation"])


def test_stream_and_json_hold_the_same_answer(ask: Ask, pipeline: ScriptedPipeline) -> None:
    whole = ask().json()
    done = events_of(ask(accept="text/event-stream"))[-1][1]
    own = {"id", "conversation"}
    assert {key: whole[key] for key in whole.keys() - own} == {key: done[key] for key in done.keys() - own}


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("text/event-stream", "text/event-stream; charset=utf-8"),
        ("text/event-stream, application/problem+json", "text/event-stream; charset=utf-8"),
        ("text/event-stream, */*;q=0.1", "text/event-stream; charset=utf-8"),
    ],
)
def test_the_accept_header_decides_the_form(ask: Ask, pipeline: ScriptedPipeline, accept: str, expected: str) -> None:
    response = ask(accept=accept)
    assert response.headers["Content-Type"] == expected
    response.getvalue()


def test_data_with_line_breaks_stays_on_one_line(ask: Ask, pipeline: ScriptedPipeline) -> None:
    text = "- første\n- anden\r\n\n\u2028tredje"

    def script(question: Any) -> Iterable[Event]:
        yield Event("delta", {"text": text})
        yield Event("done", answer_json(question, text))

    pipeline.script = script
    events = events_of(ask(accept="text/event-stream"))
    assert [data["text"] for _, data in events] == [text, text]


# ── What is refused ─────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/message"),
        ({"message": None}, "#/message"),
        ({"message": ""}, "#/message"),
        ({"message": " \n\t\x00 "}, "#/message"),
        ({"message": "\u200b\u200b"}, "#/message"),
        ({"message": 7}, "#/message"),
        ({"message": True}, "#/message"),
        ({"message": ["Hej"]}, "#/message"),
        ({"message": {"text": "Hej"}}, "#/message"),
        ({"message": "a" * (MAX_MESSAGE_LENGTH + 1)}, "#/message"),
        ({"message": "Hej", "language": "de"}, "#/language"),
        ({"message": "Hej", "language": 1}, "#/language"),
        ({"message": "Hej", "page": "https://example.com/"}, "#/page"),
        ({"message": "Hej", "page": "//example.com/"}, "#/page"),
        ({"message": "Hej", "page": "/a\nb"}, "#/page"),
        ({"message": "Hej", "page": "/" + "a" * 500}, "#/page"),
        ({"message": "Hej", "conversation": 5}, "#/conversation"),
        ({"message": "Hej", "conversation": "x" * 101}, "#/conversation"),
        ([], "#"),
        ("Hej", "#"),
        (None, "#"),
    ],
)
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_what_cannot_be_a_question_is_refused_with_a_pointer_to_what_is_wrong(
    client: Client, pipeline: ScriptedPipeline, body: Any, pointer: str, accept: str
) -> None:
    response = client.post(
        "/api/v1/chat/guide/", json.dumps(body), content_type="application/json", headers={"accept": accept}
    )
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == 400
    assert problem["errors"][0]["pointer"] == pointer
    assert problem["detail"] == problem["errors"][0]["detail"] != ""
    assert pipeline.asked == []


def test_the_longest_question_is_taken(ask: Ask, pipeline: ScriptedPipeline) -> None:
    assert ask("æ" * MAX_MESSAGE_LENGTH + "  ").status_code == 200
    assert len(pipeline.question.message) == MAX_MESSAGE_LENGTH


def test_a_question_that_is_too_long_says_how_long_it_may_be(ask: Ask) -> None:
    assert str(MAX_MESSAGE_LENGTH) in ask("æ" * (MAX_MESSAGE_LENGTH + 1)).json()["detail"]


@pytest.mark.parametrize(
    "body",
    [b"{", b"", b"\xff\xfe", b'{"message": "\xe6"}', b"[" * 10_000, b'{"message": NaN}', b"{'message': 'Hej'}"],
)
def test_a_body_that_is_not_json_is_refused(client: Client, pipeline: ScriptedPipeline, body: bytes) -> None:
    response = client.post("/api/v1/chat/guide/", body, content_type="application/json")
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert pipeline.asked == []


def test_half_a_character_falls_away(client: Client, pipeline: ScriptedPipeline) -> None:
    response = client.post("/api/v1/chat/guide/", rb'{"message": "Hej \ud83d"}', content_type="application/json")
    assert response.status_code == 200
    assert pipeline.question.message == "Hej"


def test_the_longest_question_from_the_longest_address_fits_however_it_is_escaped(
    client: Client, pipeline: ScriptedPipeline
) -> None:
    body = {"message": "😀" * 1000, "page": "/" + "😀" * 499, "conversation": ""}
    response = client.post("/api/v1/chat/guide/", json.dumps(body), content_type="application/json")
    assert response.status_code == 200
    assert pipeline.question.message == body["message"]


@pytest.mark.parametrize("size", [24_576, 3_000_000])
def test_a_body_larger_than_any_question_is_refused(ask: Ask, pipeline: ScriptedPipeline, size: int) -> None:
    response = ask(padding="x" * size)
    assert (response.status_code, response.json()["type"]) == (413, "urn:vejviser:problem:too-large")
    assert pipeline.asked == []


@pytest.mark.parametrize("body", ["[]", '"hej"', "7"])
def test_json_that_is_no_object_is_refused_with_what_to_send(client: Client, body: str) -> None:
    response = client.post("/api/v1/chat/guide/", body, content_type="application/json")
    assert response.status_code == 400
    assert response.json()["detail"] == "Send et JSON-objekt med de felter, som /api/docs/ nævner."


def test_only_json_is_taken(client: Client) -> None:
    response = client.post("/api/v1/chat/guide/", {"message": "Hej"})
    assert (response.status_code, response.json()["type"]) == (415, "urn:vejviser:problem:wrong-format")


def test_a_body_of_unknown_length_is_refused_for_that(client: Client) -> None:
    response = client.generic(
        "POST", "/api/v1/chat/guide/", content_type="application/json", headers={"transfer-encoding": "chunked"}
    )
    assert (response.status_code, response.json()["type"]) == (411, "urn:vejviser:problem:no-length")


def test_an_unknown_bot_is_told_with_the_ones_there_are(ask: Ask) -> None:
    response = ask(bot="doctor")
    assert response.status_code == 404
    assert "guide, health" in response.json()["detail"]


def test_only_post_asks(client: Client) -> None:
    for method in (client.get, client.put, client.patch, client.delete, client.options):
        response = method("/api/v1/chat/guide/")
        assert (response.status_code, response.headers["Allow"]) == (405, "POST")
        assert response.json()["type"] == "urn:vejviser:problem:wrong-method"


def test_a_format_that_does_not_exist_is_refused(ask: Ask) -> None:
    response = ask(accept="image/png")
    assert (response.status_code, response.json()["type"]) == (406, "urn:vejviser:problem:not-acceptable")
    assert "text/event-stream" in response.json()["detail"]


@pytest.mark.parametrize("path", ["/api/", "/api/v2/bots/", "/api/v1/chat/guide", "/api/v1/nothing/"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_address_that_is_not_there_is_told_as_a_problem(client: Client, path: str, method: str) -> None:
    response = client.generic(method, path)
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["instance"] == path


# ── What goes wrong on our side ─────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
@pytest.mark.parametrize("error", [ModelMissing("no model"), SnapshotError("no index"), OperationalError("locked")])
def test_a_bot_that_cannot_answer_yet_says_so_before_any_stream(
    ask: Ask, pipeline: ScriptedPipeline, accept: str, error: Exception
) -> None:
    def script(question: Any) -> Iterable[Event]:
        raise error
        yield

    pipeline.script = script
    response = ask(accept=accept)
    assert response.status_code == 503
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Retry-After"] == "10"
    assert response.json()["type"] == "urn:vejviser:problem:unavailable"


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_a_bug_is_a_problem_and_a_log_line_without_the_question(
    ask: Ask, pipeline: ScriptedPipeline, accept: str, caplog: pytest.LogCaptureFixture
) -> None:
    def script(question: Any) -> Iterable[Event]:
        raise ValueError(f"cannot read {question.message}")
        yield

    pipeline.script = script
    with caplog.at_level(logging.DEBUG):
        response = ask("Jeg hedder Hemmelige Hans", accept=accept)
    assert (response.status_code, response.json()["type"]) == (500, "urn:vejviser:problem:internal")
    assert "ValueError" in caplog.text
    assert "Hemmelige" not in caplog.text + response.content.decode()


def test_a_bug_in_the_middle_of_a_stream_ends_it_with_an_error_event(
    ask: Ask, pipeline: ScriptedPipeline, caplog: pytest.LogCaptureFixture
) -> None:
    def script(question: Any) -> Iterable[Event]:
        yield Event("accepted")
        yield Event("delta", {"text": "Vi har"})
        raise ValueError(f"cannot read {question.message}")

    pipeline.script = script
    events = events_of(ask("Jeg hedder Hemmelige Hans", accept="text/event-stream"))
    assert [name for name, _ in events] == ["accepted", "delta", "error"]
    assert events[-1][1]["type"] == "urn:vejviser:problem:internal"
    assert set(events[-1][1]) == {"type", "title", "status", "detail"}
    assert "Hemmelige" not in caplog.text


def test_a_stream_whose_pipeline_ends_without_an_answer_ends_with_an_error_event(
    ask: Ask, pipeline: ScriptedPipeline, caplog: pytest.LogCaptureFixture
) -> None:
    def script(question: Any) -> Iterable[Event]:
        yield Event("accepted")
        yield Event("delta", {"text": "Vi har"})

    pipeline.script = script
    events = events_of(ask(accept="text/event-stream"))
    assert [name for name, _ in events] == ["accepted", "delta", "error"]
    assert events[-1][1]["type"] == "urn:vejviser:problem:internal"
    assert set(events[-1][1]) == {"type", "title", "status", "detail"}
    assert "RuntimeError while answering a request" in caplog.text
    assert ask().status_code == 500


def test_an_error_event_of_the_pipeline_is_a_problem_and_the_last_event(ask: Ask, pipeline: ScriptedPipeline) -> None:
    def script(question: Any) -> Iterable[Event]:
        yield Event("accepted")
        yield Event("error", {"detail": "Prøv igen."})
        yield Event("delta", {"text": "never sent"})

    pipeline.script = script
    events = events_of(ask(accept="text/event-stream"))
    assert [name for name, _ in events] == ["accepted", "error"]
    assert events[-1][1]["status"] == 503
    assert events[-1][1]["detail"] == "Prøv igen."
    response = ask()
    assert (response.status_code, response.json()["detail"]) == (503, "Prøv igen.")


def test_an_answer_without_an_end_is_a_bug_and_not_an_empty_answer(ask: Ask, pipeline: ScriptedPipeline) -> None:
    pipeline.script = lambda question: [Event("accepted"), Event("delta", {"text": "Vi har"})]
    assert ask().status_code == 500


def test_leaving_a_stream_early_closes_the_pipeline(ask: Ask, pipeline: ScriptedPipeline) -> None:
    response = ask(accept="text/event-stream")
    assert b"accepted" in next(iter(response))
    assert pipeline.closed == 0
    leave(response)
    assert pipeline.closed == 1


def test_leaving_before_the_first_byte_closes_the_pipeline(ask: Ask, pipeline: ScriptedPipeline) -> None:
    ask(accept="text/event-stream").close()
    assert pipeline.closed == 1


def test_no_cookie_is_set_or_needed(pipeline: ScriptedPipeline) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/api/v1/chat/guide/", {"message": "Hej"}, content_type="application/json")
    assert response.status_code == 200
    assert not response.cookies


@pytest.mark.parametrize(
    ("header", "body", "expected"),
    [
        (None, {}, "da"),
        ("de-DE,de;q=0.9", {}, "da"),
        ("en-GB,en;q=0.9,da;q=0.8", {}, "en"),
        ("da,en;q=0.9", {}, "da"),
        ("en", {"language": "da"}, "da"),
        ("da", {"language": "en"}, "en"),
    ],
)
def test_problems_are_told_in_the_language_of_the_question_then_of_the_browser(
    client: Client, header: str | None, body: dict[str, str], expected: str
) -> None:
    headers = {"accept-language": header} if header else {}
    response = client.post("/api/v1/chat/guide/", body, content_type="application/json", headers=headers)
    assert response.headers["Content-Language"] == expected
