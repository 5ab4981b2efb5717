"""What the processes of the flows' site do otherwise: they call a worker dead sooner, and meet full disks on command.

A disk that really is small and full takes a mount, which not everybody may make and a killed test leaves behind.
"""

from __future__ import annotations

import errno
import os
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from django.apps import AppConfig
from django.db.backends.signals import connection_created

#: A folder with a file of this name lies on a disk without room.
BALLAST = "ballast"


class FlowsConfig(AppConfig):
    name = "tests.flows"

    def ready(self) -> None:
        from chatbots.indexing import status
        from chatbots.snapshots import store

        status.STALLED_AFTER = timedelta(seconds=6)
        store.write_durably = _write_half_where_full(store.write_durably)
        shutil.disk_usage = _no_room_where_full(shutil.disk_usage)
        connection_created.connect(_grow_no_more_where_full, dispatch_uid="tests.flows")


def _is_full(folder: Path) -> bool:
    return (folder / BALLAST).exists()


def _write_half_where_full(write: Any) -> Any:
    """Return `write`; of what a full disk should hold it writes half, and fails as the system does."""

    def write_or_fail(path: Path, data: bytes) -> None:
        if any(map(_is_full, path.parents)):
            path.write_bytes(data[: len(data) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        write(path, data)

    return write_or_fail


def _no_room_where_full(usage: Any) -> Any:
    class Usage(NamedTuple):
        free: int

    return lambda path: Usage(0) if _is_full(Path(path)) else usage(path)


def _grow_no_more_where_full(connection: Any, **kwargs: Any) -> None:
    """Let SQLite take no page beyond those that it has: it fails as it does when the disk gives it none."""
    if _is_full(Path(connection.settings_dict["NAME"]).parent):
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1")
