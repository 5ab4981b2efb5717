"""Events on the wire, from a real server: one by one, and not a step further than the visitor wants."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from chatbots.api.sse import KEEP_ALIVE, AsyncEventStream, EventStream, encode
from chatbots.types import Event


def failed(error: Exception) -> Event:
    return Event("error", {"title": type(error).__name__})


def test_an_event_is_a_name_and_one_line_of_json() -> None:
    event = Event("delta", {"text": "æ\n\r\n\u2028:"})
    assert encode(event) == 'event: delta\ndata: {"text": "æ\\n\\r\\n\u2028:"}\n\n'.encode()


def test_what_fails_before_the_first_event_is_raised() -> None:
    def events() -> Generator[Event]:
        raise ValueError
        yield

    with pytest.raises(ValueError):
        EventStream(events(), failed)


def test_what_fails_later_is_the_last_event() -> None:
    def events() -> Generator[Event]:
        yield Event("accepted")
        raise ValueError

    assert list(EventStream(events(), failed)) == [
        encode(Event("accepted")),
        encode(Event("error", {"title": "ValueError"})),
    ]


@pytest.mark.parametrize("begun", [True, False])
def test_a_pipeline_that_ends_without_an_answer_ends_in_an_error(begun: bool) -> None:
    def events() -> Generator[Event]:
        if begun:
            yield Event("accepted")
            yield Event("delta", {"text": "Vi har"})

    *_, last = list(EventStream(events(), failed))
    assert last == encode(Event("error", {"title": "RuntimeError"}))


@pytest.mark.parametrize("name", ["done", "error"])
def test_after_the_last_event_comes_nothing(name: str) -> None:
    def events() -> Generator[Event]:
        yield Event("accepted")
        yield Event(name)

    assert list(EventStream(events(), failed)) == [encode(Event("accepted")), encode(Event(name))]


def test_a_stream_that_was_closed_says_nothing_more() -> None:
    def events() -> Generator[Event]:
        yield Event("accepted")
        yield Event("done")

    stream = EventStream(events(), failed)
    stream.close()
    assert stream.step() is None


def test_a_stream_is_pulled_one_step_at_a_time() -> None:
    made: list[int] = []

    def events() -> Generator[Event]:
        for number in range(5):
            made.append(number)
            yield Event("delta", {"text": str(number)})

    async def read_two() -> None:
        chunks = aiter(AsyncEventStream(EventStream(events(), failed)))
        await anext(chunks)
        await anext(chunks)

    asyncio.run(read_two())
    assert made == [0, 1]


def test_silence_is_filled_with_comments() -> None:
    def events() -> Generator[Event]:
        yield Event("accepted")
        time.sleep(0.25)
        yield Event("done")

    async def read() -> list[bytes]:
        return [chunk async for chunk in AsyncEventStream(EventStream(events(), failed), keep_alive=0.1)]

    first, *comments, last = asyncio.run(read())
    assert (first, last) == (encode(Event("accepted")), encode(Event("done")))
    assert comments == [KEEP_ALIVE] * 2


# ── A real server ───────────────────────────────────────────────────────────────────────────────
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Serve the site with a pipeline that waits for files; return its address and the folder of those files."""
    folder, port = tmp_path_factory.mktemp("server"), free_port()
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "tests.api.gated_site:application", "--port", str(port)],
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "GATE_DIR": str(folder)},
            stdout=output,
            stderr=output,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: process.poll() is not None or is_up(address), seconds=60)
        assert process.poll() is None, log.read_text()
        yield address, folder
    finally:
        process.terminate()
        process.wait(timeout=20)


def is_up(address: str) -> bool:
    try:
        return httpx.get(f"{address}/healthz").status_code == 200
    except httpx.TransportError:
        return False


def wait_until(condition: Any, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "It did not happen in time"
        time.sleep(0.02)


def streamed(address: str, message: str) -> Any:
    return httpx.stream(
        "POST",
        f"{address}/api/v1/chat/guide/",
        json={"message": message},
        headers={"accept": "text/event-stream", "accept-encoding": "gzip"},
        timeout=20,
    )


@pytest.mark.flow
def test_the_first_event_arrives_before_the_last_is_made(server: tuple[str, Path]) -> None:
    address, folder = server
    with streamed(address, "one-by-one") as response:
        assert response.headers["content-encoding"] == "identity"
        lines = response.iter_lines()
        seen = [next(lines)]
        while "delta" not in seen[-1]:
            seen.append(next(lines))
        assert not (folder / "one-by-one.last").exists()
        assert "event: accepted" in seen
        (folder / "one-by-one.go").touch()
        rest = list(lines)
    assert (folder / "one-by-one.last").exists()
    assert "event: done" in rest
    assert '"conversation": null' not in rest[-2]


@pytest.mark.flow
def test_a_visitor_who_leaves_stops_the_pipeline(server: tuple[str, Path]) -> None:
    address, folder = server
    with streamed(address, "endless") as response:
        lines = response.iter_lines()
        while "delta" not in next(lines):
            pass
        assert not (folder / "endless.closed").exists()
    left = time.monotonic()
    wait_until((folder / "endless.closed").exists, seconds=5)
    assert time.monotonic() - left < 2


@pytest.mark.flow
def test_one_visitor_does_not_wait_for_another(server: tuple[str, Path]) -> None:
    address, folder = server
    with streamed(address, "slow") as response:
        lines = response.iter_lines()
        while "delta" not in next(lines):
            pass
        whole = httpx.post(f"{address}/api/v1/chat/guide/", json={"message": "quick"}, timeout=10)
        assert whole.json()["text"] == "quick"
        assert not (folder / "slow.last").exists()
        (folder / "slow.go").touch()
        assert "event: done" in list(lines)
