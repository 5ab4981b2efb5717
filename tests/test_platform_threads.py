"""The threads that requests run in: kept, and never shared."""

from __future__ import annotations

import asyncio
import threading

import pytest
from asgiref.sync import sync_to_async

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


def test_a_thread_that_still_works_for_a_visitor_who_left_is_lent_to_nobody() -> None:
    async def requests() -> None:
        kept, working, done = KeptThreads(), threading.Event(), threading.Event()

        def work() -> None:
            working.set()
            done.wait(WAIT)

        async with kept.one():
            unheeded = asyncio.ensure_future(sync_to_async(work)())
            await sync_to_async(working.wait, thread_sensitive=False)(WAIT)
        assert kept.idle == 0
        async with asyncio.timeout(WAIT):
            await where(kept)
        await until_idle(kept, 1)
        done.set()
        await until_idle(kept, 2)
        await unheeded

    asyncio.run(requests())


async def until_idle(kept: KeptThreads, count: int) -> None:
    async with asyncio.timeout(WAIT):
        while kept.idle != count:
            await asyncio.sleep(0.01)
