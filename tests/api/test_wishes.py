"""What a visitor may wish for an answer beside the question: all the same, and in the editors' own words."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from lxml import html

from chatbots.types import Event
from tests.api.conftest import Ask
from tests.api.scripted import ScriptedPipeline, answer_json

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("wish", ["not_urgent", "quotes_only"])
def test_a_wish_reaches_the_pipeline(ask: Ask, pipeline: ScriptedPipeline, wish: str) -> None:
    for body, expected in [({}, False), ({wish: False}, False), ({wish: True}, True)]:
        assert ask(**body).status_code == 200
        assert getattr(pipeline.question, wish) is expected


@pytest.mark.parametrize("wish", ["not_urgent", "quotes_only"])
@pytest.mark.parametrize("value", ["maybe", "yes", "no", 1, 0, None, {}, []])
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


@pytest.mark.parametrize(("backend", "shown"), [("", 0), ("echo", 1)])
def test_without_javascript_the_switch_is_there_where_a_model_writes(
    client: Client, settings: LazySettings, pipeline: ScriptedPipeline, backend: str, shown: int
) -> None:
    settings.CHATBOTS = settings.CHATBOTS | {"LLM": {"BACKEND": backend}}
    assert len(switches(client.post("/chat/guide/", {"message": "Hej"}))) == shown


def test_without_javascript_quotations_only_are_asked_for_until_the_switch_is_turned(
    client: Client, settings: LazySettings, pipeline: ScriptedPipeline
) -> None:
    settings.CHATBOTS = settings.CHATBOTS | {"LLM": {"BACKEND": "echo"}}
    page = client.post("/chat/guide/", {"message": "Hej", "quotes_only": "yes"})
    assert pipeline.question.quotes_only is True
    assert [switch.get("checked") for switch in switches(page)] == ["checked"]
    page = client.post("/chat/guide/", {"message": "Hej"})
    assert pipeline.question.quotes_only is False
    assert [switch.get("checked") for switch in switches(page)] == [None]


def test_without_javascript_a_verdict_a_handover_and_forgetting_leave_the_switch_as_it_was(
    client: Client, settings: LazySettings, pipeline: ScriptedPipeline
) -> None:
    settings.CHATBOTS = settings.CHATBOTS | {"LLM": {"BACKEND": "echo"}}
    carried = {"bot": "health", "question": "Hej"}
    pipeline.script = lambda question: [
        Event("done", answer_json(question) | {"status": "emergency", "handover": carried})
    ]
    page = html.fromstring(client.post("/chat/guide/", {"message": "Hej", "quotes_only": "yes"}).content)
    forms = [form for form in page.forms if form.xpath(".//input[@name='conversation']")]
    # The other bot, "not urgent", the handover, the verdict, the question's own, and the end: the sheet and forgetting.
    assert len(forms) == 6
    assert [dict(form.form_values()).get("quotes_only") for form in forms] == ["yes"] * 6


def switches(response: Any) -> list[Any]:
    return list(html.fromstring(response.content).xpath("//input[@type='checkbox'][@name='quotes_only']"))
