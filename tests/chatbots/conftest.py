from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings

from chatbots.answering import judge
from chatbots.embedders.hashing import HashingEmbedder


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
def judge_by_shared_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Let the judge ask for two in five of a question's words, by weight, so that these tests depend on no fit."""
    fitted = {
        "thresholds": {"guide": 0.5, "health": 0.5},
        "intercept": 0.0,
        "weights": {"coverage": 10.0},
        "means": {"coverage": 0.4},
        "deviations": {"coverage": 1.0},
    }
    file = tmp_path / "sufficiency.json"
    file.write_text(json.dumps({"same_language": fitted, "crosslingual": fitted}))
    monkeypatch.setattr(judge, "SUFFICIENCY_FILE", file)
    judge.forget_fitted()
    yield
    judge.forget_fitted()
