from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from queue import Empty
from typing import Any

import pytest
from django.db import transaction

from chatbots import signals, tasks
from content.models import HealthArticle, Page
from site_project.celery import app
from tests.chatbots.pages import index, make_page

pytestmark = pytest.mark.django_db


class Inbox:
    """What the broker in memory holds for the worker."""

    def taken(self) -> list[tuple[str, list[Any]]]:
        """Return (task, arguments) of every message, and leave none."""
        found = []
        with app.connection_for_read() as connection, connection.SimpleQueue("celery") as queue:
            while True:
                try:
                    message = queue.get(block=False)
                except Empty:
                    return found
                found.append((message.headers["task"], list(message.payload[0])))
                message.ack()


@pytest.fixture
def inbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    monkeypatch.setattr(signals, "_broker_failed_at", float("-inf"))
    inbox = Inbox()
    inbox.taken()
    yield inbox
    inbox.taken()


INDEX, PUBLISH = "chatbots.tasks.index_page", "chatbots.tasks.publish_indexes"


def test_a_save_wakes_the_worker_with_the_pages_id_alone(inbox: Inbox, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        page = make_page()
        assert inbox.taken() == []  # not before the commit
    assert inbox.taken() == [(INDEX, [page.pk])]


def test_a_page_saved_as_its_proxy_wakes_the_worker_too(inbox: Inbox, django_capture_on_commit_callbacks: Any) -> None:
    page = make_page()
    with django_capture_on_commit_callbacks(execute=True):
        article = HealthArticle.objects.get(pk=page.pk)
        article.summary = "Ny."
        article.save()
    assert inbox.taken() == [(INDEX, [page.pk])]


def test_a_save_that_changes_nothing_wakes_nobody(inbox: Inbox, django_capture_on_commit_callbacks: Any) -> None:
    page = make_page()
    index()
    with django_capture_on_commit_callbacks(execute=True):
        page.reviewed_by = "Læge A"
        page.save()
        make_page("kladde", status="draft")
    assert inbox.taken() == []


def test_a_deleted_page_wakes_the_worker_to_publish(inbox: Inbox, django_capture_on_commit_callbacks: Any) -> None:
    page = make_page()
    with django_capture_on_commit_callbacks(execute=True):
        page.delete()
    assert inbox.taken() == [(PUBLISH, [])]


def test_a_save_that_is_rolled_back_wakes_nobody(inbox: Inbox, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError), transaction.atomic():
        make_page()
        raise RuntimeError
    assert inbox.taken() == []


def test_a_broker_that_is_down_costs_one_attempt_and_no_save(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    attempts = []
    monkeypatch.setattr(signals, "_broker_failed_at", float("-inf"))

    def down(*args: Any, **kwargs: Any) -> None:
        attempts.append(args)
        raise OSError("connection refused")

    monkeypatch.setattr(tasks.index_page, "apply_async", down)
    with django_capture_on_commit_callbacks(execute=True):
        for slug in ("et", "to", "tre"):
            make_page(slug)
    assert len(attempts) == 1
    assert Page.objects.count() == 3
    monkeypatch.setattr(signals, "BROKER_PAUSE_SECONDS", 0.0)
    with django_capture_on_commit_callbacks(execute=True):
        make_page("fire")
    assert len(attempts) == 2


SAVE_AND_SERVE = """
import sys
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.test.utils import override_settings

real = {"BACKEND": "chatbots.embedders.sentence_transformers.SentenceTransformersEmbedder", "MODEL": ""}
with override_settings(CHATBOTS=settings.CHATBOTS | {"EMBEDDER": real}):
    call_command("migrate", verbosity=0)
    from site_project.celery import app
    from content.models import Page
    Page.objects.create(kind="page", title="Om os", slug="om-os", summary="Hvem vi er.", status="published")
    with app.connection_for_read() as connection, connection.SimpleQueue("celery") as queue:
        print("queued", queue.qsize())
    print("served", Client().get("/om-os/").status_code)
print("heavy", *sorted({"torch", "transformers", "sentence_transformers", "faiss"} & sys.modules.keys()))
"""


def test_saving_queueing_and_serving_a_page_loads_none_of_the_heavy_libraries() -> None:
    done = subprocess.run([sys.executable, "-c", SAVE_AND_SERVE], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["queued 1", "served 200", "heavy"]
