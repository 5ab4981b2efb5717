"""Versions of a page: seen, compared and restored."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.core.exceptions import ValidationError
from django.test import Client

from content.models import Page, PageRedirect, Topic
from content.versions import compare, compare_texts, restore
from tests.content.test_admin import login
from tests.content.view_pages import make_page, make_topic

pytestmark = pytest.mark.django_db


def edited(page: Page, **changes: object) -> Page:
    for name, value in changes.items():
        setattr(page, name, value)
    page.save()
    return page


def url(page: Page, rest: str) -> str:
    return f"/admin/content/healtharticle/{page.pk}/history/{rest}"


# ── Comparing ───────────────────────────────────────────────────────────────────────────────────
def marked(old: str, new: str) -> list[str]:
    """Return a comparison as lines with [-removed-] and {+added+} words."""
    marks = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return [
        f"{line.how}: " + "".join(marks[piece.how].format(piece.text) for piece in line.pieces)
        for line in compare_texts(old, new)
    ]


def test_a_changed_word_is_marked_in_its_line() -> None:
    assert marked("Rester holder 2 dage.\n\nBesvar", "Rester holder 3 dage.\n\nBesvar") == [
        "removed: Rester holder [-2-] dage.",
        "added: Rester holder {+3+} dage.",
        "same: Besvar",
    ]


def test_lines_that_came_or_went_are_shown_whole_and_far_ones_left_out() -> None:
    old = "\n".join(["et", "to", "tre", "fire", "fem"])
    assert marked(old, old.replace("fem", "fem\nseks")) == ["left-out: ", "same: fire", "same: fem", "added: seks"]
    assert marked("et\nto", "to") == ["removed: et", "same: to"]
    assert marked("", "et") == ["added: et"]
    assert marked("et", "et") == []


def test_a_comparison_names_each_field_that_differs_as_people_read_it() -> None:
    topic = make_topic("Luftveje")
    page = make_page("Influenza", "influenza", body="<h2>Symptomer</h2><p>Feber.</p>")
    edited(
        page,
        title="Influenza A",
        body="<h2>Tegn</h2><p>Feber.</p>",
        topic=topic,
        status="archived",
        sources=[{"title": "SSI", "url": "https://ssi.dk/"}],
    )
    new, old = page.history.all()
    shown = {
        difference.label: [f"{line.how} {''.join(piece.text for piece in line.pieces)}" for line in difference.lines]
        for difference in compare(old, new)
    }
    assert shown == {
        "Titel": ["removed Influenza", "added Influenza A"],
        "Tekst": ["removed ## Symptomer", "added ## Tegn", "same Feber."],
        "Emne": ["added Luftveje"],
        "Status": ["removed Udgivet", "added Arkiveret"],
        "Kilder": ["added SSI | https://ssi.dk/"],
    }


def test_what_has_been_deleted_since_is_named_so() -> None:
    page = make_page("Influenza", "influenza", topic=make_topic())
    edited(page, topic=None)
    Topic.objects.all().delete()
    new, old = page.history.all()
    (difference,) = compare(old, new)
    assert "(slettet)" in difference.lines[0].pieces[0].text


# ── Restoring ───────────────────────────────────────────────────────────────────────────────────
def test_an_old_version_is_restored_as_a_new_one_and_the_page_stays_published() -> None:
    page = make_page("Influenza", "influenza", body="<h2>Symptomer</h2><p>Feber.</p>", status="draft")
    first = page.history.first()
    edited(page, title="Noget andet", slug="andet", body="<p>Væk.</p>", status="published")
    assert set(restore(page, first)) == {"title", "slug", "body"}
    page.refresh_from_db()
    assert (page.title, page.slug, page.status) == ("Influenza", "influenza", "published")
    assert page.body == '<h2 id="symptomer">Symptomer</h2>\n<p>Feber.</p>'
    assert page.history.count() == 3
    assert page.history.first().history_change_reason.startswith("Gendannet fra ")
    assert PageRedirect.objects.get().path == "/sundhed/andet/"


def test_restoring_what_is_there_makes_no_version() -> None:
    page = make_page("Influenza", "influenza")
    assert restore(page, page.history.first()) == []
    assert page.history.count() == 1


def test_a_deleted_topic_is_not_restored() -> None:
    page = make_page("Influenza", "influenza", topic=make_topic())
    first = page.history.first()
    edited(page, title="Ny", topic=None)
    Topic.objects.all().delete()
    assert restore(page, first) == ["title"]
    page.refresh_from_db()
    assert page.topic is None


def test_an_address_that_has_been_taken_is_not_taken_back() -> None:
    page = make_page("Influenza", "influenza")
    first = page.history.first()
    edited(page, slug="influenza-a")
    make_page("Ny", "influenza")
    with pytest.raises(ValidationError, match="taget af siden"):
        restore(page, first)
    page.refresh_from_db()
    assert page.slug == "influenza-a"


# ── In the admin ────────────────────────────────────────────────────────────────────────────────
def test_an_editor_sees_compares_and_restores_versions(client: Client) -> None:
    editor = login(client)
    page = make_page("Influenza", "influenza", body="<p>Feber i to dage.</p>")
    edited(page, body="<p>Feber i tre dage.</p>")
    new, old = page.history.all()

    versions = client.get(url(page, "")).content.decode()
    assert versions.count('name="from"') == 2
    assert "tekst" in versions

    compared = client.get(url(page, "compare/"), {"from": old.history_id, "to": new.history_id}).content.decode()
    assert "<del>to</del>" in compared
    assert "<ins>tre</ins>" in compared
    turned_round = client.get(url(page, "compare/"), {"from": new.history_id, "to": old.history_id}).content.decode()
    assert "<del>to</del>" in turned_round

    response = client.post(url(page, f"{old.history_id}/restore/"), follow=True)
    assert "Versionen er gendannet. Ændret: tekst." in response.content.decode()
    assert Page.objects.get().body == "<p>Feber i to dage.</p>"
    assert page.history.first().history_user == editor


def test_a_version_that_cannot_stand_says_why(client: Client) -> None:
    login(client)
    page = make_page("Influenza", "influenza")
    first = page.history.first()
    edited(page, slug="influenza-a")
    make_page("Ny", "influenza")
    response = client.post(url(page, f"{first.history_id}/restore/"), follow=True)
    assert "Versionen kan ikke gendannes" in response.content.decode()


def test_a_reader_may_look_and_not_restore(client: Client) -> None:
    reader = User.objects.create_user("læser", password="x", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_healtharticle"))
    client.force_login(reader)
    page = make_page("Influenza", "influenza")
    edited(page, title="Ny")
    _, old = page.history.all()
    assert client.get(url(page, "")).status_code == 200
    assert "Gendan" not in client.get(url(page, f"compare/?from={old.history_id}")).content.decode()
    assert client.post(url(page, f"{old.history_id}/restore/")).status_code == 403
    assert Page.objects.get().title == "Ny"


def test_others_see_no_version(client: Client) -> None:
    page = make_page("Influenza", "influenza")
    version = page.history.get()
    client.force_login(User.objects.create_user("fremmed", password="x", is_staff=True))
    assert client.get(url(page, "")).status_code == 403
    assert client.get(url(page, "compare/")).status_code == 403
    assert client.post(url(page, f"{version.history_id}/restore/")).status_code == 403


@pytest.mark.parametrize("query", ["?from=0", "?from=x", "?from=99999999999999999999", "?from=-1"])
def test_a_version_that_is_not_there_is_not_found(client: Client, query: str) -> None:
    login(client)
    page = make_page("Influenza", "influenza")
    other = make_page("Anden", "anden")
    assert client.get(url(page, "compare/" + query)).status_code == 404
    assert client.get(url(page, f"compare/?from={other.history.get().history_id}")).status_code == 404
    assert client.get(url(page, f"{page.history.get().history_id}/restore/")).status_code == 405
