from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings

import chatbots.answering.write as write
from chatbots.answering.context import Context, Question
from chatbots.answering.pipeline import run
from chatbots.bots import HEALTH
from chatbots.embedders import get_embedder
from chatbots.llms import get_llm
from chatbots.types import Status
from content.models import Page
from tests.chatbots.pages import index, make_page

pytestmark = pytest.mark.django_db

QUESTION = "Hvad lindrer hosten?"
SAID = "Varm te med honning lindrer hosten."


@pytest.fixture(autouse=True)
def echo(settings: LazySettings, site: Page) -> Any:
    settings.CHATBOTS = settings.CHATBOTS | {"LLM": {"BACKEND": "echo", "REPLY_WITH": SAID}}
    return get_llm()


def asked(**fields: Any) -> Context:
    return run(HEALTH, Question(QUESTION, **fields))


def evidence(echo: Any) -> list[str]:
    """Return the lines between the marks of the last prompt."""
    content = echo.asked[-1][-1].content
    return [line for line in content.split("=====")[1].split("\n")[1:] if line]


def test_the_models_words_are_used_and_counted(echo: Any) -> None:
    context = asked()
    assert context.paragraphs[0] == SAID
    assert context.drafted == "used"
    assert echo.outcomes == {"used": 1}


def test_a_visitor_who_wants_quotations_gets_quotations(echo: Any) -> None:
    assert f"> {SAID}" in asked(quotes_only=True).text
    assert echo.asked == []


def test_at_most_the_budget_of_whole_statements_is_given_those_quoted_first(
    echo: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    Page.objects.filter(slug="hoste").delete()
    sections = "".join(
        f"<h2>Råd {number}</h2><p>Hosten lindres af råd nummer {number} og meget andet.</p>" for number in range(120)
    )
    make_page("hoste", body=f"<h2>Gode råd</h2><p>{SAID}</p>{sections}")
    index()
    for budget in (800, 60):
        monkeypatch.setattr(write, "EVIDENCE_TOKENS", budget)
        context = asked()
        lines = evidence(echo)
        assert SAID in lines
        statements = [line for line in lines if not line.startswith("[")]
        assert sum(get_embedder().count_tokens(line.split("] ")[-1]) for line in lines) <= budget
        assert all(line.endswith(".") for line in statements)
        assert context.drafted == "used"
    assert len(statements) < 8


@pytest.mark.parametrize("options", [{"BACKEND": "opnai"}, {"BACKEND": "echo", "NO_SUCH_OPTION": 1}], ids=str)
def test_a_model_that_cannot_be_made_as_it_is_set_leaves_the_quotations(
    settings: LazySettings, options: dict[str, Any]
) -> None:
    settings.CHATBOTS = settings.CHATBOTS | {"LLM": options}
    context = asked()
    assert context.status == Status.ANSWERED
    assert f"> {SAID}" in context.text


def test_without_a_model_nothing_is_written(settings: LazySettings) -> None:
    settings.CHATBOTS = settings.CHATBOTS | {"LLM": {"BACKEND": ""}}
    context = asked()
    assert (context.draft, context.drafted) == (None, "")
    assert f"> {SAID}" in context.text
