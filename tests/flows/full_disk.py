"""The site's worker, which meets a full disk for as long as a file called `ballast` lies beside the indexes.

A disk that really is small and full takes a mount, which not everybody may make and a killed test leaves behind.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

from chatbots.conf import settings_for
from chatbots.snapshots import store
from site_project.celery import app

really_write = store.write_durably


def write_half(path: Path, data: bytes) -> None:
    """Write as `snapshots` does; on the full disk write half of it and fail as the system does."""
    if (Path(settings_for("SNAPSHOT_DIR")) / "ballast").exists():
        path.write_bytes(data[: len(data) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
    really_write(path, data)


store.write_durably = write_half

__all__ = ["app"]
