"""What the sweep does every half minute: forget old conversations, converge, check the snapshots."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from django.utils import timezone

from chatbots.bots import BOTS
from chatbots.conf import settings_for
from chatbots.conversations import purge_expired
from chatbots.exceptions import BackendError, SnapshotDamaged
from chatbots.indexing import freshness
from chatbots.indexing.sync import Counts
from chatbots.snapshots import SnapshotStore

logger = logging.getLogger(__name__)

#: Files whose dates have not changed are read again after this long: a failing disk changes no date.
READ_AGAIN_SECONDS = 600.0

Signature = tuple[tuple[str, int, int], ...]
_verified: dict[str, tuple[float, Signature]] = {}


def sweep(*, seconds: float | None = None) -> Counts | None:
    """Bring everything up to date; return what was indexed, None when another sweep is at it."""
    with _only_one() as alone:
        if not alone:
            return None
        purge_expired()  # First: what visitors are promised waits for no index, and fails with none.
        now = timezone.now()
        freshness.refresh_wanted(now, between=partial(freshness.index_saved_since, now))
        counts = Counts()
        try:
            check_snapshots()
            counts = freshness.catch_up(seconds=seconds)
        except BackendError as error:
            freshness.note_backend_error(error)
        return counts


def check_snapshots() -> None:
    """Make an index anew from its rows when its files on disk are not what was written."""
    for bot in BOTS:
        if problem := _damage(bot):
            freshness.note_error(bot, f"{problem}; the index is being made anew from the database")
            if freshness.publish_all([bot], rebuild=True):
                logger.warning("%s: the damaged index was made anew", bot)


def _damage(bot: str) -> str:
    """Return what is wrong with a bot's current generation. Files that seem unchanged are not read every time."""
    store = SnapshotStore(bot)
    try:
        current = store.current()
    except SnapshotDamaged as error:
        return str(error)
    if current is None:
        return f"{store.pointer} is missing" if store.generations() else ""
    seen = _signature(store.directory / current)
    read_at, sound = _verified.get(bot, (0.0, None))
    if sound == seen and time.monotonic() - read_at < READ_AGAIN_SECONDS:
        return ""
    if problems := store.verify(current):
        return problems[0]
    _verified[bot] = time.monotonic(), seen
    return ""


def _signature(folder: Path) -> Signature:
    with contextlib.suppress(OSError):
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        return tuple((str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files)
    return ()


@contextlib.contextmanager
def _only_one() -> Iterator[bool]:
    """Tell whether this process may sweep; the lock goes with the process."""
    folder = Path(settings_for("SNAPSHOT_DIR"))
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "sweep.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
