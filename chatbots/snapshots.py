"""One immutable generation of a bot's index on disk, and its way into memory. The only module that knows faiss.

    <SNAPSHOT_DIR>/<bot>/current                      name of the generation that serves, and a check of the name
    <SNAPSHOT_DIR>/<bot>/00000012/manifest.json       what is in it, with the sha256 of every file
    <SNAPSHOT_DIR>/<bot>/00000012/<segment>/…         the chunks of one language that were added together

A segment never changes. The next generation links to the segments it keeps, so that an edit writes only its own few
chunks, however large the index is; chunks that are gone are listed as dead until their segment is merged.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import io
import json
import os
import shutil
import threading
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from chatbots.conf import settings_for
from chatbots.exceptions import SnapshotDamaged, SnapshotError
from chatbots.lexical import Bm25, Postings, grams, stems, words

FORMAT = 1
KEPT_GENERATIONS = 2
#: Vectors from which the mean and spread of a language's scores are estimated; all of them up to this many.
SAMPLE_SIZE = 1024
_CHUNKS, _ARRAYS, _VECTORS = "chunks.npy", "arrays.npz", "vectors.faiss"


@dataclass(frozen=True, slots=True)
class IndexRow:
    """A chunk as it goes into a segment. `vectors` is float32, (1 + questions, d): the chunk's own comes first."""

    chunk_id: int
    language: str
    text: str
    vectors: np.ndarray


# ── Segments ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Segment:
    """Chunks of one language, searchable. An entry is a vector; several may lead to the same chunk."""

    name: str
    language: str
    chunk_ids: np.ndarray  # (n,) int64
    entry_rows: np.ndarray  # (e,) int32: the row in chunk_ids that an entry leads to
    vectors: Any  # faiss.IndexFlatIP of e vectors
    stems: Postings
    grams: Postings
    word_counts: Mapping[str, int]


def _faiss() -> Any:
    import faiss

    return faiss


def build_segment(rows: Sequence[IndexRow], dimension: int) -> Segment:
    """Make a segment of rows of one language."""
    language = rows[0].language
    index = _faiss().IndexFlatIP(dimension)
    index.add(np.ascontiguousarray(np.concatenate([row.vectors for row in rows]), dtype=np.float32))
    return Segment(
        name=uuid.uuid4().hex[:16],
        language=language,
        chunk_ids=np.array([row.chunk_id for row in rows], dtype=np.int64),
        entry_rows=np.repeat(np.arange(len(rows), dtype=np.int32), [len(row.vectors) for row in rows]),
        vectors=index,
        stems=Postings.build(stems(row.text, language) for row in rows),
        grams=Postings.build(grams(row.text, language) for row in rows),
        word_counts=Counter(word for row in rows for word in set(words(row.text))),
    )


def _segment_files(segment: Segment) -> dict[str, bytes]:
    arrays: dict[str, np.ndarray] = {"entry_rows": segment.entry_rows}
    for name, postings in (("stems", segment.stems), ("grams", segment.grams)):
        for field in Postings.__dataclass_fields__:
            arrays[f"{name}_{field}"] = getattr(postings, field)
    counts = "\n".join(f"{word} {count}" for word, count in sorted(segment.word_counts.items()))
    arrays["word_counts"] = np.frombuffer(counts.encode(), dtype=np.uint8)
    packed, ids = io.BytesIO(), io.BytesIO()
    np.savez(packed, **arrays)
    np.save(ids, segment.chunk_ids)
    return {
        _CHUNKS: ids.getvalue(),
        _ARRAYS: packed.getvalue(),
        _VECTORS: _faiss().serialize_index(segment.vectors).tobytes(),
    }


def _load_segment(name: str, language: str, files: Mapping[str, bytes]) -> Segment:
    arrays = np.load(io.BytesIO(files[_ARRAYS]), allow_pickle=False)
    counts = arrays["word_counts"].tobytes().decode()
    return Segment(
        name=name,
        language=language,
        chunk_ids=np.load(io.BytesIO(files[_CHUNKS]), allow_pickle=False),
        entry_rows=arrays["entry_rows"],
        vectors=_faiss().deserialize_index(np.frombuffer(files[_VECTORS], dtype=np.uint8)),
        stems=Postings(**{field: arrays[f"stems_{field}"] for field in Postings.__dataclass_fields__}),
        grams=Postings(**{field: arrays[f"grams_{field}"] for field in Postings.__dataclass_fields__}),
        word_counts={word: int(count) for word, count in (line.split(" ") for line in counts.split("\n") if line)},
    )


# ── A generation in memory ──────────────────────────────────────────────────────────────────────


