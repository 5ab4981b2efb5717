from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

import chatbots.answering
from tests.api.scripted import ScriptedPipeline


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> ScriptedPipeline:
    scripted = ScriptedPipeline()
    monkeypatch.setattr(chatbots.answering, "answer", scripted)
    return scripted


Ask = Callable[..., Any]


@pytest.fixture
def ask(client: Client) -> Ask:
    """Return a function that posts a question and returns the response."""

    def post(message: Any = "Hvornår har I åbent?", bot: str = "guide", accept: str = "*/*", **body: Any) -> Any:
        return client.post(
            f"/api/v1/chat/{bot}/",
            {"message": message} | body,
            content_type="application/json",
            headers={"accept": accept},
        )

    return post


def leave(response: Any) -> None:
    """Close a stream that may not have ended, as a server does when the visitor has gone."""
    response._iterator.close()  # Through the test client's wrapper, which keeps the test's database open.


def give_feedback(client: Client, answer: str, **body: Any) -> Any:
    return client.post(f"/api/v1/chat/answers/{answer}/feedback/", body, content_type="application/json")
