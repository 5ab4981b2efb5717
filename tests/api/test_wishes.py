"""What a visitor may wish for an answer beside the question: all the same, and in the editors' own words."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from tests.api.conftest import Ask
from tests.api.scripted import ScriptedPipeline

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("wish", ["not_urgent", "quotes_only"])
def test_a_wish_reaches_the_pipeline(ask: Ask, pipeline: ScriptedPipeline, wish: str) -> None:
    for body, expected in [({}, False), ({wish: False}, False), ({wish: True}, True)]:
        assert ask(**body).status_code == 200
        assert getattr(pipeline.question, wish) is expected


@pytest.mark.parametrize("wish", ["not_urgent", "quotes_only"])
@pytest.mark.parametrize("value", ["maybe", None, {}, []])
def test_a_wish_that_is_neither_true_nor_false_is_refused(
    ask: Ask, pipeline: ScriptedPipeline, wish: str, value: Any
) -> None:
    response = ask(**{wish: value})
    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == f"#/{wish}"
    assert pipeline.asked == []


@pytest.mark.parametrize(("backend", "writes"), [("", False), ("echo", True)])
def test_the_widget_is_told_whether_a_model_writes(
    client: Client, settings: LazySettings, backend: str, writes: bool
) -> None:
    settings.CHATBOTS = settings.CHATBOTS | {"LLM": {"BACKEND": backend}}
    assert client.get("/api/v1/bots/").json()["writes_answers"] is writes
    assert ('name="quotes_only"' in client.get("/chat/guide/").content.decode()) is writes
