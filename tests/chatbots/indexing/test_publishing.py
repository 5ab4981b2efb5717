from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from unittest.mock import Mock

import numpy as np
import pytest

from chatbots.bots import BOTS, HEALTH
from chatbots.embedders import reset_embedder
from chatbots.embedders.hashing import HashingEmbedder
from chatbots.exceptions import BackendError
from chatbots.indexing import freshness, publishing, sync
from chatbots.indexing.publishing import MAX_SEGMENTS, publish, snapshot_from_rows
from chatbots.indexing.sync import current_recipe
from chatbots.models import BotState, Chunk, IndexState
from chatbots.retrieval import retrieve
from chatbots.snapshots import SnapshotStore
from content.models import Page
from tests.chatbots.pages import index, make_hours, make_page, rows, served

pytestmark = pytest.mark.django_db


def row_ids(bot: str = "health") -> set[int]:
    return set(Chunk.objects.filter(bot=bot).values_list("pk", flat=True))


def segments(bot: str = "health") -> list[tuple[str, int]]:
    return [(entry["language"], entry["chunks"]) for entry in served(bot).manifest["segments"]]


def test_a_generation_holds_the_rows_of_its_bot_and_no_others() -> None:
    make_page()
    make_hours()
    index()
    for bot in BOTS:
        assert served(bot).chunk_ids() == row_ids(bot) != set()
        assert served(bot).manifest["count"] == len(row_ids(bot))


def test_each_language_has_its_own_segment() -> None:
    make_page()
    make_page("cough", language="en")
    index()
    assert segments() == [("da", 4), ("en", 4)]
    assert set(served().languages) == {"da", "en"}


def test_an_edit_adds_a_small_segment_and_leaves_the_others_alone() -> None:
    page = make_page()
    index()
    store = SnapshotStore("health")
    first = served()
    page.body = page.body.replace("tre uger", "fire uger")
    page.save()
    index()
    second = served()
    assert second.generation != first.generation
    assert segments() == [("da", 4), ("da", 1)]
    assert set(first.segments) < set(second.segments)
    (name,) = first.segments
    for file in (store.directory / first.generation / name).iterdir():
        assert file.stat().st_ino == (store.directory / second.generation / name / file.name).stat().st_ino
    assert second.chunk_ids() == row_ids()


def test_publishing_twice_publishes_once() -> None:
    make_page()
    index()
    before = SnapshotStore("health").current()
    assert publish("health") is None
    assert SnapshotStore("health").current() == before


def test_many_small_segments_are_merged() -> None:
    make_page()
    index()
    for number in range(2 * MAX_SEGMENTS):
        make_page(f"side-{number}", body="")
        index()
        assert len(segments()) <= MAX_SEGMENTS + 1
        assert served().chunk_ids() == row_ids()
    assert sum(chunks for _, chunks in segments()) == served().manifest["count"]


def test_a_merge_of_small_segments_does_not_write_a_large_one_again() -> None:
    body = "".join(f"<h2>Afsnit {number}</h2><p>Tekst {number}.</p>" for number in range(100))
    make_page("stor", body=body)
    index()
    (large,) = served().segments
    for number in range(MAX_SEGMENTS + 2):
        make_page(f"side-{number}", body="")
        index()
    assert large in served().segments
    assert len(served().segments) < MAX_SEGMENTS


def test_dead_chunks_are_gone_when_a_language_is_merged_whole() -> None:
    pages = [make_page(f"side-{number}", body="") for number in range(2 * MAX_SEGMENTS)]
    index()
    for number, page in enumerate(pages[:MAX_SEGMENTS], 1):
        assert segments() == [("da", 2 * MAX_SEGMENTS), *[("da", 1)] * (number - 1)]
        assert len(served().manifest["dead"]) == number - 1
        page.summary = "Ny udgave."
        page.save()
        index()
        assert served().chunk_ids() == row_ids()
    assert served().manifest["dead"] == []
    assert segments() == [("da", 2 * MAX_SEGMENTS)]


def test_a_segment_without_a_living_chunk_is_dropped() -> None:
    make_page("cough", language="en")
    page = make_page()
    index()
    page.delete()
    index()
    assert segments() == [("en", 4)]
    assert served().manifest["dead"] == []


def test_when_every_page_is_gone_an_empty_index_is_published() -> None:
    make_page()
    index()
    Page.objects.all().delete()
    index()
    assert served().chunk_ids() == set()


