"""How a request passes through the web server's process."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from asgiref.sync import SyncToAsync

from site_project.threads import KeptThreadsHandler

#: The chain of middleware, the signals around it, and the end of the response.
FEW = 6


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("path", "status"), [("/healthz", 200), ("/ingen-side/", 404)])
def test_a_request_changes_threads_only_a_few_times_and_stays_in_its_own(
    path: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = []
    real = SyncToAsync.__call__

    async def counted(self: SyncToAsync, *args: Any, **kwargs: Any) -> Any:
        changes.append(self)
        return await real(self, *args, **kwargs)

    monkeypatch.setattr(SyncToAsync, "__call__", counted)

    async def get() -> httpx.Response:
        handler = KeptThreadsHandler()
        try:
            async with httpx.AsyncClient(
                transport=httpx.ASGITransport(handler), base_url="http://testserver"
            ) as client:
                return await client.get(path)
        finally:
            handler.close()

    assert asyncio.run(get()).status_code == status
    assert 0 < len(changes) <= FEW, changes
    assert all(change._thread_sensitive for change in changes), changes
