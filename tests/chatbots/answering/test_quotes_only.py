"""A visitor who wants quotations only gets no word that a model wrote."""

from __future__ import annotations

import importlib

import pytest

from chatbots.answering import Question
from chatbots.answering.pipeline import run
from chatbots.bots import HEALTH
from content.models import Page

pytestmark = pytest.mark.django_db


def test_no_model_is_asked_when_only_quotations_are_wanted(site: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    # By its name, for `chatbots.answering` may hold the function of that name in place of the module.
    module = importlib.import_module("chatbots.answering.write")
    monkeypatch.setattr(module, "llm_to_ask", lambda: asked.append("model"))
    assert "Varm te med honning" in run(HEALTH, Question("Hvad lindrer hosten?")).text
    assert asked == ["model"]
    assert "> Varm te med honning" in run(HEALTH, Question("Hvad lindrer hosten?", quotes_only=True)).text
    assert asked == ["model"]
