"""Vectors in PostgreSQL, searched exactly by pgvector: for sites too large for each process to hold its own copy.

The words stay in the snapshot: only vectors move. A chunk's row never changes, so entries belong to no generation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from django.db import DatabaseError, connections, transaction

from chatbots.exceptions import BackendError
from chatbots.vectorstores.base import LanguageVectors, Part, Row, VectorStore

#: Beside Django's own tables, and made when vectors are first put: no other database has a type for them.
_SETUP = (
    "SELECT pg_advisory_xact_lock(hashtext('chatbots_entry'))",
    "CREATE EXTENSION IF NOT EXISTS vector",
    """
    CREATE TABLE IF NOT EXISTS chatbots_entry (
        chunk_id bigint, number integer, bot text NOT NULL, recipe text NOT NULL, language text NOT NULL,
        embedding vector NOT NULL, PRIMARY KEY (chunk_id, number)
    )
    """,
    "CREATE INDEX IF NOT EXISTS chatbots_entry_of_language ON chatbots_entry (bot, recipe, language)",
)
_PUT = """
    INSERT INTO chatbots_entry (chunk_id, number, bot, recipe, language, embedding) VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (chunk_id, number) DO UPDATE
    SET bot = EXCLUDED.bot, recipe = EXCLUDED.recipe, language = EXCLUDED.language, embedding = EXCLUDED.embedding
"""
_OF_LANGUAGE = "bot = %s AND recipe = %s AND language = %s"
#: <#> is the inner product, negated so that the nearest comes first.
_NEAREST = f"SELECT chunk_id FROM chatbots_entry WHERE {_OF_LANGUAGE} ORDER BY embedding <#> %s::vector LIMIT %s"  # noqa: S608
_SCORES = "SELECT chunk_id, number, -(embedding <#> %s::vector) FROM chatbots_entry WHERE chunk_id = ANY(%s)"
_SAMPLE = f"""
    SELECT vector_send(embedding) FROM (
        SELECT embedding, row_number() OVER (ORDER BY chunk_id, number) - 1 AS place, count(*) OVER () AS total
        FROM chatbots_entry WHERE {_OF_LANGUAGE}
    ) AS entries WHERE place %% ((total + %s - 1) / %s) = 0 ORDER BY place
"""  # noqa: S608
_PRUNE = """
    DELETE FROM chatbots_entry WHERE bot = %s
    AND NOT EXISTS (SELECT FROM chatbots_chunk WHERE chatbots_chunk.id = chatbots_entry.chunk_id)
"""
#: Chunks whose rows are read at a time when they are compared with their entries.
_SLICE = 1000


class PgVectorStore(VectorStore):
    """PostgreSQL with the extension pgvector. `database` is an alias in Django's DATABASES."""

    def __init__(self, database: str = "default") -> None:
        self.database = database

    def open(
        self, bot: str, recipe: str, language: str, parts: Sequence[Part], alive: Sequence[np.ndarray]
    ) -> LanguageVectors:
        chunk_ids = np.concatenate([part.chunk_ids for part in parts])
        return PgLanguageVectors(self.database, (bot, recipe, language), chunk_ids, np.concatenate(alive))

    def put(self, bot: str, recipe: str, rows: Sequence[Row]) -> None:
        entries = (
            (row.chunk_id, number, bot, recipe, row.language, _text(vector))
            for row in rows
            for number, vector in enumerate(row.vectors)
        )
        try:
            with transaction.atomic(using=self.database), connections[self.database].cursor() as cursor:
                if not _is_set_up(cursor):
                    for statement in _SETUP:
                        cursor.execute(statement)
                cursor.execute("DELETE FROM chatbots_entry WHERE chunk_id = ANY(%s)", [[row.chunk_id for row in rows]])
                cursor.executemany(_PUT, entries)
        except DatabaseError as error:
            raise BackendError(f"PostgreSQL does not keep the vectors: {error}") from error

    def prune(self, bot: str) -> None:
        with connections[self.database].cursor() as cursor:
            if _is_set_up(cursor):
                cursor.execute(_PRUNE, [bot])

    def audit(self, bot: str, recipe: str) -> Iterator[str]:
        from chatbots.models import Chunk  # Here, because the models need the apps to be loaded.

        chunks = Chunk.objects.using(self.database).filter(bot=bot, recipe=recipe)
        ids = list(chunks.order_by("pk").values_list("pk", flat=True))
        with connections[self.database].cursor() as cursor:
            if not _is_set_up(cursor):
                yield from ["PostgreSQL holds no vectors"] * bool(ids)
                return
            cursor.execute("SELECT DISTINCT chunk_id FROM chatbots_entry WHERE bot = %s", [bot])
            if orphans := {pk for (pk,) in cursor.fetchall()} - set(ids):
                yield f"PostgreSQL holds vectors of {len(orphans)} chunk(s) that are gone: {sorted(orphans)[:10]}"
            for start in range(0, len(ids), _SLICE):
                part = ids[start : start + _SLICE]
                cursor.execute(
                    "SELECT chunk_id, vector_send(embedding) FROM chatbots_entry WHERE chunk_id = ANY(%s)"
                    " ORDER BY chunk_id, number",
                    [part],
                )
                kept: dict[int, list[np.ndarray]] = {}
                for pk, sent in cursor.fetchall():
                    kept.setdefault(pk, []).append(_vector(sent))
                for row in chunks.filter(pk__in=part).only("vector", "question_vectors").order_by("pk"):
                    known = b"".join(vector.tobytes() for vector in kept.get(row.pk, []))
                    if known != bytes(row.vector) + bytes(row.question_vectors):
                        yield f"PostgreSQL has other vectors than chunk {row.pk}"

    def problem(self) -> str:
        vendor = connections[self.database].vendor
        return "" if vendor == "postgresql" else f"pgvector needs PostgreSQL, and the database is {vendor}"


