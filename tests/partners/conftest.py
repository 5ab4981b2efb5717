from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

import chatbots.answering
from chatbots.models import Partner
from tests.api.scripted import ScriptedPipeline

ORIGIN = "https://www.kommunen.example"
ELSEWHERE = "https://evil.example"


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> ScriptedPipeline:
    scripted = ScriptedPipeline()
    monkeypatch.setattr(chatbots.answering, "answer", scripted)
    return scripted


@pytest.fixture
def partner(db: None) -> Partner:
    return Partner.objects.create(name="Kommunen", key="kommunens-key", origins=f"{ORIGIN}\nhttp://localhost:4000")


Send = Callable[..., Any]


@pytest.fixture
def ask(client: Client, partner: Partner) -> Send:
    """Return a function that asks from a page of `origin`."""

    def post(
        message: str = "Hvornår har I åbent?",
        bot: str = "guide",
        origin: str | None = ORIGIN,
        accept: str = "*/*",
        **body: Any,
    ) -> Any:
        headers = {"accept": accept} | ({"origin": origin} if origin else {})
        path = f"/api/partners/{partner.key}/v1/chat/{bot}/"
        return client.post(path, {"message": message} | body, content_type="application/json", headers=headers)

    return post
