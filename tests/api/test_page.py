"""The chat as a page of its own, for visitors without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from lxml import html

from chatbots import conversations
from chatbots.conversation_models import Feedback, Turn
from chatbots.exceptions import SnapshotError
from chatbots.types import Event
from tests.api.scripted import SOURCE, ScriptedPipeline, answer_json

pytestmark = pytest.mark.django_db

NUMBER_TO_CALL = 'Er det livsfarligt, så ring <a href="tel:112">112</a>.'


def ask(client: Client, message: str = "Hvornår har I åbent?", path: str = "/chat/guide/", **fields: str) -> Any:
    return client.post(path, {"message": message} | fields)


def token_in(response: Any) -> str:
    (token,) = set(re.findall(r'name="conversation" value="([^"]*)"', response.content.decode()))
    return token


@pytest.mark.parametrize(
    ("path", "language", "bot"),
    [
        ("/chat/guide/", "da", "guide"),
        ("/chat/health/", "da", "health"),
        ("/en/chat/guide/", "en", "guide"),
        ("/en/chat/health/", "en", "health"),
    ],
)
def test_every_bot_has_a_page_in_each_language(client: Client, path: str, language: str, bot: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert response.context["bot"].name == bot
    assert f'<html lang="{language}"' in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]


def test_there_is_no_page_for_an_unknown_bot(client: Client) -> None:
    assert client.get("/chat/doctor/").status_code == 404


def test_a_question_is_answered_on_the_page_with_its_sources(client: Client, pipeline: ScriptedPipeline) -> None:
    response = ask(client)
    page = response.content.decode()
    assert response.status_code == 200
    assert "Hvornår har I åbent?" in page
    assert "Vi har åbent kl. 8-16." in page
    assert f'href="{SOURCE["url"]}"' in page
    assert (pipeline.question.language, pipeline.question.page) == ("da", None)
    assert Turn.objects.get().page == ""
    (notice,) = html.fromstring(page).xpath("//div[@class='chat-machine'][not(ancestor::template)]")
    assert "Dine spørgsmål og svarene bliver gemt i højst 24 timer" in notice.text_content()


def test_the_page_shows_the_conversation_so_far(client: Client, pipeline: ScriptedPipeline) -> None:
    token = token_in(ask(client, "Et"))
    response = ask(client, "To", conversation=token)
    assert token_in(response) == token
    assert [turn.question for turn in response.context["turns"]] == ["Et", "To"]
    assert [turn.question for turn in pipeline.question.turns] == ["Et"]


def test_the_token_stands_in_no_address_and_no_cookie(client: Client, pipeline: ScriptedPipeline) -> None:
    response = ask(client)
    token = token_in(response)
    assert response.cookies.keys() <= {"csrftoken"}
    assert not re.search(rf'(?:href|action|src)="[^"]*{re.escape(token)}', response.content.decode())


def test_a_form_from_elsewhere_is_refused(pipeline: ScriptedPipeline) -> None:
    client = Client(enforce_csrf_checks=True)
    assert ask(client).status_code == 403
    page = client.get("/chat/guide/").content.decode()
    csrf = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert csrf is not None
    assert ask(client, csrfmiddlewaretoken=csrf[1]).status_code == 200


def test_markup_in_a_question_is_shown_as_it_stands(client: Client, pipeline: ScriptedPipeline) -> None:
    page = ask(client, "<script>alert(1)</script>").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize("message", ["", "  ", "\x00", "x" * 1001])
def test_what_is_no_question_is_refused_beside_the_field(
    client: Client, pipeline: ScriptedPipeline, message: str
) -> None:
    response = ask(client, message)
    assert response.status_code == 400
    assert response.context["form"].errors["message"]
    assert str(response.context["form"].errors["message"][0]) in response.content.decode()
    assert pipeline.asked == []


def test_a_lost_conversation_is_told_and_the_question_kept(client: Client, pipeline: ScriptedPipeline) -> None:
    response = ask(client, "Og søndag?", conversation="lost")
    page = response.content.decode()
    assert response.status_code == 404
    assert "ny samtale" in page
    assert re.search(r"<textarea[^>]*>\s*Og søndag\?</textarea>", page)
    assert token_in(response) == ""


def test_a_bot_that_cannot_answer_says_so_and_keeps_the_question(client: Client, pipeline: ScriptedPipeline) -> None:
    def script(question: Any) -> Iterable[Event]:
        raise SnapshotError("no index")
        yield

    pipeline.script = script
    response = ask(client, "Og søndag?")
    assert response.status_code == 503
    assert "Robotten" in response.content.decode() or "Prøv igen" in response.content.decode()
    assert "Og søndag?</textarea>" in response.content.decode()
    assert "no index" not in response.content.decode()
    assert NUMBER_TO_CALL in response.content.decode()


def test_the_page_counts_questions_as_the_api_does(
    client: Client, pipeline: ScriptedPipeline, settings: LazySettings
) -> None:
    settings.CHATBOTS = settings.CHATBOTS | {"RATE": "1/min"}
    ask(client)
    response = ask(client, "Og søndag?")
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    assert "Vent" in response.content.decode()
    assert NUMBER_TO_CALL in response.content.decode()
    api = client.post("/api/v1/chat/guide/", {"message": "Hej"}, content_type="application/json")
    assert api.status_code == 429


def test_an_answer_that_cannot_be_kept_is_shown(
    client: Client, pipeline: ScriptedPipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversations, "keep", lambda *args, **kwargs: None)
    response = ask(client)
    assert "Vi har åbent kl. 8-16." in response.content.decode()
    assert token_in(response) == ""


def test_feedback_is_given_by_a_form(client: Client, pipeline: ScriptedPipeline) -> None:
    first = ask(client)
    answer = first.context["turns"][0].answer["id"]
    fields = {"action": "feedback", "conversation": token_in(first), "answer": answer}
    response = client.post("/chat/guide/", fields | {"helpful": "no", "comment": "Mangler søndag"})
    assert response.status_code == 200
    assert "Tak for din tilbagemelding." in response.content.decode()
    assert [turn.helpful for turn in response.context["turns"]] == [False]
    assert [(f.helpful, f.comment) for f in Feedback.objects.all()] == [(False, "Mangler søndag")]
    client.post("/chat/guide/", fields | {"helpful": "yes", "comment": ""})
    assert [(f.helpful, f.comment) for f in Feedback.objects.all()] == [(True, "Mangler søndag")]


def test_feedback_that_says_nothing_is_refused(client: Client, pipeline: ScriptedPipeline) -> None:
    first = ask(client)
    answer = first.context["turns"][0].answer["id"]
    fields = {"action": "feedback", "conversation": token_in(first), "answer": answer}
    response = client.post("/chat/guide/", fields)
    assert response.status_code == 400
    assert "Vælg ja eller nej." in response.content.decode()
    assert token_in(response) == fields["conversation"]
    assert not Feedback.objects.exists()


def test_feedback_on_an_answer_that_is_gone_is_told(client: Client) -> None:
    response = client.post(
        "/chat/guide/",
        {"action": "feedback", "answer": "00000000-0000-4000-8000-000000000000", "helpful": "yes"},
    )
    assert response.status_code == 404
    assert "kan ikke gemmes" in response.content.decode()


def test_a_form_forgets_the_conversation(client: Client, pipeline: ScriptedPipeline) -> None:
    token = token_in(ask(client))
    response = client.post("/chat/guide/", {"action": "forget", "conversation": token})
    assert "Samtalen er slettet." in response.content.decode()
    assert list(response.context["turns"]) == []
    assert not Turn.objects.exists()
    again = client.post("/chat/guide/", {"action": "forget", "conversation": token})
    assert again.status_code == 200


def test_the_conversation_is_shown_as_a_sheet_for_the_doctor(client: Client, pipeline: ScriptedPipeline) -> None:
    token = token_in(ask(client))
    ask(client, "Og søndag?", conversation=token)
    response = client.post("/chat/guide/", {"action": "summary", "conversation": token})
    page = response.content.decode()
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    for words in ("Til lægen", "Hvornår har I åbent?", "Og søndag?", "Mine egne noter"):
        assert words in page
    assert page.count("Vi har åbent kl. 8-16.") == 2
    assert f"http://testserver{SOURCE['url']}" in page
    back = client.post("/chat/guide/", {"action": "show", "conversation": token})
    assert [turn.question for turn in back.context["turns"]] == ["Hvornår har I åbent?", "Og søndag?"]


def test_no_sheet_is_made_of_a_lost_conversation(client: Client) -> None:
    response = client.post("/chat/guide/", {"action": "summary", "conversation": "lost"})
    assert response.status_code == 404
    assert "ny samtale" in response.content.decode()


def test_a_handover_carries_the_question_along_in_a_form(client: Client, pipeline: ScriptedPipeline) -> None:
    def script(question: Any) -> Iterable[Event]:
        yield Event("accepted")
        handover = {"bot": "health", "question": "Hvad hjælper mod hoste?"}
        yield Event("done", answer_json(question) | {"status": "handover", "handover": handover})

    pipeline.script = script
    page = ask(client, "Hvad hjælper mod hoste?").content.decode()
    form = re.search(r'<form class="chat-handover"[^>]*action="/chat/health/[^"]*".*?</form>', page, re.DOTALL)
    assert form is not None
    assert 'value="Hvad hjælper mod hoste?"' in form[0]


def test_nothing_on_the_page_runs_inline(client: Client, pipeline: ScriptedPipeline) -> None:
    page = ask(client).content.decode()
    assert "<script" in page
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r'\son\w+="|\sstyle="|<style', page)
