"""What whoever runs the site can ask: does the process live, and can it answer."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from chatbots import serving, warmup
from chatbots.embedders import get_embedder
from chatbots.exceptions import ModelMissing, SnapshotError
from site_project.lifespan import with_lifespan


@pytest.fixture(autouse=True)
def cold() -> Iterator[None]:
    warmup.reset()
    yield
    warmup.reset()


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Stand in for the indexes; return the list of what has been loaded."""
    done: list[str] = []
    monkeypatch.setattr(serving, "current_snapshot", done.append)
    monkeypatch.setattr(serving, "warm_up", lambda: done.append("search"))
    return done


def wait_for(client: Client, status: int) -> Any:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        response = client.get("/readyz")
        if response.status_code == status:
            return response
        time.sleep(0.02)
    pytest.fail(f"Not {status} but {response.status_code}: {response.content.decode()}")


def test_a_living_process_says_so_without_a_database(client: Client) -> None:
    response = client.get("/healthz")  # A query would fail: this test has no access to the database.
    assert (response.status_code, response.json()) == (200, {"status": "alive"})
    assert "no-store" in response.headers["Cache-Control"]


def test_a_cold_process_says_what_it_waits_for_then_is_ready(
    client: Client, loaded: list[str], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    monkeypatch.setattr(get_embedder(), "warm_up", lambda: go_on.wait(10))
    try:
        first = client.get("/readyz")
    finally:
        go_on.set()
    assert first.status_code == 503
    assert first.json()["missing"].keys() == {"embedder", "guide", "health", "search"}
    assert caplog.records == []
    assert wait_for(client, 200).json() == {"status": "ready"}
    assert loaded == ["guide", "health", "search"]


def test_the_warm_up_runs_once(client: Client, loaded: list[str]) -> None:
    for _ in range(5):
        warmup.start()
    wait_for(client, 200)
    warmup.start()
    time.sleep(0.05)
    assert loaded == ["guide", "health", "search"]


def test_what_is_missing_is_named_and_tried_again_later(
    client: Client, loaded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_index(bot: str) -> None:
        if bot == "health":
            raise SnapshotError("nothing published")

    def no_model() -> None:
        raise ModelMissing("run prepare_model")

    monkeypatch.setattr(warmup, "RETRY_SECONDS", 0.05)
    with monkeypatch.context() as broken:
        broken.setattr(serving, "current_snapshot", no_index)
        broken.setattr(get_embedder(), "warm_up", no_model)
        warmup.start()
        warmup.wait()
        assert client.get("/readyz").json() == {
            "status": "waiting",
            "missing": {
                "embedder": "ModelMissing: run prepare_model",
                "health": "SnapshotError: nothing published",
                "search": "not loaded yet",
            },
        }
        warmup.wait()
    wait_for(client, 200)


def test_a_server_that_starts_warms_up(loaded: list[str]) -> None:
    sent: list[str] = []
    messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

    async def receive() -> dict[str, str]:
        return next(messages)

    async def send(message: dict[str, str]) -> None:
        sent.append(message["type"])

    async def application(scope: Any, receive: Any, send: Any) -> None:
        pytest.fail("A lifespan is none of the site's business")

    serve = with_lifespan(application, startup=[warmup.start])
    asyncio.run(serve({"type": "lifespan"}, receive, send))
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    warmup.wait()
    assert warmup.missing() == {}


def test_serving_pages_needs_none_of_the_models_libraries() -> None:
    code = (
        "import sys, django; django.setup(); from django.urls import reverse; reverse('chatbots:ask', args=['guide']);"
        "print(*({'torch', 'faiss', 'sentence_transformers', 'transformers'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
