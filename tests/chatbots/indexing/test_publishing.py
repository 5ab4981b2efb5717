from __future__ import annotations

import os
import shutil

import numpy as np
import pytest

from chatbots.bots import BOTS
from chatbots.embedders.hashing import HashingEmbedder
from chatbots.indexing.publishing import MAX_SEGMENTS, publish, snapshot_from_rows
from chatbots.models import BotState
from chatbots.snapshots import SnapshotStore
from content.models import Page
from tests.chatbots.pages import index, make_hours, make_page, row_ids, served

pytestmark = pytest.mark.django_db


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
    files = list((store.directory / first.generation / name).iterdir())
    assert files
    for file in files:
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


def test_a_lost_folder_is_filled_again_from_the_rows(embedded: list[tuple[str, str]]) -> None:
    make_page()
    index()
    embedded.clear()
    shutil.rmtree(SnapshotStore("health").directory)
    index()
    assert served().chunk_ids() == row_ids()
    assert embedded == []


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
