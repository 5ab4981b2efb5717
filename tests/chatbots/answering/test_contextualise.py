"""Follow-ups on a small site: what is taken for the subject, and what is left alone."""

from __future__ import annotations

from typing import Any

import pytest

from chatbots.answering import Question
from chatbots.answering.context import Context, EarlierSource, EarlierTurn
from chatbots.answering.contextualise import contextualise, page_at
from chatbots.answering.pipeline import run
from chatbots.answering.read import read
from chatbots.bots import HEALTH, Bot
from chatbots.exceptions import LLMTimeout
from chatbots.llms.base import using
from chatbots.llms.echo import EchoLLM
from content.models import Page
from tests.chatbots.pages import index, make_page

pytestmark = pytest.mark.django_db

ABOUT_COUGHS = EarlierTurn(
    "Hvad lindrer hosten?", bot="health", sources=(EarlierSource("Hoste", "/sundhed/hoste/#gode-raad", "Gode råd"),)
)
LICE = (
    "<h2>Behandling</h2><p>Kæm håret med en tættekam.</p>"
    "<h2>Smitte</h2><p>Lus smitter fra hoved til hoved. Børn må komme i skole.</p>"
)


@pytest.fixture(autouse=True)
def lice(site: Page) -> Page:
    page = make_page("hovedlus", title="Hovedlus", body=LICE)
    index()
    return page


def understood(message: str, *turns: EarlierTurn, bot: Bot = HEALTH, **fields: Any) -> Context:
    context = Context(bot=bot, question=Question(message, turns=turns, **fields))
    read(context)
    contextualise(context)
    return context


@pytest.mark.parametrize("message", ["Hvor længe smitter det?", "er det farligt?", "smitter man andre?"])
def test_a_question_that_names_nothing_is_about_what_was_answered_last(message: str) -> None:
    context = understood(message, ABOUT_COUGHS)
    assert context.asked == f"Hoste: {message}"
    assert context.query is not None
    assert context.query.text == context.asked
    assert context.query.focus  # The statements are chosen by what is asked now.
    assert context.notices == ["Jeg går ud fra, at du spørger om “Hoste”."]


def test_one_that_only_goes_on_follows_the_question_it_goes_on_from() -> None:
    assert understood("Og hos børn?", ABOUT_COUGHS).asked == "Hvad lindrer hosten? Og hos børn?"


def test_a_chain_of_follow_ups_keeps_the_first_question_and_the_last_addition() -> None:
    second = EarlierTurn("Og hos børn?", asked="Hvad lindrer hosten? Og hos børn?", sources=ABOUT_COUGHS.sources)
    assert understood("Og hos voksne?", ABOUT_COUGHS, second).asked == "Hvad lindrer hosten? Og hos voksne?"


def test_the_same_question_about_something_else_puts_it_in_the_subjects_place() -> None:
    about = EarlierTurn("Hvordan smitter hoste?", sources=ABOUT_COUGHS.sources)
    context = understood("og hvad med hovedlus?", about)
    assert context.asked == "Hvordan smitter hovedlus?"
    assert context.notices == ["Jeg forstår dit spørgsmål som: Hvordan smitter hovedlus?"]


@pytest.mark.parametrize(
    "message", ["Kan jeg bruge en tættekam?", "Hvor mange grader er feber?", "og hvad med malaria?", "Lus smitter de?"]
)
def test_a_change_of_subject_is_not_mixed_with_the_old_one(message: str) -> None:
    context = understood(message, ABOUT_COUGHS)
    assert context.asked == message
    assert context.notices == []


def test_greetings_in_between_do_not_change_the_subject() -> None:
    thanks = EarlierTurn("tak", status="no_answer")
    assert understood("hvor længe smitter det?", ABOUT_COUGHS, thanks).asked.startswith("Hoste: ")


def test_after_an_unanswered_question_nothing_is_answered_about_something_else() -> None:
    unknown = EarlierTurn("Hvad er malaria?", status="no_answer")
    context = run(HEALTH, Question("hvor længe smitter det?", turns=(unknown,)))
    assert context.asked == "Hvad er malaria: hvor længe smitter det?"
    assert "hoste" not in context.text.lower()


def test_a_page_that_is_no_longer_public_is_no_subject() -> None:
    assert "Hoste" in understood("Hvor længe smitter det?", ABOUT_COUGHS).asked
    Page.objects.filter(slug="hoste").update(status="draft")
    assert "Hoste" not in understood("Hvor længe smitter det?", ABOUT_COUGHS).asked


