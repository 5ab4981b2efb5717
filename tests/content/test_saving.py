"""A database that does not take a Save costs an editor seconds, and never the text."""

from __future__ import annotations

import runpy
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import OperationalError, connection
from django.test import Client

from content.admin import HealthArticleAdmin, change_url
from content.groups import EDITORS
from content.models import Page
from site_project import settings
from tests.content.test_admin import ADD, LIST, form
from tests.content.view_pages import make_page

#: Seconds that the site, other than its tests, waits for a lock.
DATABASE_WAIT = runpy.run_path(settings.__file__)["DATABASES"]["default"]["OPTIONS"]["timeout"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client() -> Client:
    """Return the browser of an editor who is logged in."""
    editor = User.objects.create_user("rikke", password="x", is_staff=True)
    editor.groups.add(Group.objects.get(name=EDITORS))
    client = Client()
    client.force_login(editor)
    return client


@contextmanager
def locked() -> Iterator[None]:
    """Hold the database's write lock from another connection; wait for it no longer than the site does."""
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {int(DATABASE_WAIT * 1000)}")
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_a_save_while_the_database_is_locked_keeps_the_text_and_takes_under_two_seconds(client: Client) -> None:
    page = make_page("Influenza", "influenza", body="<p>Før.</p>")
    typed = form(
        page,
        title="Ny titel",
        body="<p>En time af mit arbejde.</p>",
        questions="Hvor længe?",
        sources="A | https://a.dk",
    )
    with locked():
        started = time.monotonic()
        response = client.post(change_url(page), typed)
        took = time.monotonic() - started
    assert took < 2
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    html = response.content.decode()
    assert "Din tekst er ikke tabt" in html
    for text in ("Ny titel", "&lt;p&gt;En time af mit arbejde.&lt;/p&gt;", "Hvor længe?", "A | https://a.dk"):
        assert text in html
    assert "data-page-body" in html
    page.refresh_from_db()
    assert page.body == "<p>Før.</p>"

    assert client.post(change_url(page), typed).status_code == 302
    page.refresh_from_db()
    assert (page.title, page.body) == ("Ny titel", "<p>En time af mit arbejde.</p>")


def test_a_new_page_is_kept_as_well(client: Client) -> None:
    with locked():
        response = client.post(ADD, form(body="<p>En time af mit arbejde.</p>"))
    assert response.status_code == 503
    assert "En time af mit arbejde." in response.content.decode()
    assert not Page.objects.exists()


def test_a_save_waits_for_a_lock_that_is_soon_let_go(client: Client) -> None:
    page = make_page("Influenza", "influenza")
    holding = threading.Event()

    def hold() -> None:
        with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            holding.set()
            time.sleep(0.4)
            other.execute("ROLLBACK")

    holder = threading.Thread(target=hold)
    holder.start()
    holding.wait()
    response = client.post(change_url(page), form(page, title="Ny"))
    holder.join()
    assert response.status_code == 302


@contextmanager
def full() -> Iterator[None]:
    """Let the database take no page beyond those that it needs now."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA max_page_count = 1")
        yield
        cursor.execute("PRAGMA max_page_count = 1000000000")


#: More than the corners of the pages that a database has.
LONG = f"<p>{'En time af mit arbejde. ' * 4000}</p>"


def test_a_save_for_which_there_is_no_room_says_so_and_keeps_the_text(client: Client) -> None:
    page = make_page("Influenza", "influenza", body="<p>Før.</p>")
    typed = form(page, title="Ny titel", body=LONG)
    with full():
        response = client.post(change_url(page), typed)
        assert client.get(change_url(page)).status_code == 200
    assert response.status_code == 503
    html = response.content.decode()
    assert "Det er ikke gemt, for der er ikke mere plads på disken. Din tekst er ikke tabt" in html
    assert "Ny titel" in html
    assert html.count("En time af mit arbejde.") >= 4000
    page.refresh_from_db()
    assert (page.title, page.body) == ("Influenza", "<p>Før.</p>")
    assert client.post(change_url(page), typed).status_code == 302


def test_a_version_for_which_there_is_no_room_is_not_restored_and_that_is_said(client: Client) -> None:
    page = make_page("Influenza", "influenza", body=LONG)
    page.body = "<p>Kort.</p>"
    page.save()
    restore = f"{change_url(page).replace('change', 'history')}{page.history.last().history_id}/restore/"
    with full():
        response = client.post(restore, follow=True)
    assert "Intet er ændret, for der er ikke mere plads på disken." in response.content.decode()
    page.refresh_from_db()
    assert page.body == "<p>Kort.</p>"


def test_a_fault_in_mid_save_keeps_the_text_and_stores_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page = make_page("Influenza", "influenza")

    def fail(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("disk I/O error")

    monkeypatch.setattr(HealthArticleAdmin, "log_change", fail)
    response = client.post(change_url(page), form(page, title="Ny titel"))
    assert response.status_code == 503
    assert "Ny titel" in response.content.decode()
    page.refresh_from_db()
    assert page.title == "Influenza"


def test_a_database_that_cannot_even_be_read_gives_the_text_back_to_send_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = make_page("Influenza", "influenza")

    def fail(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("unable to open database file")

    monkeypatch.setattr(HealthArticleAdmin, "_changeform_view", fail)
    response = client.post(change_url(page), form(page, title='Ny "titel"', body="<p>En time af mit arbejde.</p>"))
    assert response.status_code == 503
    html = response.content.decode()
    assert '<input type="hidden" name="title" value="Ny &quot;titel&quot;">' in html
    assert "&lt;p&gt;En time af mit arbejde.&lt;/p&gt;</textarea>" in html
    assert 'name="csrfmiddlewaretoken" value="' in html


def test_reading_a_form_is_no_matter_of_the_lock(client: Client) -> None:
    page = make_page("Influenza", "influenza")
    with locked():
        assert client.get(change_url(page)).status_code == 200
        assert client.get(LIST).status_code == 200


def test_bulk_actions_deletions_and_restoring_say_that_nothing_was_done(client: Client) -> None:
    page = make_page("Influenza", "influenza")
    page.title = "Ny"
    page.save()
    history = change_url(page).replace("change", "history")
    restore = f"{history}{page.history.last().history_id}/restore/"
    with locked():
        for address, data in [
            (LIST, {"action": "archive", "_selected_action": [page.pk]}),
            (change_url(page).replace("change", "delete"), {"post": "yes"}),
            (restore, {}),
        ]:
            response = client.post(address, data, follow=True)
            assert "Intet er ændret" in response.content.decode(), address
    page.refresh_from_db()
    assert (page.title, page.status) == ("Ny", "published")


def test_the_site_waits_for_its_database_half_as_long_as_a_save_may_take() -> None:
    assert DATABASE_WAIT <= 1
