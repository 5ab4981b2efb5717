"""Vectors in the snapshot's own files, searched in memory by a flat FAISS index. The only module that knows faiss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from chatbots.vectorstores.base import LanguageVectors, Part, VectorStore


def faiss() -> Any:
    """Return the library, imported when an index is first made or opened."""
    import faiss as library

    return library


class FlatStore(VectorStore):
    """The default: needs nothing but the snapshot folder."""

    def pack(self, vectors: np.ndarray) -> Any:
        """Return a faiss.IndexFlatIP of the entries."""
        index = faiss().IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return index

    def open(
        self, bot: str, recipe: str, language: str, parts: Sequence[Part], alive: Sequence[np.ndarray]
    ) -> LanguageVectors:
        return FlatVectors(parts, alive)


def dump(packed: Any) -> bytes:
    """Return what `pack` returned as the content of a file."""
    return faiss().serialize_index(packed).tobytes()


def load(data: bytes) -> Any:
    """Return what `dump` was given."""
    return faiss().deserialize_index(np.frombuffer(data, dtype=np.uint8))


class FlatVectors(LanguageVectors):
    """Several flat indexes, searched as one."""

    def __init__(self, parts: Sequence[Part], alive: Sequence[np.ndarray]) -> None:
        self._parts = parts
        self._offsets = np.cumsum([0, *(len(part.chunk_ids) for part in parts)])
        self._alive_entries = [living[part.entry_rows] for part, living in zip(parts, alive, strict=True)]

    def nearest(self, query: np.ndarray, count: int) -> np.ndarray:
        library = faiss()
        found: list[tuple[float, int]] = []
        for offset, part, alive in zip(self._offsets, self._parts, self._alive_entries, strict=False):
            parameters = None
            if not alive.all():
                bits = np.packbits(alive, bitorder="little")
                parameters = library.SearchParameters(sel=library.IDSelectorBitmap(bits))
            wanted = min(count, int(alive.sum()))
            if wanted:
                scores, entries = part.vectors.search(query[None, :], wanted, params=parameters)
                rows = part.entry_rows[entries[0]] + offset
                found.extend(zip(scores[0].tolist(), rows.tolist(), strict=True))
        ordered = dict.fromkeys(row for _, row in sorted(found, key=lambda pair: -pair[0]))
        return np.fromiter(ordered, dtype=np.int64, count=len(ordered))[:count]

    def entry_scores(self, rows: np.ndarray, query: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        own = np.empty(len(rows), dtype=np.float32)
        asked = np.full(len(rows), -1.0, dtype=np.float32)
        for offset, part in zip(self._offsets, self._parts, strict=False):
            at = np.flatnonzero((rows >= offset) & (rows < offset + len(part.chunk_ids)))
            if not len(at):
                continue
            local = rows[at] - offset
            first = np.searchsorted(part.entry_rows, local)
            last = np.searchsorted(part.entry_rows, local, side="right")
            own[at] = part.vectors.reconstruct_batch(first) @ query
            for place, begin, end in zip(at, first + 1, last, strict=True):
                if end > begin:
                    asked[place] = (part.vectors.reconstruct_n(int(begin), int(end - begin)) @ query).max()
        return own, asked

    def sample(self, most: int) -> np.ndarray:
        total = sum(part.vectors.ntotal for part in self._parts)
        step = max(1, -(-total // most))
        picked = [part.vectors.reconstruct_batch(np.arange(0, part.vectors.ntotal, step)) for part in self._parts]
        return np.concatenate(picked)