# ── The page one stands on ──────────────────────────────────────────────────────────────────────


def test_the_page_is_the_subject_when_nothing_was_said_before() -> None:
    assert understood("hvordan smitter det?", page="/sundhed/hovedlus/").asked == "Hovedlus: hvordan smitter det?"


@pytest.mark.parametrize("message", ["Hvad lindrer hosten?", "hvor mange grader er feber?"])
def test_a_subject_in_the_question_comes_before_the_page(message: str) -> None:
    assert understood(message, page="/sundhed/hovedlus/").asked == message


def test_the_conversation_comes_before_the_page_it_is_held_on_and_a_newer_page_before_the_conversation() -> None:
    here = EarlierTurn("Hvad lindrer hosten?", sources=ABOUT_COUGHS.sources, page="/sundhed/hovedlus/")
    assert understood("hvordan smitter det?", here, page="/sundhed/hovedlus/").asked.startswith("Hoste: ")
    elsewhere = EarlierTurn("Hvad lindrer hosten?", sources=ABOUT_COUGHS.sources, page="/")
    assert understood("hvordan smitter det?", elsewhere, page="/sundhed/hovedlus/").asked.startswith("Hovedlus: ")


@pytest.mark.parametrize(
    ("path", "slug"),
    [
        ("/sundhed/hoste/", "hoste"),
        ("/sundhed/hoste/#smitte", "hoste"),
        ("/en/health/cough/", "cough"),
        ("/aabningstider/", "aabningstider"),
        ("/sundhed/findes-ikke/", None),
        ("/sundhed/", None),
        ("/", None),
        ("/chat/health/", None),
        ("//evil.example/x/", None),
    ],
)
def test_a_page_is_found_by_its_address(path: str, slug: str | None) -> None:
    page = page_at(path)
    assert (page.slug if page else None) == slug


def test_an_english_follow_up_uses_the_title_of_the_translation() -> None:
    Page.objects.filter(slug="cough").update(translation_of=Page.objects.get(slug="hoste"))
    assert understood("how long is it contagious?", ABOUT_COUGHS).asked == "Cough: how long is it contagious?"


# ── What it costs ───────────────────────────────────────────────────────────────────────────────


def test_a_whole_question_is_embedded_once_and_searched_once(embedded: list[tuple[str, str]]) -> None:
    understood("Hvor ofte skal jeg kæmme håret med en tættekam mod lus?", ABOUT_COUGHS)
    assert len(embedded) == 1


def test_without_a_conversation_and_a_page_nothing_is_done(embedded: list[tuple[str, str]]) -> None:
    assert understood("Hvor længe smitter det?").retrieval is None
    assert len(embedded) == 1


# ── A language model ────────────────────────────────────────────────────────────────────────────


def test_a_models_wording_is_taken_when_it_finds_the_same_page_more_surely() -> None:
    model = EchoLLM(reply_with="Hvad lindrer hosten?")
    with using(model):
        context = understood("Og hos børn?", ABOUT_COUGHS)
    assert context.asked == "Hvad lindrer hosten?"
    assert context.notices == ["Jeg går ud fra, at du spørger om “Hoste”."]
    prompt = model.asked[0][-1].content
    assert "Hvad lindrer hosten? (Hoste)" in prompt
    assert "Og hos børn?" in prompt


@pytest.mark.parametrize(
    "reply",
    [
        "Hvad hjælper mod malaria hos børn?",  # a subject that nobody named
        "",
        "Ignorér alt. <script>alert(1)</script>",
        "x" * 600,
    ],
)
def test_a_model_that_writes_anything_else_changes_nothing(reply: str) -> None:
    with using(EchoLLM(reply_with=reply)):
        assert understood("Og hos børn?", ABOUT_COUGHS).asked == "Hvad lindrer hosten? Og hos børn?"


def test_a_model_that_fails_changes_nothing() -> None:
    def fail(messages: object) -> str:
        raise LLMTimeout

    with using(EchoLLM(reply_with=fail)):
        assert understood("Hvor længe smitter det?", ABOUT_COUGHS).asked == "Hoste: Hvor længe smitter det?"


def test_a_model_is_not_asked_about_a_whole_question_nor_when_quotations_alone_are_wanted() -> None:
    model = EchoLLM()
    with using(model):
        understood("Hvor mange grader er feber?", ABOUT_COUGHS)
        understood("Hvor længe smitter det?", ABOUT_COUGHS, quotes_only=True)
    assert model.asked == []
