"""Whether what is saved can be written now: the database takes changes, and the disks have room."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.db import OperationalError, connection, transaction

from chatbots.conf import settings_for

#: Bytes that must be left on a disk: the next generation of a large index takes as much.
LEAST_ROOM = 100_000_000


def storage_problem() -> str:
    """Return what keeps changes from being written, or soon may; "" when nothing does.

    Waits for a locked database as long as a Save does.
    """
    return _lock_problem() or _room_problem()


def _lock_problem() -> str:
    try:
        with transaction.atomic():  # on SQLite this takes the lock that every change needs
            return ""
    except OperationalError as error:
        return f"The database takes no changes: {error}"


def _room_problem() -> str:
    folders = [Path(settings_for("SNAPSHOT_DIR"))]
    if connection.vendor == "sqlite":
        folders.append(Path(connection.settings_dict["NAME"]).parent)
    for folder in folders:
        there = next(path for path in (folder, *folder.parents) if path.is_dir())
        if (left := shutil.disk_usage(there).free) < LEAST_ROOM:
            return f"The disk of {there} is full, or nearly: {left // 1_000_000} MB left"
    return ""
