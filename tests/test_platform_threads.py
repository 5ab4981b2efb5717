"""The threads that requests run in, and their connections to the database: kept for a while, and never shared."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from site_project import threads
from site_project.threads import KeptThreads

WAIT = 10.0


async def where(kept: KeptThreads, gate: asyncio.Event | None = None) -> int:
    """Return the thread that a request runs in, which stays until the gate opens."""
    async with kept.one():
        before = await sync_to_async(threading.get_ident)()
        if gate:
            await gate.wait()
        assert await sync_to_async(threading.get_ident)() == before
    return before


def test_one_request_after_another_runs_in_the_same_thread() -> None:
    async def requests() -> list[int]:
        kept = KeptThreads()
        seen = []
        for _ in range(3):
            seen.append(await where(kept))
            await until_idle(kept, 1)
        return seen

    assert len(set(asyncio.run(requests()))) == 1


def test_requests_at_once_have_a_thread_each_and_only_some_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "MOST_IDLE", 2)

    async def requests() -> list[int]:
        kept, gate = KeptThreads(), asyncio.Event()
        tasks = [asyncio.create_task(where(kept, gate)) for _ in range(5)]
        await asyncio.sleep(0.1)
        gate.set()
        seen = await asyncio.gather(*tasks)
        await until_idle(kept, 2)
        return seen

    assert len(set(asyncio.run(requests()))) == 5


async def left_behind(kept: KeptThreads, done: threading.Event) -> asyncio.Future[None]:
    """End a request whose thread goes on working until `done`; return what it works on."""
    working = threading.Event()

    def work() -> None:
        working.set()
        done.wait(WAIT)

    async with kept.one():
        unheeded = asyncio.ensure_future(sync_to_async(work)())
        await sync_to_async(working.wait, thread_sensitive=False)(WAIT)
    return unheeded


def test_a_thread_that_still_works_for_a_visitor_who_left_is_lent_to_nobody() -> None:
    async def requests() -> None:
        kept, done = KeptThreads(), threading.Event()
        unheeded = await left_behind(kept, done)
        assert kept.idle == 0
        async with asyncio.timeout(WAIT):
            await where(kept)
        await until_idle(kept, 1)
        done.set()
        await until_idle(kept, 2)
        await unheeded

    asyncio.run(requests())


def connected() -> Any:
    """Return this thread's connection to the database, None when it has none."""
    return connection.connection


def ask_the_database() -> Any:
    connection.ensure_connection()
    return connected()


async def in_thread(kept: KeptThreads, work: Callable[[], Any]) -> Any:
    """Return what a request gets from `work`; wait until its thread is idle again."""
    async with kept.one():
        result = await sync_to_async(work)()
    await until_idle(kept, 1)
    return result


@pytest.mark.django_db
def test_the_next_request_takes_the_connection_over_and_one_that_rests_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def requests() -> None:
        kept = KeptThreads()
        first = await in_thread(kept, ask_the_database)
        assert first is not None
        assert await in_thread(kept, connected) is first
        monkeypatch.setattr(threads, "REST_AFTER", 0.05)
        async with asyncio.timeout(WAIT):
            while await in_thread(kept, connected):
                await asyncio.sleep(0.2)
        kept.close()

    asyncio.run(requests())


def test_a_connection_is_closed_when_what_a_visitor_left_behind_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "REST_AFTER", 0.05)
    closed = threading.Event()
    monkeypatch.setattr(threads.connections, "close_all", closed.set)

    async def requests() -> None:
        kept, done = KeptThreads(), threading.Event()
        unheeded = await left_behind(kept, done)
        await asyncio.sleep(0.2)
        assert not closed.is_set()
        done.set()
        await unheeded
        assert await sync_to_async(closed.wait, thread_sensitive=False)(WAIT)
        kept.close()

    asyncio.run(requests())


@pytest.mark.django_db
def test_closing_ends_the_threads_and_their_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[int] = []
    close_all = threads.connections.close_all

    def close() -> None:
        closed.append(threading.get_ident())
        close_all()

    monkeypatch.setattr(threads.connections, "close_all", close)

    async def requests() -> None:
        kept = KeptThreads()
        thread = await in_thread(kept, threading.get_ident)
        await in_thread(kept, ask_the_database)
        kept.close()
        assert closed == [thread]
        assert kept.idle == 0
        assert thread not in {running.ident for running in threading.enumerate()}

    asyncio.run(requests())


async def until_idle(kept: KeptThreads, count: int) -> None:
    async with asyncio.timeout(WAIT):
        while kept.idle != count:
            await asyncio.sleep(0.01)
