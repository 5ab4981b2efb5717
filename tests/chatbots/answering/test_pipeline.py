from __future__ import annotations

import json
from typing import Any

import pytest

from chatbots.answering import Question, answer, pipeline
from chatbots.answering.context import Context
from chatbots.bots import BOTS, GUIDE, HEALTH, Bot
from chatbots.exceptions import SnapshotError
from chatbots.models import Chunk
from chatbots.types import HelpCard, Status
from content.models import Page
from tests.chatbots.pages import index

pytestmark = pytest.mark.django_db

UNANSWERABLE = "hvordan reparerer jeg en punkteret cykel"


def events(question: str, bot: Bot = HEALTH, **fields: Any) -> list[tuple[str, dict[str, Any]]]:
    return [(event.name, event.data) for event in answer(bot, Question(question, **fields))]


def done(question: str, bot: Bot = HEALTH, **fields: Any) -> dict[str, Any]:
    name, data = events(question, bot, **fields)[-1]
    assert name == "done"
    return data


def quotations(text: str) -> list[str]:
    return [line.removeprefix("> ") for line in text.split("\n") if line.startswith("> ")]


def test_every_bot_has_its_steps() -> None:
    assert pipeline.STEPS.keys() == BOTS.keys()


def test_events_come_in_order_and_add_up_to_the_last(site: Page) -> None:
    found = events("Hvad lindrer hosten?", answer_id="a1", conversation="c1")
    names = [name for name, _ in found]
    assert names[:3] == ["accepted", "status", "sources"]
    assert set(names[3:-1]) == {"delta"}
    assert names[-1] == "done"
    data = dict(found)
    assert data["status"]["status"] == data["done"]["status"] == "answered"
    assert data["sources"]["sources"] == data["done"]["sources"] != []
    assert "".join(event["text"] for name, event in found if name == "delta") == data["done"]["text"]
    assert (data["done"]["id"], data["done"]["conversation"]) == ("a1", "c1")


def test_the_last_event_is_the_json_of_the_api(site: Page) -> None:
    data = done("Hvad lindrer hosten?")
    assert list(data) == [
        *("id", "conversation", "status", "text", "language"),
        *("sources", "help_cards", "handover", "suggestions"),
    ]
    assert json.loads(json.dumps(data)) == json.loads(json.dumps(data, ensure_ascii=False))
    source = data["sources"][0]
    assert source["title"] == "Hoste"
    assert source["url"] == "/sundhed/hoste/#gode-raad-mod-hoste"
    assert source["heading"] == "Gode råd mod hoste"
    assert source["excerpt"] == "Varm te med honning lindrer hosten."
    assert 0 <= source["score"] <= 1


@pytest.mark.parametrize(
    ("bot", "question", "fact"),
    [
        (HEALTH, "Hvad lindrer hosten?", "Varm te med honning lindrer hosten."),
        (HEALTH, "Hvor mange grader er feber?", "Feber er over 38 grader."),
        (GUIDE, "Hvornår har sundhedscentret åbent?", "Sundhedscentret har åbent fra klokken 8 til 16."),
        (HEALTH, "does warm tea soothe a cough?", "Warm tea with honey soothes a cough."),
    ],
)
def test_an_answer_quotes_the_editors_own_words_whole(site: Page, bot: Bot, question: str, fact: str) -> None:
    data = done(question, bot)
    assert data["status"] == "answered"
    assert fact in quotations(data["text"])
    rows = [row.text for row in Chunk.objects.filter(bot=bot.name)]
    for quotation in quotations(data["text"]):
        assert any(quotation in row for row in rows)


def test_the_guide_says_where_it_stands(site: Page) -> None:
    data = done("Hvornår har sundhedscentret åbent?", GUIDE)
    lead = data["text"].split("\n")[0]
    assert all(word in lead for word in ("Åbningstider", "Hverdage", "Om os › Åbningstider"))
    assert data["sources"][0]["breadcrumb"] == ("Om os", "Åbningstider")


def test_when_nothing_fits_it_says_so_and_names_the_nearest_pages(site: Page) -> None:
    found = events(UNANSWERABLE)
    data = found[-1][1]
    assert data["status"] == "no_answer"
    assert data["sources"] == []
    assert quotations(data["text"]) == []
    assert 1 <= len(data["suggestions"]) <= 3
    for suggestion in data["suggestions"]:
        assert suggestion.keys() == {"title", "url"}
        assert Page.objects.published().filter(title=suggestion["title"]).exists()
    assert [name for name, _ in found][:3] == ["accepted", "status", "sources"]


def test_a_bot_without_pages_has_nothing_to_suggest(site: Page) -> None:
    Page.objects.filter(kind="health").delete()
    index()
    data = done("Hvad lindrer hosten?")
    assert (data["status"], data["suggestions"]) == ("no_answer", [])


