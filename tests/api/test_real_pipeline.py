"""The API over the real pipeline and a real index; only the embedder is small."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from chatbots import warmup
from chatbots.indexing import freshness
from content.models import Page
from tests.api.conftest import Ask, give_feedback
from tests.api.test_chat import events_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("judge_by_shared_words")]

OPENING_HOURS = "<h2 id='hverdage'>Hverdage</h2><p>Sundhedscentret har åbent på hverdage fra klokken 8 til 16.</p>"
COUGH = "<h2 id='raad'>Gode råd mod hoste</h2><p>Mod hoste hjælper varm te med honning.</p>"


@pytest.fixture(autouse=True)
def pages() -> list[Page]:
    made = [
        Page.objects.create(
            kind="page", title="Åbningstider", slug="aabningstider", status="published",
            summary="Tider og dage.", body=OPENING_HOURS,
        ),
        Page.objects.create(
            kind="health", title="Hoste", slug="hoste", status="published",
            summary="Om luftvejene.", body=COUGH,
        ),
    ]  # fmt: skip
    index()
    return made


def index() -> None:
    freshness.refresh_wanted()
    freshness.catch_up()


@pytest.mark.parametrize(
    ("bot", "question", "fact", "url"),
    [
        ("guide", "Hvornår har sundhedscentret åbent?", "fra klokken 8 til 16", "/aabningstider/#hverdage"),
        ("health", "Hvad hjælper mod hoste?", "varm te med honning", "/sundhed/hoste/#raad"),
    ],
)
def test_each_bot_answers_from_its_pages(ask: Ask, bot: str, question: str, fact: str, url: str) -> None:
    answer = ask(question, bot=bot).json()
    assert answer["status"] in {"answered", "partial"}
    assert fact in answer["text"]
    assert url in [source["url"] for source in answer["sources"]]
    assert answer["conversation"]


def test_a_stream_ends_with_what_json_gives(ask: Ask) -> None:
    events = events_of(ask("Hvornår har sundhedscentret åbent?", accept="text/event-stream"))
    names = [name for name, _ in events]
    assert names[0] == "accepted"
    assert names[-1] == "done"
    done = events[-1][1]
    assert "".join(data["text"] for name, data in events if name == "delta") == done["text"]
    whole = ask("Hvornår har sundhedscentret åbent?").json()
    for answer in (done, whole):
        answer.pop("id")
        answer.pop("conversation")
        for source in answer["sources"]:
            source.pop("score")
    assert done == whole


def test_an_answer_is_what_the_schema_says(ask: Ask, client: Client) -> None:
    schemas = client.get("/api/schema/?format=json", headers={"accept": "application/json"}).json()["components"][
        "schemas"
    ]
    answer = ask("Hvornår har sundhedscentret åbent?").json()
    assert answer.keys() == set(schemas["Answer"]["required"])
    assert answer["status"] in schemas["StatusEnum"]["enum"]
    assert answer["sources"]
    for source in answer["sources"]:
        assert source.keys() >= set(schemas["Source"]["required"])
        assert source.keys() <= schemas["Source"]["properties"].keys()
    for suggestion in answer["suggestions"]:
        assert suggestion.keys() == set(schemas["Suggestion"]["required"])


def test_a_page_taken_back_is_gone_from_the_very_next_answer(ask: Ask, pages: list[Page]) -> None:
    def told() -> str:
        return json.dumps(ask("Hvornår har sundhedscentret åbent?").json(), ensure_ascii=False)

    assert "klokken 8 til 16" in told()
    Page.objects.filter(pk=pages[0].pk).update(status="draft")
    assert "klokken 8 til 16" not in told()


def test_an_answer_takes_feedback_and_the_next_question_its_conversation(ask: Ask, client: Client) -> None:
    first = ask("Hvornår har sundhedscentret åbent?").json()
    assert give_feedback(client, first["id"], helpful=True).status_code == 200
    second = ask("Hvornår har sundhedscentret åbent?", conversation=first["conversation"]).json()
    assert second["conversation"] == first["conversation"]
    assert second["id"] != first["id"]


def test_a_bot_without_an_index_says_that_it_cannot_answer_now(ask: Ask, settings: Any, tmp_path: Any) -> None:
    Page.objects.all().delete()
    index()
    settings.CHATBOTS = settings.CHATBOTS | {"SNAPSHOT_DIR": tmp_path / "empty"}
    assert ask("Hvornår har I åbent?").json()["status"] == "unavailable"


def test_the_page_without_javascript_answers(client: Client) -> None:
    page = client.post("/chat/health/", {"message": "Hvad hjælper mod hoste?"}).content.decode()
    assert "varm te med honning" in page
    assert 'href="/sundhed/hoste/#raad"' in page


def test_the_first_question_need_not_wait_for_the_warm_up(ask: Ask, client: Client) -> None:
    warmup.reset()
    assert ask("Hvornår har sundhedscentret åbent?").status_code == 200
    client.get("/readyz")
    warmup.wait()
    assert client.get("/readyz").status_code == 200
    warmup.reset()