class LanguageIndex:
    """All living chunks of one language: dense and lexical search over several segments as one."""

    def __init__(self, language: str, segments: Sequence[Segment], dead: frozenset[int]) -> None:
        self.language = language
        self._segments = segments
        self._offsets = np.cumsum([0, *(len(segment.chunk_ids) for segment in segments)])
        self.chunk_ids = np.concatenate([segment.chunk_ids for segment in segments])
        self.alive = ~np.isin(self.chunk_ids, np.fromiter(dead, dtype=np.int64, count=len(dead)))
        self.stems = Bm25([segment.stems for segment in segments])
        self.grams = Bm25([segment.grams for segment in segments])
        self._alive_entries = [
            self.alive[offset : offset + len(segment.chunk_ids)][segment.entry_rows]
            for offset, segment in zip(self._offsets, segments, strict=False)
        ]
        self._sample = self._draw_sample()

    @functools.cached_property
    def word_counts(self) -> Counter[str]:
        """In how many chunks each word stands."""
        counts: Counter[str] = Counter()
        for segment in self._segments:
            counts.update(segment.word_counts)
        return counts

    def _draw_sample(self) -> np.ndarray:
        total = sum(segment.vectors.ntotal for segment in self._segments)
        step = max(1, -(-total // SAMPLE_SIZE))
        picked = [
            segment.vectors.reconstruct_batch(np.arange(0, segment.vectors.ntotal, step)) for segment in self._segments
        ]
        return np.concatenate(picked)

    def spread(self, query: np.ndarray) -> tuple[float, float]:
        """Return mean and standard deviation of the scores that this language's vectors give a question."""
        scores = self._sample @ query
        return float(scores.mean()), float(scores.std()) or 1.0

    def nearest(self, query: np.ndarray, count: int) -> np.ndarray:
        """Return the rows of living chunks with the nearest entries, best first, each once, at most `count`."""
        faiss = _faiss()
        found: list[tuple[float, int]] = []
        for offset, segment, alive in zip(self._offsets, self._segments, self._alive_entries, strict=False):
            parameters = None
            if not alive.all():
                bits = np.packbits(alive, bitorder="little")
                parameters = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))
            wanted = min(count, int(alive.sum()))
            if wanted:
                scores, entries = segment.vectors.search(query[None, :], wanted, params=parameters)
                rows = segment.entry_rows[entries[0]] + offset
                found.extend(zip(scores[0].tolist(), rows.tolist(), strict=True))
        ordered = dict.fromkeys(row for _, row in sorted(found, key=lambda pair: -pair[0]))
        return np.fromiter(ordered, dtype=np.int64, count=len(ordered))[:count]

    def entry_scores(self, rows: np.ndarray, query: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return two scores for each row: its passage's, and its best attached question's (−1 where it has none)."""
        own = np.empty(len(rows), dtype=np.float32)
        asked = np.full(len(rows), -1.0, dtype=np.float32)
        for offset, segment in zip(self._offsets, self._segments, strict=False):
            at = np.flatnonzero((rows >= offset) & (rows < offset + len(segment.chunk_ids)))
            if not len(at):
                continue
            local = rows[at] - offset
            first = np.searchsorted(segment.entry_rows, local)
            last = np.searchsorted(segment.entry_rows, local, side="right")
            own[at] = segment.vectors.reconstruct_batch(first) @ query
            for place, begin, end in zip(at, first + 1, last, strict=True):
                if end > begin:
                    asked[place] = (segment.vectors.reconstruct_n(int(begin), int(end - begin)) @ query).max()
        return own, asked


class Snapshot:
    """One generation of a bot's index, in memory, safe to share between threads: nothing in it changes."""

    def __init__(self, manifest: Mapping[str, Any], segments: Sequence[Segment]) -> None:
        self.manifest = manifest
        self.segments = {segment.name: segment for segment in segments}
        dead = frozenset(manifest["dead"])
        by_language: dict[str, list[Segment]] = {}
        for segment in segments:
            by_language.setdefault(segment.language, []).append(segment)
        self.languages = {name: LanguageIndex(name, group, dead) for name, group in by_language.items()}

    @property
    def generation(self) -> str:
        return self.manifest["generation"]

    @property
    def recipe(self) -> str:
        return self.manifest["recipe"]

    def chunk_ids(self) -> set[int]:
        return {int(i) for index in self.languages.values() for i in index.chunk_ids[index.alive]}


# ── Generations on disk ─────────────────────────────────────────────────────────────────────────


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
            data = self._read(manifest["generation"], segment["name"], _CHUNKS, segment["files"][_CHUNKS])
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
                known = _load_segment(entry["name"], entry["language"], files)
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
                _link_tree(self.directory / str(kept_from) / entry["name"], work / entry["name"], entry["files"])
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
                "segments": entries,
                "dead": sorted(int(i) for i in dead),
            }
            manifest["count"] = sum(entry["chunks"] for entry in entries) - len(manifest["dead"])
            manifest["highest_chunk"] = max((entry["highest_chunk"] for entry in entries), default=0)
            work.mkdir(parents=True, exist_ok=True)
            _write_durably(work / "manifest.json", _manifest_file(manifest))
            _write_durably(beside, _pointer_to(name))
            _sync_directory(work)
            work.rename(complete)
            _sync_directory(self.directory)
            beside.replace(self.pointer)
        except BaseException:
            for folder in (work, complete):
                shutil.rmtree(folder, ignore_errors=True)
            beside.unlink(missing_ok=True)
            raise
        _sync_directory(self.directory)
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
    for name, data in _segment_files(segment).items():
        _write_durably(folder / name, data)
        files[name] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    _sync_directory(folder)
    return {
        "name": segment.name,
        "language": segment.language,
        "chunks": len(segment.chunk_ids),
        "entries": len(segment.entry_rows),
        "highest_chunk": int(segment.chunk_ids.max()),
        "files": files,
    }


def _link_tree(source: Path, target: Path, names: Iterable[str]) -> None:
    target.mkdir(parents=True)
    for name in names:
        try:
            os.link(source / name, target / name)
        except OSError:  # a file system without hard links, or too many of them
            shutil.copyfile(source / name, target / name)


def _write_durably(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_directory(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# ── The generation that this process serves ─────────────────────────────────────────────────────


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
