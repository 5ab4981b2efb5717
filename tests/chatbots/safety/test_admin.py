"""Editors look after contacts, rules and examples, and try sentences."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from chatbots.safety import upkeep
from chatbots.safety.models import HelpContact, TriageExample, TriageRule

pytestmark = pytest.mark.django_db

TRY = "/admin/chatbots/triageexample/try/"


@pytest.fixture
def keeper(client: Client) -> Client:
    """Log in somebody of the group that looks after the bots."""
    user = User.objects.create_user("ib", password="x", is_staff=True)
    user.groups.add(Group.objects.get(name="Robotansvarlige"))
    client.force_login(user)
    return client


def test_an_editor_sees_what_triage_makes_of_a_sentence_and_why(keeper: Client) -> None:
    page = keeper.post(TRY, {"text": "jeg vil ikke leve mere"}).content.decode()
    assert "Akut: kortet vises først" in page
    assert "Vil dø, sagt lige ud" in page
    assert "Det ligner mest" in page
    assert "tel:112" in page


def test_a_rule_that_is_blocked_says_by_what(keeper: Client) -> None:
    page = keeper.post(TRY, {"text": "jeg vil dø af grin"}).content.decode()
    assert "gælder ikke, fordi der står “af grin”" in page


def test_trying_keeps_nothing(keeper: Client) -> None:
    before = TriageExample.objects.count()
    keeper.post(TRY, {"text": "en sætning, der prøves"})
    assert TriageExample.objects.count() == before


def test_a_tried_sentence_can_be_kept_as_an_example(keeper: Client) -> None:
    sent = {"keep": "yes", "text": "Der er ild i vores hjerter", "topic": "burn", "outcome": "none"}
    assert keeper.post(TRY, sent).status_code == 302
    assert TriageExample.objects.get(text="Der er ild i vores hjerter").outcome == "none"


def test_an_empty_sentence_is_refused(keeper: Client) -> None:
    response = keeper.post(TRY, {"text": "  "})
    assert response.status_code == 400
    assert "Skriv en sætning." in response.content.decode()


def test_who_may_not_see_examples_may_not_try(client: Client) -> None:
    client.force_login(User.objects.create_user("ane", password="x", is_staff=True))
    assert client.get(TRY).status_code == 403


def test_a_keeper_may_not_delete_contacts_but_switch_them_off(keeper: Client) -> None:
    contact = HelpContact.objects.get(key="giftlinjen")
    assert keeper.post(reverse("admin:chatbots_helpcontact_delete", args=[contact.pk])).status_code == 403
    assert keeper.get(reverse("admin:chatbots_helpcontact_change", args=[contact.pk])).status_code == 200


def contact_fields(contact: HelpContact, **changes: object) -> dict[str, object]:
    names = ("name", "name_en", "address", "purpose", "purpose_en", "audience", "audience_en", "service", "levels")
    fields = {name: getattr(contact, name) for name in (*names, "hours", "region", "language", "order")}
    return fields | {"last_checked": contact.last_checked.isoformat(), "active": "on"} | changes


def test_a_contact_can_be_changed(keeper: Client) -> None:
    contact = HelpContact.objects.get(key="giftlinjen")
    address = reverse("admin:chatbots_helpcontact_change", args=[contact.pk])
    response = keeper.post(address, contact_fields(contact, hours="man-fre 8-16", levels=["today"]))
    assert response.status_code == 302
    contact.refresh_from_db()
    assert (contact.hours, contact.levels) == ("man-fre 8-16", ["today"])


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("hours", "altid", "“altid” kan ikke læses"),
        ("address", "javascript:alert(1)", "Det er hverken et nummer eller et link."),
        ("address", "//evil.example", "Det er hverken et nummer eller et link."),
        ("levels", [], "Dette felt"),
    ],
)
def test_what_would_harm_a_card_is_refused(keeper: Client, field: str, value: object, message: str) -> None:
    contact = HelpContact.objects.get(key="giftlinjen")
    address = reverse("admin:chatbots_helpcontact_change", args=[contact.pk])
    response = keeper.post(address, contact_fields(contact, **{field: value}))
    assert response.status_code == 200
    assert message in response.content.decode()


def test_a_phrase_that_says_nothing_is_refused(keeper: Client) -> None:
    fields = {"name": "Prøve", "topic": "stroke", "outcome": "emergency", "phrases": "!!!", "active": "on"}
    response = keeper.post(reverse("admin:chatbots_triagerule_add"), fields)
    assert response.status_code == 200
    assert "kan ikke læses" in response.content.decode()
    assert not TriageRule.objects.filter(name="Prøve").exists()


def test_contacts_can_be_marked_as_checked_today(keeper: Client) -> None:
    HelpContact.objects.update(last_checked=date(2020, 1, 1))
    chosen = HelpContact.objects.first()
    keeper.post(
        reverse("admin:chatbots_helpcontact_changelist"),
        {"action": "mark_checked", "_selected_action": [chosen.pk], "index": "0"},
    )
    chosen.refresh_from_db()
    assert chosen.last_checked == timezone.localdate()
    assert HelpContact.objects.filter(last_checked=date(2020, 1, 1)).count() == HelpContact.objects.count() - 1


def test_all_is_said_to_be_well_when_it_is() -> None:
    assert [line.tone for line in upkeep.lines(date(2026, 11, 22))] == ["good"]


def test_contacts_not_checked_for_long_are_named(keeper: Client) -> None:
    HelpContact.objects.update(last_checked=timezone.localdate())
    HelpContact.objects.filter(key="giftlinjen").update(last_checked=timezone.localdate() - timedelta(days=200))
    (line,) = upkeep.lines()
    assert line.tone == "wait"
    assert "Giftlinjen" in line.advice[0]
    assert "Giftlinjen" in keeper.get("/admin/").content.decode()


def test_a_level_with_fewer_than_two_contacts_is_told() -> None:
    HelpContact.objects.exclude(key="112").update(levels=["act_now", "today"])
    told = upkeep.lines(date(2026, 11, 22))
    assert [line.tone for line in told] == ["bad"]
    assert "Tal med nogen" in told[0].text