def test_attached_questions_are_searched_with_the_text() -> None:
    make_page(questions=["rallen i brystkassen"])
    index()
    snapshot = served().languages["da"]
    assert snapshot.word_counts["rallen"] == 1
    query = HashingEmbedder().embed(["rallen i brystkassen"], role="query")[0]
    row = int(snapshot.vectors.nearest(query, 1)[0])
    own, asked = snapshot.vectors.entry_scores(np.array([row]), query)
    assert asked[0] == pytest.approx(1.0, abs=1e-5)
    assert own[0] < 0.9


# ── Trouble on disk ─────────────────────────────────────────────────────────────────────────────


def test_a_full_disk_keeps_the_old_index_and_tells_the_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    page = make_page()
    index()
    before = {bot: SnapshotStore(bot).current() for bot in BOTS}

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    page.summary = "Ny."
    page.save()
    index()
    assert {bot: SnapshotStore(bot).current() for bot in BOTS} == before
    for bot in BOTS:
        store = SnapshotStore(bot)
        assert store.verify(before[bot] or "") == []
        assert list(store.directory.glob(".*")) == []
        state = BotState.objects.get(bot=bot)
        assert "No space left on device" in state.error
        assert state.error_at is not None
    monkeypatch.undo()
    index()
    assert served().chunk_ids() == row_ids()
    assert not BotState.objects.exclude(error="").exists()


def test_one_bots_full_disk_does_not_keep_the_other_from_publishing(monkeypatch: pytest.MonkeyPatch) -> None:
    make_page()
    real = SnapshotStore.publish

    def publish_store(self: SnapshotStore, **kwargs: object) -> str:
        if self.bot == "guide":
            raise OSError(28, "No space left on device")
        return real(self, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(SnapshotStore, "publish", publish_store)
    index()
    assert SnapshotStore("guide").current() is None
    assert served("health").chunk_ids() == row_ids()


@pytest.mark.parametrize("name", ["current", "manifest.json", "chunks.npy"])
def test_a_damaged_generation_is_made_anew_embedding_nothing(embedded: list[tuple[str, str]], name: str) -> None:
    make_page()
    index()
    embedded.clear()
    store = SnapshotStore("health")
    file = next(store.directory.rglob(name))
    file.write_bytes(file.read_bytes()[:-1])
    assert publish("health") == "00000002"
    assert embedded == []
    assert served().chunk_ids() == row_ids()


def test_the_index_of_the_rows_is_the_index_on_disk() -> None:
    make_page(questions=["hvad er godt mod hoste"])
    make_page("cough", language="en")
    index()
    made = snapshot_from_rows("health")
    assert made is not None
    assert made.chunk_ids() == served().chunk_ids()
    query = HashingEmbedder().embed(["varm te"], role="query")[0]
    for language, part in served().languages.items():
        again = made.languages[language]
        assert (
            again.chunk_ids[again.vectors.nearest(query, 9)].tolist()
            == part.chunk_ids[part.vectors.nearest(query, 9)].tolist()
        )


def test_without_rows_there_is_no_index_to_make() -> None:
    assert snapshot_from_rows("health") is None


# ── Another model, another chunker ──────────────────────────────────────────────────────────────


def new_chunker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync, "CHUNKER_VERSION", "next")


def recipes_on_disk(bot: str) -> set[str]:
    """Return the recipes of the rows that a bot's index holds."""
    snapshot = served(bot)
    found = set(Chunk.objects.filter(pk__in=snapshot.chunk_ids()).values_list("recipe", flat=True))
    assert found <= {snapshot.recipe}
    return found


