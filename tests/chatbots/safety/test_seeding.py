"""What the program brings goes into the database once, and is the editors' from then on."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from chatbots.safety.hours import parse_hours
from chatbots.safety.models import HelpContact, TriageExample, TriageRule
from chatbots.safety.rules import Rule
from chatbots.safety.seeding import contact_rows, example_rows, rule_rows, sow, sow_newer
from chatbots.safety.topics import TOPICS

pytestmark = pytest.mark.django_db


def test_a_new_site_has_contacts_rules_and_examples() -> None:
    assert HelpContact.objects.count() == len(contact_rows())
    assert TriageRule.objects.count() == len(rule_rows())
    assert TriageExample.objects.count() == len(example_rows()) >= 350


def test_what_an_editor_changed_is_not_overwritten() -> None:
    HelpContact.objects.filter(key="giftlinjen").update(address="11 22 33 44")
    assert sow(HelpContact, TriageRule, TriageExample) == 0
    assert HelpContact.objects.get(key="giftlinjen").address == "11 22 33 44"


def test_an_earlier_site_gets_newer_rules_and_examples_but_no_contact_back() -> None:
    HelpContact.objects.all().delete()
    TriageRule.objects.filter(key="revive-strict").delete()
    TriageExample.objects.filter(topic="burn").delete()
    TriageRule.objects.filter(key="burn").update(phrases="redaktørens egen")
    assert sow_newer(TriageRule, TriageExample) > 100
    assert TriageExample.objects.count() == len(example_rows())
    assert TriageRule.objects.filter(key="revive-strict").exists()
    assert TriageRule.objects.get(key="burn").phrases == "redaktørens egen"
    assert not HelpContact.objects.exists()


@pytest.mark.parametrize("row", contact_rows(), ids=lambda row: row["key"])
def test_every_contact_is_one_that_the_admin_would_take(row: dict[str, object]) -> None:
    HelpContact(**row).full_clean()
    assert parse_hours(str(row["hours"])).always or parse_hours(str(row["hours"])).openings


def test_every_rule_compiles_and_every_example_stands_once() -> None:
    for row in rule_rows():
        Rule.written(**{name: row[name] for name in row if name != "key"})
    texts = [row["text"].lower() for row in example_rows()]
    assert len(set(texts)) == len(texts)


def test_every_topic_has_examples_of_all_three_outcomes() -> None:
    there = {(row["topic"], row["outcome"]) for row in example_rows()}
    assert there == {(topic, outcome) for topic in TOPICS for outcome in ("emergency", "beside", "none")}


def test_the_numbers_that_must_never_be_wrong_are_these() -> None:
    addresses = {row["key"]: row["address"] for row in contact_rows()}
    assert addresses["112"] == "112"
    assert addresses["1813"] == "1813"
    assert addresses["laegevagt-sjaelland"] == "70 15 07 00"
    assert addresses["laegevagt-syddanmark"] == "70 11 07 07"
    assert addresses["laegevagt-midtjylland"] == "70 11 31 31"
    assert addresses["laegevagt-nordjylland"] == "70 15 03 00"
    assert addresses["giftlinjen"] == "82 12 12 12"
    assert addresses["livslinien"] == "70 201 201"
    assert addresses["boernetelefonen"] == "116 111"
    assert addresses["lev-uden-vold"] == "1888"


def test_the_pages_and_the_bots_name_the_same_numbers(settings: LazySettings) -> None:
    addresses = {row["key"]: row["address"] for row in contact_rows()}
    assert addresses["laegevagt-syddanmark"] == settings.SITE_OUT_OF_HOURS_PHONE
    assert addresses["giftlinjen"] == settings.SITE_POISON_PHONE
    assert addresses["livslinien"] == settings.SITE_CRISIS_PHONE
