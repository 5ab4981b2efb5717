from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from celery.concurrency.solo import TaskPool
from celery.signals import beat_init, celeryd_init, worker_process_init, worker_ready

from chatbots import tasks, warmup
from chatbots.embedders.hashing import HashingEmbedder
from chatbots.exceptions import ModelMissing
from chatbots.indexing import sync
from chatbots.indexing.audit import audit
from chatbots.models import BotState, Chunk
from content.models import Page
from tests.chatbots.pages import make_page, rows, served, texts

pytestmark = pytest.mark.django_db


def test_the_message_of_a_save_brings_one_page_into_the_index() -> None:
    page, other = make_page(), make_page("feber")
    tasks.index_page(page.pk)
    assert served().chunk_ids() == {row.pk for row in rows(page)}
    assert rows(other) == []


def test_a_message_about_a_page_that_is_gone_does_no_harm() -> None:
    tasks.index_page(10**9)
    assert audit() == []


def test_a_message_that_comes_twice_works_once(embedded: list[tuple[str, str]]) -> None:
    page = make_page()
    tasks.index_page(page.pk)
    embedded.clear()
    tasks.index_page(page.pk)
    assert embedded == []


def test_messages_in_the_wrong_order_end_with_the_newest_text() -> None:
    page = make_page(body="<p>Gammel.</p>")
    stale = Page.objects.get(pk=page.pk)
    page.body = "<p>Ny.</p>"
    page.save()
    tasks.index_page(page.pk)
    tasks.index_page(stale.pk)
    assert texts(page) == ["Om hoste.\nNy."]


def test_the_message_of_a_deletion_takes_the_page_out_of_the_index() -> None:
    page = make_page()
    tasks.index_page(page.pk)
    page.delete()
    tasks.publish_indexes()
    assert served().chunk_ids() == set()


def test_the_sweep_does_what_every_lost_message_told_of() -> None:
    pages = [make_page(slug) for slug in ("et", "to", "tre")]
    tasks.sweep()
    pages[0].delete()
    Page.objects.filter(pk=pages[1].pk).update(status="draft")
    make_page("fire")
    tasks.sweep()
    assert audit() == []
    assert set(Chunk.objects.filter(bot="health").values_list("page__slug", flat=True)) == {"tre", "fire"}


def test_a_worker_killed_between_rows_and_index_leaves_nothing_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    page = make_page()
    sync.sync([state.pk for state in page.index_states.all()])  # and no more
    assert any("no index has been published" in problem for problem in audit())
    tasks.sweep()
    assert audit() == []


@pytest.mark.parametrize(
    "task", [lambda page: tasks.index_page(page.pk), lambda page: tasks.sweep()], ids=["wake-up", "sweep"]
)
def test_without_a_model_a_task_notes_it_for_the_operator(monkeypatch: pytest.MonkeyPatch, task: object) -> None:
    page = make_page()

    def missing(*args: object, **kwargs: object) -> None:
        raise ModelMissing("no model here")

    monkeypatch.setattr(HashingEmbedder, "embed", missing)
    task(page)  # type: ignore[operator]
    assert set(BotState.objects.values_list("error", flat=True)) == {"no model here"}


@pytest.fixture
def warmed(monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """Return a function that tells whether the embedder is warmed up within a moment."""
    done = threading.Event()
    monkeypatch.setattr(HashingEmbedder, "warm_up", lambda self: done.set())
    monkeypatch.setattr(warmup, "WORKER_DELAY", 0.0)
    return lambda: done.wait(0.5)


def test_a_worker_that_runs_its_tasks_itself_warms_the_embedder_up(warmed: Callable[[], bool]) -> None:
    TaskPool(1)
    assert warmed()


def test_a_process_that_a_worker_forks_warms_the_embedder_up(warmed: Callable[[], bool]) -> None:
    worker_process_init.send(sender=None)
    assert warmed()


def test_neither_beat_nor_a_worker_before_it_forks_loads_an_embedder(warmed: Callable[[], bool]) -> None:
    for signal in (beat_init, celeryd_init, worker_ready):
        signal.send(sender=None)
    assert not warmed()


def test_a_worker_without_a_model_starts_all_the_same(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def missing(self: HashingEmbedder) -> None:
        raise ModelMissing("no model here")

    caplog.set_level("WARNING", logger="chatbots")
    monkeypatch.setattr(HashingEmbedder, "warm_up", missing)
    monkeypatch.setattr(warmup, "WORKER_DELAY", 0.0)
    warmup.start_in_worker().join()
    assert "no model here" in caplog.text
