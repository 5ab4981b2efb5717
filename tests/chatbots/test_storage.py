"""The operator is told when changes cannot be written, or soon may not be."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from chatbots import storage
from chatbots.indexing.status import bot_statuses
from tests.chatbots.indexed_pages import log_in, make_indexed, words

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def locked() -> Iterator[None]:
    """Hold the database's write lock from another connection; wait for it for a moment only."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def nearly_full() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage, "LEAST_ROOM", 10**18)
        yield


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite alone locks all of a database")
def test_a_locked_database_is_told_and_so_is_its_end() -> None:
    assert storage.storage_problem() == ""
    with locked():
        assert storage.storage_problem() == "The database takes no changes: database is locked"
    assert storage.storage_problem() == ""


def test_a_disk_without_room_is_told_with_what_is_left() -> None:
    with nearly_full():
        assert "MB left" in storage.storage_problem()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        pytest.param(
            locked,
            "database is locked",
            marks=pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite alone locks all of a database"),
        ),
        (nearly_full, "MB left"),
    ],
)
def test_the_operator_reads_it_in_the_terminal_and_in_the_admin(client: Client, fault: Callable, said: str) -> None:
    make_indexed()
    log_in(client, "view_indexstate")
    with fault():
        out = StringIO()
        call_command("index_status", stdout=out, no_color=True)
        front = words(client.get("/admin/").content.decode())
        assert not any(status.healthy for status in bot_statuses())
    assert said in out.getvalue()
    assert "Ændringer kan blive afvist: databasen er låst, eller disken er ved at være fuld." in front
    assert said in front
    assert all(status.healthy for status in bot_statuses())