class PgLanguageVectors(LanguageVectors):
    """The entries of one language, each question a query or three. Raises Django's database errors."""

    def __init__(self, database: str, key: tuple[str, str, str], chunk_ids: np.ndarray, alive: np.ndarray) -> None:
        self._database, self._key, self._alive = database, key, alive
        self._chunk_ids = chunk_ids
        self._order = np.argsort(chunk_ids)

    def nearest(self, query: np.ndarray, count: int) -> np.ndarray:
        found = np.array([pk for (pk,) in self._fetch(_NEAREST, [*self._key, _text(query), count])], dtype=np.int64)
        rows, known = self._rows(found)
        ordered = dict.fromkeys(row for row in rows[known].tolist() if self._alive[row])
        return np.fromiter(ordered, dtype=np.int64, count=len(ordered))

    def entry_scores(self, rows: np.ndarray, query: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        own = np.full(len(rows), -1.0, dtype=np.float32)
        asked = np.full(len(rows), -1.0, dtype=np.float32)
        places = {pk: at for at, pk in enumerate(self._chunk_ids[rows].tolist())}
        for pk, number, score in self._fetch(_SCORES, [_text(query), list(places)]):
            at = places[pk]
            if number == 0:
                own[at] = score
            else:
                asked[at] = max(asked[at], score)
        return own, asked

    def sample(self, most: int) -> np.ndarray:
        sent = [data for (data,) in self._fetch(_SAMPLE, [*self._key, most, most])]
        return np.stack([_vector(data) for data in sent]) if sent else np.zeros((0, 0), np.float32)

    def _fetch(self, statement: str, parameters: Sequence[object]) -> list[tuple]:
        with connections[self._database].cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall()

    def _rows(self, found: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the rows of these chunks, and which of them this generation has."""
        at = np.searchsorted(self._chunk_ids, found, sorter=self._order).clip(max=len(self._order) - 1)
        rows = self._order[at]
        return rows, self._chunk_ids[rows] == found


def _is_set_up(cursor: Any) -> bool:
    cursor.execute("SELECT to_regclass('chatbots_entry') IS NOT NULL")
    return cursor.fetchone()[0]


def _text(vector: np.ndarray) -> str:
    """Return a vector as pgvector reads it."""
    return "[" + ",".join(map(str, vector.tolist())) + "]"


def _vector(sent: bytes) -> np.ndarray:
    """Return the float32 vector that pgvector sent: two 16-bit numbers, then the floats, all big-endian."""
    return np.frombuffer(sent, ">f4", offset=4).astype(np.float32)
