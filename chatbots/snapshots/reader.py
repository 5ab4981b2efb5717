"""The generation that a process serves."""

from __future__ import annotations

import threading

from chatbots.exceptions import SnapshotDamaged, SnapshotError
from chatbots.snapshots.generation import Snapshot
from chatbots.snapshots.store import SnapshotStore


class SnapshotReader:
    """Gives a process the newest sound generation of a bot's index, without a restart."""

    #: A generation that brings more than this many bytes is loaded beside the questions, not before one.
    LOAD_AT_ONCE = 16_000_000

    def __init__(self, bot: str) -> None:
        self.store = SnapshotStore(bot)
        self.problem = ""
        self._snapshot: Snapshot | None = None
        self._seen: tuple[int, int] | None = None
        self._lock = threading.Lock()

    def get(self) -> Snapshot:
        """Return the current snapshot; SnapshotError when there is none that can be used."""
        seen = self._pointer_state()
        if self._snapshot is not None and seen == self._seen:
            return self._snapshot
        if self._snapshot is None:
            with self._lock:
                if self._snapshot is None:
                    self._load(seen)
        elif self._lock.acquire(blocking=False):
            try:
                if self._new_bytes() > self.LOAD_AT_ONCE:
                    threading.Thread(target=self._load_beside, args=(seen,), daemon=True).start()
                else:
                    self._load(seen)
            finally:
                self._lock.release()
        if self._snapshot is None:
            raise SnapshotError(self.problem)
        return self._snapshot

    def _pointer_state(self) -> tuple[int, int] | None:
        try:
            stat = self.store.pointer.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_ino

    def _load_beside(self, seen: tuple[int, int] | None) -> None:
        with self._lock:
            if self._seen != seen:
                self._load(seen)

    def _new_bytes(self) -> int:
        try:
            manifest = self.store.manifest(self.store.current() or "")
        except SnapshotDamaged:
            return 0
        known = self._snapshot.segments if self._snapshot else {}
        added = (entry for entry in manifest["segments"] if entry["name"] not in known)
        return sum(stated["size"] for entry in added for stated in entry["files"].values())

    def _load(self, seen: tuple[int, int] | None) -> None:
        """Take the current generation; when it is damaged keep what serves, or fall back to another one."""
        for _ in range(3):
            self._seen = seen
            self.problem = self._try_load()
            if not self.problem or (seen := self._pointer_state()) == self._seen:
                return
            # The generation was replaced while it was being read.

    def _try_load(self) -> str:
        """Load the newest generation that is sound; return what was wrong with the current one, if anything."""
        problem, candidates = "", []
        try:
            if current := self.store.current():
                candidates.append(current)
            else:
                problem = f"{self.store.directory} holds no index yet"
        except SnapshotDamaged as error:
            problem = str(error)
        if self._snapshot is None:
            candidates += [name for name in self.store.generations() if name not in candidates]
        for name in candidates:
            try:
                self._snapshot = self.store.open(name, reuse=self._snapshot.segments if self._snapshot else None)
                break
            except SnapshotDamaged as error:
                problem = problem or str(error)
        return problem
