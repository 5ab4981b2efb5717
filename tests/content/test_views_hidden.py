"""What is not published: nothing to a visitor, a preview to an editor."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from content.models import PageRedirect
from tests.content.view_pages import make_editor, make_page, text, tree

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)

HIDDEN: list[tuple[dict[str, Any], str]] = [
    ({"status": "draft"}, "Kladde"),
    ({"status": "archived"}, "Arkiveret"),
    ({"publish_at": HOUR}, "Udgives"),
    ({"expire_at": -HOUR}, "Udløbet"),
]


def hide(state: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of `state`; a time span counts from now."""
    return {name: timezone.now() + value if isinstance(value, timedelta) else value for name, value in state.items()}


@pytest.mark.parametrize(("state", "why"), HIDDEN)
@pytest.mark.parametrize("kind", ["health", "page"])
def test_hidden_page_does_not_exist_for_visitors(client: Client, state: dict[str, Any], why: str, kind: str) -> None:
    page = make_page("Hemmelig titel", "hemmelig", kind=kind, body="<p>Ufærdigt.</p>", **hide(state))

    response = client.get(page.get_absolute_url())

    assert response.status_code == 404
    assert "Hemmelig titel" not in response.content.decode()
    assert "Ufærdigt" not in response.content.decode()


@pytest.mark.parametrize(("state", "why"), HIDDEN)
def test_editor_sees_the_hidden_page_and_why_it_is_hidden(client: Client, state: dict[str, Any], why: str) -> None:
    page = make_page("Influenza", "influenza", **hide(state))
    client.force_login(make_editor("view_healtharticle"))

    response = client.get(page.get_absolute_url())
    shown = tree(response)

    assert response.status_code == 200
    assert text(shown, "//aside").startswith(why)
    assert "kun synlig for redaktører" in text(shown, "//aside")
    assert response.headers["Cache-Control"] == "private, no-store"
    assert shown.xpath("//meta[@name='robots']/@content") == ["noindex"]


def test_preview_needs_the_permission_for_its_kind(client: Client) -> None:
    make_page("Influenza", "influenza", status="draft")
    make_page("Kontakt", "kontakt", kind="page", status="draft")
    client.force_login(make_editor("view_healtharticle"))

    assert client.get("/sundhed/influenza/").status_code == 200
    assert client.get("/kontakt/").status_code == 404


def test_permission_without_being_staff_gives_no_preview(client: Client) -> None:
    make_page("Influenza", "influenza", status="draft")
    visitor = make_editor("view_healtharticle")
    visitor.is_staff = False
    visitor.save()
    client.force_login(visitor)

    assert client.get("/sundhed/influenza/").status_code == 404


def test_editor_finds_the_way_from_the_page_to_its_form(client: Client) -> None:
    page = make_page("Influenza", "influenza")
    client.force_login(make_editor("view_healtharticle"))

    shown = tree(client.get("/sundhed/influenza/"))

    assert shown.xpath("//aside//a/@href") == [f"/admin/content/healtharticle/{page.pk}/change/"]
    assert "kun synlig" not in text(shown, "//aside")


def test_visitor_sees_no_way_to_the_admin(client: Client) -> None:
    make_page("Influenza", "influenza")

    assert "/admin/" not in client.get("/sundhed/influenza/").content.decode()


def test_scheduled_page_appears_and_expires_by_itself(client: Client) -> None:
    now = timezone.now()
    make_page("Kursus", "kursus", kind="page", publish_at=now - HOUR, expire_at=now + HOUR)

    assert client.get("/kursus/").status_code == 200


def test_old_address_leads_to_the_present_one(client: Client) -> None:
    page = make_page("Influenza", "influenza")
    page.slug = "saesoninfluenza"
    page.save()

    response = client.get("/sundhed/influenza/")

    assert response.status_code == 301
    assert response.headers["Location"] == "/sundhed/saesoninfluenza/"
    assert response.headers["Cache-Control"] == "no-cache"


def test_chain_of_old_addresses_is_one_step_long(client: Client) -> None:
    page = make_page("Influenza", "foerste")
    for slug in ("anden", "tredje"):
        page.slug = slug
        page.save()

    assert client.get("/sundhed/foerste/").headers["Location"] == "/sundhed/tredje/"


def test_old_address_of_a_hidden_page_gives_nothing_away(client: Client) -> None:
    page = make_page("Influenza", "influenza")
    page.slug, page.status = "saesoninfluenza", "draft"
    page.save()

    assert client.get("/sundhed/influenza/").status_code == 404
    client.force_login(make_editor("view_healtharticle"))
    assert client.get("/sundhed/influenza/").status_code == 301


def test_old_address_wins_over_a_draft_that_stands_there(client: Client) -> None:
    new = make_page("Ny", "ny")
    make_page("Kladde", "gammel", status="draft")
    PageRedirect.objects.create(path="/sundhed/gammel/", page=new)

    assert client.get("/sundhed/gammel/").headers["Location"] == "/sundhed/ny/"