@pytest.mark.parametrize("what", ["model", "chunker"])
def test_the_old_index_serves_until_every_page_is_indexed_anew(
    monkeypatch: pytest.MonkeyPatch, change_model: Callable[[], None], what: str
) -> None:
    for slug in ("hoste", "feber", "kol"):
        make_page(slug)
    make_hours()
    index()
    old_recipe = current_recipe()
    old = {bot: (SnapshotStore(bot).current(), row_ids(bot)) for bot in BOTS}
    if what == "model":
        change_model()
    else:
        new_chunker(monkeypatch)
    assert current_recipe() != old_recipe
    pending = [pk for pk, _ in freshness.behind()]
    assert len(pending) == IndexState.objects.exclude(wanted="").count() == 7
    for number, pk in enumerate(pending, 1):
        sync.sync([pk])
        freshness.publish_all()
        for bot in BOTS:
            recipe = served(bot).recipe
            assert recipes_on_disk(bot) == {recipe}
            done = not IndexState.objects.filter(bot=bot).behind(current_recipe()).exists()
            assert recipe == (current_recipe() if done else old_recipe), (number, bot)
            if not done:
                assert (SnapshotStore(bot).current(), served(bot).chunk_ids()) == old[bot]
    assert not Chunk.objects.filter(recipe=old_recipe).exists()
    for bot in BOTS:
        assert served(bot).chunk_ids() == row_ids(bot)


def test_the_old_model_answers_while_the_new_one_is_being_indexed(change_model: Callable[[], None]) -> None:
    make_page()
    make_page("feber", body="<h2>Hvad er feber?</h2><p>Feber er over 38 grader.</p>")
    index()
    change_model()
    sync.sync([freshness.behind()[0][0]])
    assert freshness.publish_all() == {}
    retrieval = retrieve(HEALTH, "Hvad er feber?")
    assert retrieval.query.vector is not None
    assert len(retrieval.query.vector) == HashingEmbedder.dimension
    hit = retrieval.hits("da")[0]
    assert hit.chunk.text == "Feber er over 38 grader."
    assert len(hit.statement_scores) == 1
    freshness.catch_up()
    assert len(retrieve(HEALTH, "Hvad er feber?").query.vector) == 32  # type: ignore[arg-type]


@pytest.mark.parametrize("what", ["model", "chunker"])
def test_a_page_edited_while_another_index_is_being_made_is_known_as_it_stands(
    monkeypatch: pytest.MonkeyPatch, change_model: Callable[[], None], what: str
) -> None:
    page = make_page(body="<h2>Pris</h2><p>Besøget koster 100 kroner.</p><h2>Sted</h2><p>Mød op i Møllegade.</p>")
    make_page("feber")
    index()
    old = current_recipe()
    if what == "model":
        change_model()
    else:
        new_chunker(monkeypatch)
    page.body = page.body.replace("100 kroner", "200 kroner")
    page.save()
    freshness.index_page(page.pk)
    assert served().recipe == old != current_recipe()
    assert recipes_on_disk("health") == {old}
    hits = retrieve(HEALTH, "Hvad koster besøget i kroner?").hits("da")
    assert "200 kroner" in hits[0].chunk.text
    assert not [hit for hit in hits if "100" in hit.chunk.text]
    assert [hit for hit in hits if "Møllegade" in hit.chunk.text]
    added = make_page("nyt", body="<h2>Sauna</h2><p>Saunaen åbner i maj.</p>")
    freshness.index_page(added.pk)
    assert "Saunaen" in retrieve(HEALTH, "Hvornår åbner saunaen?").hits("da")[0].chunk.text
    assert served().recipe == old
    freshness.catch_up()
    assert served().recipe == current_recipe()
    assert not Chunk.objects.filter(recipe=old).exists()
    assert "200 kroner" in retrieve(HEALTH, "Hvad koster besøget i kroner?").hits("da")[0].chunk.text


def test_a_page_saved_while_others_are_embedded_joins_the_index_that_serves(
    monkeypatch: pytest.MonkeyPatch, change_model: Callable[[], None]
) -> None:
    page = make_page(body="<h2>Pris</h2><p>Besøget koster 100 kroner.</p>")
    for slug in ("feber", "kol"):
        make_page(slug)
    index()
    change_model()
    real, saved = sync._embed_missing, []

    def embed_missing(jobs: object, embedder: object) -> sync.Counts:
        if not saved:
            saved.append(page)
            page.body = page.body.replace("100 kroner", "200 kroner")
            page.save()
        return real(jobs, embedder)  # type: ignore[arg-type]

    monkeypatch.setattr(sync, "_embed_missing", embed_missing)
    freshness.index_page(page.pk)
    assert saved and served().recipe != current_recipe()
    assert "200 kroner" in retrieve(HEALTH, "Hvad koster besøget i kroner?").hits("da")[0].chunk.text


