"""The generations of a bot's index on disk: written beside, verified, made current by one rename."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import io
import json
import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from chatbots.conf import settings_for
from chatbots.exceptions import SnapshotDamaged
from chatbots.snapshots.durable import link_tree, sync_directory, write_durably
from chatbots.snapshots.generation import FIRST_STORE, Snapshot
from chatbots.snapshots.segments import CHUNKS_FILE, Segment, load_segment, segment_files
from chatbots.vectorstores import store_path

FORMAT = 1
KEPT_GENERATIONS = 2


class SnapshotStore:
    """The generations of one bot's index on disk."""

    def __init__(self, bot: str) -> None:
        self.bot = bot
        self.directory = Path(settings_for("SNAPSHOT_DIR")) / bot

    @property
    def pointer(self) -> Path:
        return self.directory / "current"

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the right to publish. The system lets go of it when the process dies, however it dies."""
        self.directory.mkdir(parents=True, exist_ok=True)
        with (self.directory / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def current(self) -> str | None:
        """Return the name of the generation that serves, None before the first."""
        try:
            written = self.pointer.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SnapshotDamaged(f"{self.pointer}: {error.strerror}") from error
        name = written[:8].decode("ascii", "replace")
        if not name.isdigit() or written != _pointer_to(name):
            raise SnapshotDamaged(f"{self.pointer} names no generation")
        return name

    def generations(self) -> list[str]:
        """Return the names of the complete generations on disk, newest first."""
        if not self.directory.is_dir():
            return []
        return sorted((path.name for path in self.directory.iterdir() if path.name.isdigit()), reverse=True)

    def manifest(self, generation: str) -> dict[str, Any]:
        """Return the manifest of a generation. Raises SnapshotDamaged."""
        path = self.directory / generation / "manifest.json"
        try:
            written = path.read_bytes()
            manifest = json.loads(written)
            del manifest["sha256"]
            sound = written == _manifest_file(manifest) and manifest["generation"] == generation
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise SnapshotDamaged(f"{path}: {error}") from error
        if not sound:
            raise SnapshotDamaged(f"{path} is not what was written")
        return manifest

    def chunk_ids(self, manifest: Mapping[str, Any]) -> dict[str, np.ndarray]:
        """Return the chunk ids of each segment, dead ones included. Raises SnapshotDamaged."""
        ids = {}
        for segment in manifest["segments"]:
            data = self._read(manifest["generation"], segment["name"], CHUNKS_FILE, segment["files"][CHUNKS_FILE])
            ids[segment["name"]] = np.load(io.BytesIO(data), allow_pickle=False)
        return ids

    def open(self, generation: str, *, reuse: Mapping[str, Segment] | None = None) -> Snapshot:
        """Load a generation, every file checked against its sha256. Raises SnapshotDamaged.

        Files are read into memory rather than mapped: a mapped file that someone truncates kills the process.
        """
        manifest = self.manifest(generation)
        segments = []
        for entry in manifest["segments"]:
            known = (reuse or {}).get(entry["name"])
            if known is None:
                files = {
                    name: self._read(generation, entry["name"], name, stated) for name, stated in entry["files"].items()
                }
                known = load_segment(entry["name"], entry["language"], files)
            segments.append(known)
        return Snapshot(manifest, segments)

    def verify(self, generation: str) -> list[str]:
        """Return what is wrong with a generation's files; nothing when all are what was written."""
        problems = []
        try:
            manifest = self.manifest(generation)
        except SnapshotDamaged as error:
            return [str(error)]
        for segment in manifest["segments"]:
            for name, stated in segment["files"].items():
                try:
                    self._read(generation, segment["name"], name, stated)
                except SnapshotDamaged as error:
                    problems.append(str(error))
        return problems

    def _read(self, generation: str, segment: str, name: str, stated: Mapping[str, Any]) -> bytes:
        path = self.directory / generation / segment / name
        try:
            data = path.read_bytes()
        except OSError as error:
            raise SnapshotDamaged(f"{path}: {error.strerror}") from error
        if len(data) != stated["size"] or hashlib.sha256(data).hexdigest() != stated["sha256"]:
            raise SnapshotDamaged(f"{path} is not what was written")
        return data

    def publish(
        self,
        *,
        recipe: str,
        embedder: Mapping[str, Any],
        dimension: int,
        vector_store: str = store_path(FIRST_STORE),
        kept: Sequence[Mapping[str, Any]] = (),
        kept_from: str | None = None,
        dead: Iterable[int] = (),
        added: Sequence[Segment] = (),
    ) -> str:
        """Write the next generation and make it current; return its name. Call it holding the lock.

        `kept` are segment entries of the manifest of `kept_from`. An error (a full disk) leaves all as it was.
        """
        name = f"{max((int(g) for g in self.generations()), default=0) + 1:08d}"
        self._remove_unfinished()
        work, complete = self.directory / f".new-{uuid.uuid4().hex}", self.directory / name
        beside = self.directory / f".pointer-{uuid.uuid4().hex}"
        try:
            entries = [dict(entry) for entry in kept]
            for entry in entries:
                link_tree(self.directory / str(kept_from) / entry["name"], work / entry["name"], entry["files"])
            for segment in added:
                entries.append(_write_segment(work, segment))
            manifest = {
                "format": FORMAT,
                "bot": self.bot,
                "generation": name,
                "created": datetime.now(UTC).isoformat(timespec="seconds"),
                "recipe": recipe,
                "embedder": dict(embedder),
                "dimension": dimension,
                "vector_store": vector_store,
                "segments": entries,
                "dead": sorted(int(i) for i in dead),
            }
            manifest["count"] = sum(entry["chunks"] for entry in entries) - len(manifest["dead"])
            manifest["highest_chunk"] = max((entry["highest_chunk"] for entry in entries), default=0)
            work.mkdir(parents=True, exist_ok=True)
            write_durably(work / "manifest.json", _manifest_file(manifest))
            write_durably(beside, _pointer_to(name))
            sync_directory(work)
            work.rename(complete)
            sync_directory(self.directory)
            beside.replace(self.pointer)
        except BaseException:
            for folder in (work, complete):
                shutil.rmtree(folder, ignore_errors=True)
            beside.unlink(missing_ok=True)
            raise
        sync_directory(self.directory)
        for old in self.generations()[KEPT_GENERATIONS:]:
            shutil.rmtree(self.directory / old, ignore_errors=True)
        return name

    def _remove_unfinished(self) -> None:
        for path in self.directory.glob(".*"):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _pointer_to(name: str) -> bytes:
    """Return the pointer's file; the check tells a damaged name from that of another generation."""
    return f"{name} {hashlib.sha256(name.encode()).hexdigest()[:16]}\n".encode()


def _manifest_file(manifest: Mapping[str, Any]) -> bytes:
    return json.dumps({**manifest, "sha256": _manifest_digest(manifest)}, ensure_ascii=False).encode()


def _manifest_digest(manifest: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(manifest, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _write_segment(work: Path, segment: Segment) -> dict[str, Any]:
    folder = work / segment.name
    folder.mkdir(parents=True)
    files = {}
    for name, data in segment_files(segment).items():
        write_durably(folder / name, data)
        files[name] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    sync_directory(folder)
    return {
        "name": segment.name,
        "language": segment.language,
        "chunks": len(segment.chunk_ids),
        "entries": len(segment.entry_rows),
        "highest_chunk": int(segment.chunk_ids.max()),
        "files": files,
    }
