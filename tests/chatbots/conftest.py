from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from django.conf import LazySettings

from chatbots.embedders.hashing import HashingEmbedder
from tests.chatbots.llms.scripted_server import ScriptedServer


@pytest.fixture(autouse=True)
def disposable_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the tests the wait for a disk that they do not need to outlive."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)


@pytest.fixture
def change_model(settings: LazySettings) -> Callable[[], None]:
    """Return a function that changes the embedding model in settings."""

    def change() -> None:
        settings.CHATBOTS = settings.CHATBOTS | {"EMBEDDER": {"BACKEND": "tests.chatbots.other_embedder.OtherEmbedder"}}

    return change


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Return the list of (role, text) that everything embedded is added to."""
    seen: list[tuple[str, str]] = []
    real = HashingEmbedder.embed

    def embed(self: HashingEmbedder, texts: list[str], *, role: str) -> object:
        seen.extend((role, text) for text in texts)
        return real(self, texts, role=role)

    monkeypatch.setattr(HashingEmbedder, "embed", embed)
    return seen


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """Serve the chat completions API on a free port, as a test scripts it."""
    with ScriptedServer().serving() as server:
        yield server
