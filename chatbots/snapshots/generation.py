"""One generation of a bot's index in memory: its segments, searched as one."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from chatbots.lexical import Bm25
from chatbots.snapshots.segments import Segment
from chatbots.vectorstores import LanguageVectors, get_vector_store, store_path

#: The vector store of generations whose manifest names none.
FIRST_STORE = "flat"


class LanguageIndex:
    """All living chunks of one language: dense and lexical search over several segments as one."""

    def __init__(self, manifest: Mapping[str, Any], language: str, segments: Sequence[Segment]) -> None:
        self.language = language
        self._segments = segments
        dead = np.array(manifest["dead"], dtype=np.int64)
        living = [~np.isin(segment.chunk_ids, dead) for segment in segments]
        self.chunk_ids = np.concatenate([segment.chunk_ids for segment in segments])
        self.alive = np.concatenate(living)
        self.stems = Bm25([segment.stems for segment in segments])
        self.grams = Bm25([segment.grams for segment in segments])
        bot, recipe, store = manifest.get("bot", ""), manifest["recipe"], manifest.get("vector_store", FIRST_STORE)
        self.vectors: LanguageVectors = get_vector_store(store).open(bot, recipe, language, segments, living)

    @functools.cached_property
    def word_counts(self) -> Counter[str]:
        """In how many chunks each word stands."""
        counts: Counter[str] = Counter()
        for segment in self._segments:
            counts.update(segment.word_counts)
        return counts


class Snapshot:
    """One generation of a bot's index, in memory, safe to share between threads: nothing in it changes."""

    def __init__(self, manifest: Mapping[str, Any], segments: Sequence[Segment]) -> None:
        self.manifest = manifest
        self.segments = {segment.name: segment for segment in segments}
        by_language: dict[str, list[Segment]] = {}
        for segment in segments:
            by_language.setdefault(segment.language, []).append(segment)
        self.languages = {name: LanguageIndex(manifest, name, group) for name, group in by_language.items()}

    @property
    def generation(self) -> str:
        return self.manifest["generation"]

    @property
    def recipe(self) -> str:
        return self.manifest["recipe"]

    @property
    def vector_store(self) -> str:
        """The dotted path of the store that its vectors are in."""
        return store_path(self.manifest.get("vector_store", FIRST_STORE))

    def chunk_ids(self) -> set[int]:
        return {int(i) for index in self.languages.values() for i in index.chunk_ids[index.alive]}
