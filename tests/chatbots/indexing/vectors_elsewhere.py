"""An index whose vectors PostgreSQL keeps: collected by `tests/test_postgres.py` alone, which runs it there."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.db import connection

from chatbots import serving
from chatbots.bots import HEALTH
from chatbots.exceptions import BackendError
from chatbots.indexing.audit import audit, repair
from chatbots.indexing.freshness import catch_up
from chatbots.indexing.maintenance import sweep
from chatbots.indexing.publishing import publish
from chatbots.models import BotState, Chunk
from chatbots.retrieval import retrieve
from chatbots.snapshots import SnapshotStore
from content.models import Page
from tests.chatbots.pages import make_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Page:
    make_page("feber", body="<h2>Hvad er feber?</h2><p>Feber er over 38 grader.</p>")
    page = make_page(questions=["hvad er godt mod hoste"])
    catch_up()
    return page


def execute(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def best(question: str) -> str:
    return retrieve(HEALTH, question).hits("da")[0].chunk.text


def test_the_snapshot_holds_the_words_and_postgresql_an_entry_for_each_vector(site: Page) -> None:
    store = SnapshotStore("health")
    assert not list(store.directory.rglob("vectors.faiss"))
    assert list(store.directory.rglob("arrays.npz"))
    entries = execute("SELECT chunk_id, max(number) FROM chatbots_entry WHERE bot = 'health' GROUP BY 1")
    rows = Chunk.objects.filter(bot="health")
    assert dict(entries) == {row.pk: len(row.questions) for row in rows}
    assert "passage" in retrieve(HEALTH, "hvad er godt mod hoste").hits("da")[0].signals
    assert audit() == []


def test_an_edit_puts_its_own_entries_and_forgets_those_that_are_gone(site: Page) -> None:
    before = set(execute("SELECT chunk_id FROM chatbots_entry WHERE bot = 'health'"))
    site.body = site.body.replace("Varm te med honning", "Varm saft med honning")
    site.save()
    catch_up()
    after = set(execute("SELECT chunk_id FROM chatbots_entry WHERE bot = 'health'"))
    assert len(before & after) == len(before) - 1
    assert len(after - before) == 1
    site.delete()
    catch_up()
    left = set(execute("SELECT chunk_id FROM chatbots_entry WHERE bot = 'health'"))
    assert left == set(Chunk.objects.filter(bot="health").values_list("pk"))
    assert audit() == []


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("DELETE FROM chatbots_entry WHERE number = 1", "other vectors"),
        ("UPDATE chatbots_entry SET embedding = embedding * embedding", "other vectors"),
        ("UPDATE chatbots_entry SET chunk_id = chunk_id + 100000", "that are gone"),
        ("DROP TABLE chatbots_entry", "no vectors"),
    ],
)
def test_verify_finds_what_is_wrong_with_the_entries_and_repair_mends_it(site: Page, fault: str, told: str) -> None:
    execute(fault)
    problems = audit()
    assert problems
    assert any(told in problem for problem in problems)
    repair()
    assert audit() == []


def test_a_change_of_store_builds_the_index_anew_and_embeds_nothing(
    site: Page, settings: LazySettings, embedded: list[tuple[str, str]]
) -> None:
    for backend, has_file in [("flat", True), ("pgvector", False)]:
        embedded.clear()
        settings.CHATBOTS = settings.CHATBOTS | {"VECTOR_STORE": {"BACKEND": backend}}
        assert any("another store" in problem for problem in audit())
        assert best("varm te med honning") == "Varm te med honning lindrer hosten."  # from the store that made it
        sweep()
        assert audit() == []
        store = SnapshotStore("health")
        assert bool(list((store.directory / (store.current() or "")).rglob("vectors.faiss"))) is has_file
        assert best("varm te med honning") == "Varm te med honning lindrer hosten."
        assert [role for role, _ in embedded if role == "passage"] == []


def test_a_process_without_the_snapshot_folder_answers_from_the_rows_and_the_entries(site: Page) -> None:
    store = SnapshotStore("health")
    store.pointer.unlink()
    for generation in store.generations():
        (store.directory / generation / "manifest.json").unlink()
    serving._readers.pop("health", None)
    serving._from_rows.clear()
    entries = execute("SELECT xmin::text, chunk_id FROM chatbots_entry ORDER BY 2")
    assert serving.current_snapshot("health").generation == "memory"
    assert best("varm te med honning") == "Varm te med honning lindrer hosten."
    assert execute("SELECT xmin::text, chunk_id FROM chatbots_entry ORDER BY 2") == entries


def test_a_postgresql_without_the_extension_is_told_to_the_operator(
    site: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute("DROP TABLE chatbots_entry")
    monkeypatch.setattr("chatbots.vectorstores.pgvector._SETUP", ("CREATE EXTENSION no_such_extension",))
    site.summary = "Noget andet."
    site.save()
    with pytest.raises(BackendError, match="no_such_extension"):
        publish("health", rebuild=True)
    sweep()
    assert "no_such_extension" in BotState.objects.get(bot="health").error
