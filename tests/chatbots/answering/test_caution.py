"""Nobody is told a dose, a diagnosis or what a result means for them: the general text, and whom to ask."""

from __future__ import annotations

import re

import pytest
from django.conf import LazySettings
from django.utils import translation

from chatbots.answering import canned
from chatbots.answering.caution import advise, caution
from chatbots.answering.compose import QUOTE_MARK
from chatbots.answering.context import Context, Question
from chatbots.answering.pipeline import STEPS, run
from chatbots.bots import GUIDE, HEALTH
from chatbots.safety.models import HelpContact
from chatbots.types import Status
from content.models import Page
from tests.chatbots.pages import index, make_page

pytestmark = pytest.mark.django_db

#: The out-of-hours doctor of the demo site's region.
OUT_OF_HOURS = "70 11 07 07"

DOSES = (
    "<h2>Hostesaft</h2><p>Hostesaft til børn gives efter vægt.</p><ul><li>Børn på 15-25 kg: 5 ml hostesaft ad gangen."
    "</li><li>Børn på 26-40 kg: 10 ml hostesaft ad gangen.</li></ul>"
)


@pytest.fixture
def doses(site: Page) -> Page:
    page = make_page("hostesaft", title="Hostesaft til børn", body=DOSES)
    index()
    return page


def test_a_dose_is_answered_with_the_general_text_and_whom_to_ask(doses: Page) -> None:
    context = run(HEALTH, Question("Hvor meget hostesaft kan et barn på 20 kg få ad gangen?"))
    assert (context.caution, context.status) == ("dosing", Status.PARTIAL)
    notices, text = "\n".join(context.notices), context.text
    words = ("apoteket", "læge", OUT_OF_HOURS, "generelt", "ikke en dosis til en bestemt person")
    assert all(word in notices for word in words)
    assert text.index("generelt") < text.index("Hostesaft til børn")


@pytest.mark.parametrize("weight", [3, 17, 20, 31, 48, 123])
def test_no_number_is_said_that_no_page_says(doses: Page, weight: int) -> None:
    context = run(HEALTH, Question(f"Hvor meget hostesaft kan et barn på {weight} kg få ad gangen?"))
    quoted = [line for line in context.text.splitlines() if line.startswith(QUOTE_MARK)]
    own = "\n".join(line for line in context.text.splitlines() if not line.startswith(QUOTE_MARK))
    assert set(re.findall(r"\d+", own)) <= {*OUT_OF_HOURS.split(), "82", "12", "112"}
    numbers = re.findall(r"\d+", "\n".join(quoted))
    assert numbers
    assert set(numbers) <= set(re.findall(r"\d+", DOSES))


@pytest.mark.parametrize(
    ("question", "kind", "ask"),
    [
        ("Har jeg diabetes?", "diagnosis", "læge"),
        ("Mit ferritin er 9, er det farligt?", "test_result", "taget prøven"),
        ("Hvor mange mg tramadol må jeg tage?", "dosing", "apoteket"),
    ],
)
def test_what_no_page_is_about_is_refused_kindly_with_whom_to_ask(
    site: Page, question: str, kind: str, ask: str
) -> None:
    context = run(HEALTH, Question(question))
    assert (context.caution, context.status) == (kind, Status.REFUSED)
    assert ask in context.text
    assert OUT_OF_HOURS in context.text
    assert not context.quotes
    assert not context.sources


@pytest.mark.parametrize("question", ["Hvor mange grader er feber?", "Hvad hjælper mod hoste?"])
def test_a_general_question_is_answered_as_ever(site: Page, question: str) -> None:
    context = run(HEALTH, Question(question))
    assert (context.caution, context.status) == (None, Status.ANSWERED)
    assert context.notices == []


def test_a_diagnosis_is_not_made_from_the_text_of_an_article(site: Page) -> None:
    context = run(HEALTH, Question("Mit barn hoster og hoster, er det hoste med smitte jeg har?"))
    assert context.caution == "diagnosis"
    assert context.status in {Status.PARTIAL, Status.REFUSED}
    assert "ikke vurdere, hvad du eller en anden fejler" in context.text


@pytest.mark.parametrize("bot", [GUIDE, HEALTH])
def test_both_bots_take_care_before_they_compose_and_say_so_before_a_model_writes(bot: object) -> None:
    names = [step.__name__ for step in STEPS[bot.name]]  # type: ignore[attr-defined]
    composed = next(at for at, name in enumerate(names) if name.startswith("compose"))
    assert names.index("caution") < names.index("judge") < composed < names.index("advise") < names.index("write")


def test_the_spelling_put_right_is_looked_at_too() -> None:
    from chatbots.query import Query

    context = Context(HEALTH, Question("har jg zukersyge"))
    context.query = Query("har jg zukersyge", "har jeg sukkersyge", "da", None)
    caution(context)
    assert context.caution == "diagnosis"


@pytest.mark.parametrize("status", [Status.NO_ANSWER, Status.EMERGENCY, Status.HANDOVER, Status.UNAVAILABLE, None])
def test_only_an_answer_gets_the_advice(status: Status | None) -> None:
    context = Context(HEALTH, Question("x"))
    context.caution, context.status = "dosing", status
    advise(context)
    assert (context.status, context.notices) == (status, [])


@pytest.mark.parametrize("kind", ["dosing", "diagnosis", "test_result"])
def test_every_kind_says_whom_to_ask_and_that_a_quotation_is_general(kind: str) -> None:
    assert f"lægevagten på {OUT_OF_HOURS}" in canned.whom_to_ask(kind)
    with translation.override("en"):
        assert f"the out-of-hours doctor (lægevagten) on {OUT_OF_HOURS}" in canned.whom_to_ask(kind)
    assert "generelt" in canned.in_general(kind)


@pytest.mark.parametrize(
    ("region", "said"),
    [("syddanmark", "lægevagten på 70 11 07 07."), ("hovedstaden", "lægevagten på 1813."), ("", "lægevagten.")],
)
def test_whom_to_ask_is_who_answers_in_the_region_of_the_site(settings: LazySettings, region: str, said: str) -> None:
    settings.CHATBOTS = settings.CHATBOTS | {"SAFETY": {"REGION": region, "CHECK_MONTHS": 6}}
    assert canned.whom_to_ask("test_result").endswith(said)
    assert all("Region" not in canned.whom_to_ask(kind) for kind in ("dosing", "diagnosis", "test_result"))


def test_whom_to_ask_follows_what_editors_write(settings: LazySettings) -> None:
    HelpContact.objects.filter(key="laegevagt-syddanmark").update(address="70 00 00 01")
    HelpContact.objects.filter(key="giftlinjen").update(active=False)
    said = canned.whom_to_ask("dosing")
    assert "lægevagten på 70 00 00 01." in said
    assert said.endswith("Har nogen fået for meget, så ring til Giftlinjen.")


def test_a_doctor_who_has_closed_in_the_evening_is_not_whom_to_ask(settings: LazySettings) -> None:
    HelpContact.objects.create(
        name="Klinikken", address="62 00 00 00", service="doctor", hours="man-fre 08-16", region="syddanmark", order=1
    )
    assert "62 00 00 00" not in canned.whom_to_ask("diagnosis")


def test_a_caution_that_is_none_is_an_error() -> None:
    with pytest.raises(KeyError):
        canned.whom_to_ask("horoscope")