def test_without_an_index_it_says_that_it_cannot_answer_now() -> None:
    found = events("Hvad lindrer hosten?")
    assert found[0][0] == "accepted"
    data = found[-1][1]
    assert data["status"] == "unavailable"
    assert data["sources"] == data["suggestions"] == []
    assert "112" in data["text"]


def test_an_english_question_is_answered_from_the_english_page(site: Page) -> None:
    data = done("What soothes a cough?", language="da")
    assert data["language"] == "en"
    assert {source["language"] for source in data["sources"]} == {"en"}
    assert data["sources"][0]["url"] == "/en/health/cough/#advice"


def test_the_other_language_answers_only_what_the_questions_own_cannot(site: Page) -> None:
    Page.objects.filter(language="da").update(status="draft")
    data = done("honey mod hoste", language="da")
    assert data["language"] == "da"
    Page.objects.filter(language="da").update(status="published")
    data = done("Hvad lindrer hosten?", language="en")
    assert {source["language"] for source in data["sources"]} == {"da"}


@pytest.mark.parametrize("question", ["", "?", "🙂", "x" * 1000, "<b>hoste</b>", "{}%s%(x)s", "> hoste", "\n\n"])
def test_whatever_is_asked_ends_with_a_named_status(site: Page, question: str) -> None:
    for bot in BOTS.values():
        assert done(question, bot)["status"] in set(Status)


def test_a_page_taken_back_is_in_no_part_of_the_next_answer(site: Page) -> None:
    told = ("honning", "/sundhed/hoste/")
    before = json.dumps(done("Hvad lindrer hosten?"), ensure_ascii=False)
    assert all(words in before for words in told)
    Page.objects.filter(pk=site.pk).update(status="draft")
    after = json.dumps(done("Hvad lindrer hosten?"), ensure_ascii=False)
    assert not any(words in after for words in told)


def test_the_health_bot_tells_nothing_of_site_pages_but_where_to_ask(site: Page) -> None:
    data = done("Hvornår har sundhedscentret åbent?")
    assert data["handover"] == {"bot": "guide", "question": "Hvornår har sundhedscentret åbent?"}
    assert data["sources"] == []
    assert "klokken 8" not in data["text"]


# ── The runner ──────────────────────────────────────────────────────────────────────────────────


def steps(monkeypatch: pytest.MonkeyPatch, *given: pipeline.Step) -> None:
    monkeypatch.setitem(pipeline.STEPS, "health", given)


def say(context: Context) -> None:
    context.status = Status.ANSWERED
    context.paragraphs.append("Svar.")


def test_a_step_that_ends_the_answer_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(context: Context) -> None:
        context.status = Status.REFUSED
        context.paragraphs = ["Nej."]

    steps(monkeypatch, refuse, say)
    context = pipeline.run(HEALTH, Question("x"))
    assert (context.status, context.paragraphs) == (Status.REFUSED, ["Nej."])
    assert list(context.timings) == ["refuse"]


def test_a_step_that_fails_on_purpose_ends_with_a_reply_and_no_half_of_an_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(context: Context) -> None:
        raise SnapshotError("no index")

    steps(monkeypatch, say, fail)
    context = pipeline.run(HEALTH, Question("x"))
    assert context.status == Status.UNAVAILABLE
    assert "Svar." not in context.paragraphs


def test_a_bug_in_a_step_is_not_taken_for_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def bug(context: Context) -> None:
        raise ZeroDivisionError

    steps(monkeypatch, bug)
    with pytest.raises(ZeroDivisionError):
        pipeline.run(HEALTH, Question("x"))


def test_each_step_is_timed(site: Page) -> None:
    context = pipeline.run(HEALTH, Question("Hvad lindrer hosten?"))
    assert list(context.timings) == [step.__name__ for step in pipeline.STEPS["health"]]
    assert all(seconds >= 0 for seconds in context.timings.values())


def test_a_help_card_comes_before_everything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    def warn(context: Context) -> None:
        context.help_cards = (HelpCard("urgent", "Ring 112", "Ring nu.", ({"name": "Alarm", "phone": "112"},)),)

    steps(monkeypatch, warn, say)
    found = events("x")
    assert [name for name, _ in found] == ["accepted", "help_card", "status", "sources", "delta", "done"]
    assert found[-1][1]["help_cards"][0]["contacts"] == ({"name": "Alarm", "phone": "112"},)


def test_the_visitor_is_told_at_once_that_the_question_has_arrived(site: Page) -> None:
    stream = answer(HEALTH, Question("Hvad lindrer hosten?"))
    assert next(stream).name == "accepted"
    stream.close()
    assert list(stream) == []
