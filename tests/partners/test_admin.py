"""Partners in the admin: made, shown, changed."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from chatbots.bots import BOTS, Bot
from chatbots.models import Partner
from tests.partners.conftest import ORIGIN

pytestmark = pytest.mark.django_db

FORM: dict[str, Any] = {
    "name": "Kommunen",
    "active": "on",
    "contact": "web@kommunen.example",
    "origins": "https://WWW.Kommunen.example/\r\nhttp://localhost:3000",
    "bots": ["guide"],
    "per_minute": 30,
    "per_day": 500,
}


def page_of(partner: Partner) -> str:
    return reverse("admin:chatbots_partner_change", args=[partner.pk])


def test_an_editor_makes_a_partner_and_finds_what_its_web_master_needs(admin_client: Client) -> None:
    response = admin_client.post(reverse("admin:chatbots_partner_add"), FORM | {"_continue": ""})
    partner = Partner.objects.get()
    assert response.status_code == 302
    assert partner.allowed_origins == ["https://www.kommunen.example", "http://localhost:3000"]
    assert partner.bots == ["guide"]
    shown = html.unescape(admin_client.get(page_of(partner)).content.decode())
    assert f'<vejviser-widget partner="{partner.key}" bot="guide">' in shown
    assert '<script type="module" src="http://testserver/widget.js"></script>' in shown
    assert "connect-src http://testserver;" in shown
    assert "Ingen spørgsmål endnu." in shown


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"origins": "http://www.kommunen.example"}, "“http://www.kommunen.example” kan ikke bruges."),
        ({"origins": "https://www.kommunen.example\n*"}, "“*” kan ikke bruges."),
        ({"origins": ""}, "Dette felt er påkrævet."),
        ({"bots": []}, "Dette felt er påkrævet."),
        ({"per_day": 0}, "Denne værdi skal være større end eller lig 1."),
    ],
)
def test_an_editor_is_told_what_is_wrong(admin_client: Client, change: dict[str, Any], message: str) -> None:
    response = admin_client.post(reverse("admin:chatbots_partner_add"), FORM | change)
    assert message in html.unescape(response.content.decode())
    assert not Partner.objects.exists()


def test_the_list_and_the_page_tell_how_much_was_asked(admin_client: Client, partner: Partner) -> None:
    Partner.objects.update(per_day=3)
    partner.refresh_from_db()
    for _ in range(5):
        partner.count_question()
    listed = admin_client.get(reverse("admin:chatbots_partner_changelist")).content.decode()
    assert '<td class="field-today">3</td><td class="field-refused_today">2</td>' in listed
    assert ORIGIN in listed
    assert "<td>3</td><td>2</td>" in admin_client.get(page_of(partner)).content.decode()


def test_two_who_look_at_once_each_see_the_address_they_came_by(
    admin_client: Client, partner: Partner, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    settings.ALLOWED_HOSTS = ["den-ene.example", "den-anden.example"]
    meanwhile = [lambda: admin_client.get(page_of(partner), headers={"host": "den-anden.example"})]
    others: list[Any] = []

    def allowed_bots(_partner: Partner) -> tuple[Bot, ...]:
        if meanwhile:  # read while the page is being made
            others.append(meanwhile.pop()())
        return tuple(BOTS.values())

    monkeypatch.setattr(Partner, "allowed_bots", property(allowed_bots))
    shown = admin_client.get(page_of(partner), headers={"host": "den-ene.example"}).content.decode()
    assert "http://den-ene.example/widget.js" in shown
    assert "den-anden.example" not in shown
    assert "http://den-anden.example/widget.js" in others[0].content.decode()


def test_a_partner_without_a_bot_has_a_page_that_says_what_to_do(admin_client: Client, partner: Partner) -> None:
    Partner.objects.update(bots=[])
    shown = admin_client.get(page_of(partner)).content.decode()
    assert "Vælg først en robot, og gem." in shown
    assert "vejviser-widget" not in shown


def test_a_new_key_ends_the_old_one(admin_client: Client, partner: Partner) -> None:
    old = partner.key
    action = {"action": "replace_key", "_selected_action": [partner.pk]}
    admin_client.post(reverse("admin:chatbots_partner_changelist"), action)
    partner.refresh_from_db()
    assert partner.key != old
    parts = "/api/partners/{}/parts/"
    assert admin_client.get(parts.format(old), headers={"origin": ORIGIN}).status_code == 403
    assert admin_client.get(parts.format(partner.key), headers={"origin": ORIGIN}).status_code == 200


def test_a_key_is_given_and_cannot_be_chosen(admin_client: Client) -> None:
    admin_client.post(reverse("admin:chatbots_partner_add"), FORM | {"key": "1234"})
    assert len(Partner.objects.get().key) >= 16


def test_who_may_not_see_partners_does_not(client: Client, django_user_model: Any, partner: Partner) -> None:
    client.force_login(django_user_model.objects.create_user("redaktør", is_staff=True))
    assert client.get(page_of(partner)).status_code == 403
