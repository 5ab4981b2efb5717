"""How a request passes through the web server's process."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import SyncToAsync, async_to_sync
from django.test import AsyncClient

#: The chain of middleware, the signals around it, and the end of the response.
FEW = 6


@pytest.mark.django_db(transaction=True)
def test_a_request_changes_threads_only_a_few_times(monkeypatch: pytest.MonkeyPatch) -> None:
    changes = []
    real = SyncToAsync.__call__

    async def counted(self: SyncToAsync, *args: Any, **kwargs: Any) -> Any:
        changes.append(self.func)
        return await real(self, *args, **kwargs)

    monkeypatch.setattr(SyncToAsync, "__call__", counted)
    response = async_to_sync(AsyncClient().get)("/healthz")
    assert response.status_code == 200
    assert 0 < len(changes) <= FEW, changes