def test_rows_of_a_text_that_was_never_indexed_do_not_join_the_index_that_serves(
    change_model: Callable[[], None],
) -> None:
    page = make_page(body="<h2>Pris</h2><p>Besøget koster 100 kroner.</p>")
    make_page("feber")
    index()
    change_model()
    former = publishing.former_of("health")
    assert former is not None
    page.body = page.body.replace("100 kroner", "300 kroner")
    page.save()
    state = IndexState.objects.get(page=page, bot="health")
    assert sync._sync_former("health", [state.pk], former).chunks_added == 0
    assert not [row for row in rows(page) if "300" in row.text]


def test_a_former_backend_that_is_gone_does_not_end_indexing(
    monkeypatch: pytest.MonkeyPatch, change_model: Callable[[], None]
) -> None:
    make_page()
    make_page("feber")
    index()
    change_model()
    monkeypatch.delattr("chatbots.embedders.hashing.HashingEmbedder")
    reset_embedder()
    freshness.catch_up()
    assert served().recipe == current_recipe()


def test_without_the_former_model_an_edited_page_is_not_cited_as_it_was(
    monkeypatch: pytest.MonkeyPatch, change_model: Callable[[], None]
) -> None:
    page = make_page(body="<h2>Pris</h2><p>Besøget koster 100 kroner.</p><h2>Sted</h2><p>Mød op i Møllegade.</p>")
    make_page("feber")
    index()
    change_model()
    monkeypatch.setattr(publishing, "embedder_that_made", Mock(side_effect=BackendError("gone")))
    page.body = page.body.replace("100 kroner", "200 kroner")
    page.save()
    freshness.index_page(page.pk)
    assert served().recipe != current_recipe()
    hits = retrieve(HEALTH, "Hvad koster besøget i kroner?").hits("da")
    assert not [hit for hit in hits if "100" in hit.chunk.text]
    assert [hit for hit in hits if "Møllegade" in hit.chunk.text]


def test_a_page_that_cannot_be_indexed_does_not_hold_back_a_new_model(
    monkeypatch: pytest.MonkeyPatch, change_model: Callable[[], None]
) -> None:
    bad = make_page("daarlig")
    make_page()
    index()
    change_model()
    real = sync.document_for

    def document_for(page: Page, bot: object) -> object:
        if page.pk == bad.pk:
            raise ValueError("unreadable")
        return real(page, bot)  # type: ignore[arg-type]

    monkeypatch.setattr(sync, "document_for", document_for)
    index()
    assert served().recipe == current_recipe()
    assert rows(bad) == []


@pytest.mark.parametrize("damaged", ["current", "manifest.json", "vectors.faiss"])
def test_damage_while_a_new_model_is_being_indexed_does_not_empty_the_index(
    change_model: Callable[[], None], damaged: str
) -> None:
    for slug in ("hoste", "feber", "kol"):
        make_page(slug)
    index()
    old = row_ids()
    change_model()
    sync.sync([freshness.behind()[0][0]])
    for file in SnapshotStore("health").directory.rglob(damaged):
        file.write_bytes(b"damaged")
    assert publish("health") is None
    assert publish("health", rebuild=True) is None
    assert old <= row_ids()
    freshness.catch_up()
    assert publishing.publish("health") is None
    assert served().chunk_ids() == row_ids()
    assert old.isdisjoint(row_ids())


def test_going_back_to_the_old_chunker_leaves_no_rows_of_the_new(monkeypatch: pytest.MonkeyPatch) -> None:
    make_page()
    make_page("feber")
    index()
    with monkeypatch.context() as changed:
        new_chunker(changed)
        sync.sync([freshness.behind()[0][0]])
        assert Chunk.objects.filter(recipe=current_recipe()).exists()
    index()
    assert set(Chunk.objects.values_list("recipe", flat=True)) == {current_recipe()}


def test_a_new_chunker_embeds_only_passages_that_it_cuts_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    make_page(questions=["hvad er godt mod hoste"])
    index()
    new_chunker(monkeypatch)
    counts = index()
    assert (counts.chunks_added, counts.chunks_embedded, counts.questions_embedded) == (5, 0, 0)


def test_a_lost_folder_is_filled_again_from_the_rows(embedded: list[tuple[str, str]]) -> None:
    make_page()
    index()
    embedded.clear()
    shutil.rmtree(SnapshotStore("health").directory)
    index()
    assert served().chunk_ids() == row_ids()
    assert embedded == []
