"""Chunks of one language that were added together: two lexical indexes, word counts, and vectors. Never changed.

A vector store that keeps the vectors elsewhere leaves a segment without.
"""

from __future__ import annotations

import io
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chatbots.lexical import Postings, grams_on_page, stems, words
from chatbots.vectorstores import VectorStore, flat

#: The ids of the chunks, apart from the rest: publishing compares them and needs nothing else.
CHUNKS_FILE = "chunks.npy"
_ARRAYS_FILE, _VECTORS_FILE = "arrays.npz", "vectors.faiss"


@dataclass(frozen=True, slots=True)
class IndexRow:
    """A chunk as it goes into a segment. `vectors` is float32, (1 + questions, d): the chunk's own comes first."""

    chunk_id: int
    language: str
    text: str
    vectors: np.ndarray


@dataclass(frozen=True, slots=True)
class Segment:
    """Chunks of one language, searchable. An entry is a vector; several may lead to the same chunk."""

    name: str
    language: str
    chunk_ids: np.ndarray  # (n,) int64
    entry_rows: np.ndarray  # (e,) int32: the row in chunk_ids that an entry leads to
    vectors: Any  # what the vector store packed of the e vectors; None when it keeps them elsewhere
    stems: Postings
    grams: Postings
    word_counts: Mapping[str, int]


def build_segment(rows: Sequence[IndexRow], store: VectorStore | None = None) -> Segment:
    """Make a segment of rows of one language, its vectors packed by `store`, or flat."""
    language = rows[0].language
    return Segment(
        name=uuid.uuid4().hex[:16],
        language=language,
        chunk_ids=np.array([row.chunk_id for row in rows], dtype=np.int64),
        entry_rows=np.repeat(np.arange(len(rows), dtype=np.int32), [len(row.vectors) for row in rows]),
        vectors=(store or flat.FlatStore()).pack(np.concatenate([row.vectors for row in rows])),
        stems=Postings.build(stems(row.text, language) for row in rows),
        grams=Postings.build(grams_on_page(row.text, language) for row in rows),
        word_counts=Counter(word for row in rows for word in set(words(row.text))),
    )


def segment_files(segment: Segment) -> dict[str, bytes]:
    """Return the content of a segment's files by name."""
    arrays: dict[str, np.ndarray] = {"entry_rows": segment.entry_rows}
    for name, postings in (("stems", segment.stems), ("grams", segment.grams)):
        for field in Postings.__dataclass_fields__:
            arrays[f"{name}_{field}"] = getattr(postings, field)
    counts = "\n".join(f"{word} {count}" for word, count in sorted(segment.word_counts.items()))
    arrays["word_counts"] = np.frombuffer(counts.encode(), dtype=np.uint8)
    packed, ids = io.BytesIO(), io.BytesIO()
    np.savez(packed, **arrays)
    np.save(ids, segment.chunk_ids)
    files = {CHUNKS_FILE: ids.getvalue(), _ARRAYS_FILE: packed.getvalue()}
    return files if segment.vectors is None else files | {_VECTORS_FILE: flat.dump(segment.vectors)}


def load_segment(name: str, language: str, files: Mapping[str, bytes]) -> Segment:
    """Return the segment that these files hold."""
    arrays = np.load(io.BytesIO(files[_ARRAYS_FILE]), allow_pickle=False)
    counts = arrays["word_counts"].tobytes().decode()
    return Segment(
        name=name,
        language=language,
        chunk_ids=np.load(io.BytesIO(files[CHUNKS_FILE]), allow_pickle=False),
        entry_rows=arrays["entry_rows"],
        vectors=flat.load(files[_VECTORS_FILE]) if _VECTORS_FILE in files else None,
        stems=Postings(**{field: arrays[f"stems_{field}"] for field in Postings.__dataclass_fields__}),
        grams=Postings(**{field: arrays[f"grams_{field}"] for field in Postings.__dataclass_fields__}),
        word_counts={word: int(count) for word, count in (line.split(" ") for line in counts.split("\n") if line)},
    )
