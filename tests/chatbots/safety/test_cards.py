"""Help cards: code picks who can be reached at this hour, always at least two."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.conf import LazySettings

from chatbots.safety.cards import LEAST, MOST, card_for
from chatbots.safety.models import HelpContact
from chatbots.safety.topics import TOPICS, Level
from chatbots.types import HelpCard
from tests.chatbots.pages import make_page

pytestmark = pytest.mark.django_db

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
WEEKDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=COPENHAGEN)
WEEKDAY_NIGHT = datetime(2026, 11, 24, 2, tzinfo=COPENHAGEN)
SUNDAY_MORNING = datetime(2026, 11, 29, 9, tzinfo=COPENHAGEN)


def region(settings: LazySettings, name: str) -> None:
    settings.CHATBOTS = settings.CHATBOTS | {"SAFETY": {"REGION": name, "CHECK_MONTHS": 6}}


def urls(card: HelpCard) -> list[str]:
    return [contact["url"] for contact in card.contacts]


@pytest.mark.parametrize("topic", TOPICS.values(), ids=list(TOPICS))
@pytest.mark.parametrize("moment", [WEEKDAY_NOON, WEEKDAY_NIGHT, SUNDAY_MORNING])
@pytest.mark.parametrize("beside", [False, True])
def test_every_card_has_at_least_two_ways_to_get_help_at_any_hour(topic, moment, beside) -> None:  # type: ignore[no-untyped-def]
    card = card_for(topic, "da", beside=beside, moment=moment)
    assert LEAST <= len(card.contacts) <= MOST
    assert len(set(urls(card))) == len(card.contacts)
    assert card.level in set(Level)


def test_a_card_has_the_shape_that_the_api_promises() -> None:
    card = card_for(TOPICS["stroke"], "da", moment=WEEKDAY_NOON)
    assert (card.level, card.contacts[0]["url"]) == ("act_now", "tel:112")
    for contact in card.contacts:
        assert contact.keys() == {"label", "url", "note"}
        assert all(isinstance(value, str) for value in contact.values())


def test_the_date_of_the_oldest_check_stands_on_the_card() -> None:
    HelpContact.objects.filter(key="112").update(last_checked=date(2025, 3, 1))
    assert "1. marts 2025" in card_for(TOPICS["stroke"], "da", moment=WEEKDAY_NOON).checked


@pytest.mark.parametrize(
    ("name", "moment", "there", "not_there"),
    [
        ("syddanmark", SUNDAY_MORNING, "tel:+4570110707", "tel:+4570113131"),
        ("midtjylland", SUNDAY_MORNING, "tel:+4570113131", "tel:1813"),
        ("hovedstaden", WEEKDAY_NOON, "tel:1813", "tel:+4570110707"),
        ("", SUNDAY_MORNING, "tel:+4570150700", "https://www.sundhed.dk/"),
    ],
)
def test_the_doctor_of_the_region_is_shown_at_the_hour_he_answers(
    settings: LazySettings, name: str, moment: datetime, there: str, not_there: str
) -> None:
    region(settings, name)
    shown = urls(card_for(TOPICS["infant_fever"], "da", moment=moment))
    assert there in shown
    assert not_there not in shown


def test_in_the_daytime_ones_own_doctor_comes_first_and_the_closed_ones_are_not_shown(settings: LazySettings) -> None:
    region(settings, "syddanmark")
    shown = urls(card_for(TOPICS["infant_fever"], "da", moment=WEEKDAY_NOON))
    assert shown == ["https://www.sundhed.dk/", "tel:112"]


def test_livslinien_is_shown_only_while_somebody_answers_there() -> None:
    assert "tel:+4570201201" in urls(card_for(TOPICS["suicide"], "da", moment=WEEKDAY_NOON))
    morning = datetime(2026, 11, 24, 7, tzinfo=COPENHAGEN)
    assert "tel:+4570201201" not in urls(card_for(TOPICS["suicide"], "da", moment=morning))


def test_a_card_for_talking_puts_those_who_listen_before_the_alarm() -> None:
    card = card_for(TOPICS["suicide"], "da", beside=True, moment=WEEKDAY_NOON)
    assert card.level == "talk"
    assert urls(card)[0] == "tel:+4570201201"


@pytest.mark.parametrize(
    ("language", "labels", "hours"),
    [
        (
            "da",
            {"Ring 112", "Ring til Akuttelefonen 1813", "Lægevagten, Region Syddanmark: 70 11 07 07", "Din egen læge"},
            "Åbent hverdage kl.\u00a016-8, weekend og helligdage hele døgnet.",
        ),
        (
            "en",
            {"Call 112", "Call Medical Helpline 1813", "Out-of-hours doctor, Region of Southern Denmark: 70 11 07 07"},
            "Open weekdays 16.00-8.00, weekends and public holidays around the clock.",
        ),
    ],
)
def test_a_button_says_that_it_rings_and_the_note_when_somebody_answers(
    settings: LazySettings, language: str, labels: set[str], hours: str
) -> None:
    region(settings, "")
    cards = [card_for(TOPICS["infant_fever"], language, moment=moment) for moment in (WEEKDAY_NOON, SUNDAY_MORNING)]
    shown = {contact["label"]: contact["note"] for card in cards for contact in card.contacts}
    assert labels <= shown.keys()
    assert any(note.endswith(hours) for note in shown.values())
    assert not any("-fre " in note or "00-24" in note for note in shown.values())


def test_an_english_answer_gets_an_english_card() -> None:
    card = card_for(TOPICS["poisoning"], "en", moment=WEEKDAY_NOON)
    labels = [contact["label"] for contact in card.contacts]
    assert "Poison Line (Giftlinjen): 82 12 12 12" in labels
    assert all("Døgnet" not in contact["note"] for contact in card.contacts)


def test_contacts_switched_off_or_of_the_other_language_are_not_shown() -> None:
    def shown() -> set[str]:
        cards = [card_for(TOPICS[topic], "da", moment=WEEKDAY_NOON) for topic in ("poisoning", "violence")]
        return {url for card in cards for url in urls(card)}

    gone = {"tel:+4582121212", "tel:116111"}
    assert gone <= shown()
    HelpContact.objects.filter(key="giftlinjen").update(active=False)
    HelpContact.objects.filter(key="boernetelefonen").update(language="en")
    assert shown()
    assert not gone & shown()


def test_without_any_contact_in_use_the_card_shows_who_always_answers() -> None:
    HelpContact.objects.update(active=False)
    assert urls(card_for(TOPICS["suicide"], "da", moment=WEEKDAY_NOON)) == ["tel:112", "tel:1813"]


def test_an_empty_table_is_filled_with_what_the_program_brings() -> None:
    HelpContact.objects.all().delete()
    assert "tel:+4582121212" in urls(card_for(TOPICS["poisoning"], "da", moment=WEEKDAY_NOON))


def test_a_link_to_a_page_is_shown_once_that_page_is_published() -> None:
    HelpContact.objects.create(
        name="Krisehjælp hos os", address="/krise/", service="crisis", levels=["act_now"], order=1, hours="døgnet rundt"
    )
    assert "/krise/" not in urls(card_for(TOPICS["suicide"], "da", moment=WEEKDAY_NOON))
    make_page("krise", kind="page", title="Krise")
    assert urls(card_for(TOPICS["suicide"], "da", moment=WEEKDAY_NOON))[0] == "/krise/"


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("112", "tel:112"),
        ("70 11 07 07", "tel:+4570110707"),
        ("+46 112 14", "tel:+4611214"),
        ("sms:1234", "sms:1234"),
        ("https://livslinien.dk/", "https://livslinien.dk/"),
        ("/kontakt/", "/kontakt/"),
    ],
)
def test_an_address_becomes_a_link(address: str, url: str) -> None:
    assert HelpContact(address=address).url == url
