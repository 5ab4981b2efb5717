"""One generation of a bot's index in memory: its segments, searched as one."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from chatbots.lexical import Bm25
from chatbots.snapshots.segments import Segment, faiss

#: Vectors from which the mean and spread of a language's scores are estimated; all of them up to this many.
SAMPLE_SIZE = 1024


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
        library = faiss()
        found: list[tuple[float, int]] = []
        for offset, segment, alive in zip(self._offsets, self._segments, self._alive_entries, strict=False):
            parameters = None
            if not alive.all():
                bits = np.packbits(alive, bitorder="little")
                parameters = library.SearchParameters(sel=library.IDSelectorBitmap(bits))
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
