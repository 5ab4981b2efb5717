"""What a widget is told about the bots, and how often it may ask."""

from __future__ import annotations

import re

import pytest
from django.conf import LazySettings
from django.test import Client

from chatbots.bots import BOTS, MAX_MESSAGE_LENGTH
from chatbots.conf import settings_for
from tests.api.conftest import Ask
from tests.api.scripted import ScriptedPipeline


def test_the_bots_are_described(client: Client) -> None:
    described = client.get("/api/v1/bots/").json()
    assert described["language"] == "da"
    assert [bot["name"] for bot in described["bots"]] == list(BOTS)
    guide = described["bots"][0]
    assert guide["title"] == "Vejviseren"
    assert guide["greeting"].startswith("Hej.")
    assert "robot" in guide["notice"]
    for bot in described["bots"]:
        assert "Brug mig til" in bot["notice"]
        assert "bliver gemt i højst 24 timer" in bot["notice"]
    assert len(guide["suggestions"]) == 3
    assert (guide["chat_url"], guide["page_url"]) == ("/api/v1/chat/guide/", "/chat/guide/")
    assert described["limits"] == {
        "message_length": MAX_MESSAGE_LENGTH,
        "comment_length": 1000,
        "turns": 20,
        "conversation_hours": settings_for("CONVERSATION_HOURS"),
    }
    assert described["endpoints"] == {
        "feedback": "/api/v1/chat/answers/{id}/feedback/",
        "conversation": "/api/v1/chat/conversations/{token}/",
    }


@pytest.mark.parametrize(
    ("address", "header", "expected"),
    [
        ("/api/v1/bots/", "", "da"),
        ("/api/v1/bots/", "en-US,en;q=0.5", "en"),
        ("/api/v1/bots/?language=en", "da", "en"),
        ("/api/v1/bots/?language=da", "en", "da"),
    ],
)
def test_the_bots_speak_the_language_asked_for(client: Client, address: str, header: str, expected: str) -> None:
    response = client.get(address, headers={"accept-language": header})
    assert response.json()["language"] == response.headers["Content-Language"] == expected
    assert response.json()["bots"][0]["page_url"] == {"da": "/chat/guide/", "en": "/en/chat/guide/"}[expected]


def test_a_language_we_do_not_have_is_refused(client: Client) -> None:
    response = client.get("/api/v1/bots/?language=de")
    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == "#/language"


def test_the_description_may_be_cached_by_language(client: Client) -> None:
    response = client.get("/api/v1/bots/")
    assert response.headers["Cache-Control"] == "public, max-age=300"
    assert {part.strip() for part in response.headers["Vary"].split(",")} == {"Accept-Encoding", "Accept-Language"}


@pytest.fixture
def two_a_minute(settings: LazySettings) -> None:
    settings.CHATBOTS = settings.CHATBOTS | {"RATE": "2/min"}


@pytest.mark.django_db
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_too_many_questions_from_one_address_are_refused_kindly(
    ask: Ask, pipeline: ScriptedPipeline, two_a_minute: None, accept: str
) -> None:
    ask()
    ask(accept="text/event-stream").getvalue()
    response = ask(accept=accept)
    assert response.status_code == 429
    assert response.headers["Content-Type"] == "application/problem+json"
    seconds = int(response.headers["Retry-After"])
    assert 1 <= seconds <= 60
    assert re.search(rf"Vent {seconds} sekund", response.json()["detail"])
    assert len(pipeline.asked) == 2


@pytest.mark.django_db
def test_each_address_has_its_own_limit_and_cannot_change_it_by_a_header(
    client: Client, pipeline: ScriptedPipeline, two_a_minute: None
) -> None:
    def status(address: str, **headers: str) -> int:
        return client.post(
            "/api/v1/chat/guide/",
            {"message": "Hej"},
            content_type="application/json",
            headers=headers,
            REMOTE_ADDR=address,
        ).status_code

    assert [status("10.0.0.1"), status("10.0.0.1"), status("10.0.0.1")] == [200, 200, 429]
    assert status("10.0.0.1", **{"x-forwarded-for": "10.9.9.9"}) == 429
    assert status("10.0.0.2") == 200


@pytest.mark.django_db
def test_behind_a_trusted_proxy_the_address_is_what_the_proxy_says(
    client: Client, pipeline: ScriptedPipeline, two_a_minute: None, settings: LazySettings
) -> None:
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"NUM_PROXIES": 1}

    def status(forwarded: str) -> int:
        return client.post(
            "/api/v1/chat/guide/",
            {"message": "Hej"},
            content_type="application/json",
            headers={"x-forwarded-for": forwarded},
            REMOTE_ADDR="10.0.0.9",
        ).status_code

    assert [status("192.0.2.1"), status("192.0.2.1"), status("192.0.2.1")] == [200, 200, 429]
    assert status("192.0.2.2") == 200
    assert status("198.51.100.7, 192.0.2.1") == 429  # what a visitor wrote before the proxy's own entry


@pytest.mark.django_db
def test_feedback_is_counted_by_itself(
    ask: Ask, client: Client, pipeline: ScriptedPipeline, two_a_minute: None
) -> None:
    ask()
    answer = ask().json()["id"]
    address = f"/api/v1/chat/answers/{answer}/feedback/"
    statuses = [client.post(address, {"helpful": True}, content_type="application/json").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


@pytest.mark.django_db
def test_a_site_may_set_no_limit(ask: Ask, pipeline: ScriptedPipeline, settings: LazySettings) -> None:
    settings.CHATBOTS = settings.CHATBOTS | {"RATE": None}
    assert {ask().status_code for _ in range(40)} == {200}
