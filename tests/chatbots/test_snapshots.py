from __future__ import annotations

import itertools
import os
import random
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

import chatbots.snapshots.store as snapshot_store
from chatbots.embedders.hashing import HashingEmbedder
from chatbots.exceptions import SnapshotDamaged, SnapshotError
from chatbots.lexical import stems
from chatbots.snapshots import IndexRow, Segment, Snapshot, SnapshotReader, SnapshotStore, build_segment
from tests.damage import DAMAGES, index_files, problems

RECIPE = "hashing-64 chunker-x"
TEXTS = {
    1: "Varm te med honning lindrer hosten",
    2: "Ring til lægen ved åndenød",
    3: "Hold sengen ved feber",
    4: "Drik rigeligt med vand ved feber",
}


def embed(*texts: str) -> np.ndarray:
    return HashingEmbedder().embed(texts, role="passage")


def make_row(chunk_id: int, text: str = "", *questions: str, language: str = "da") -> IndexRow:
    text = text or TEXTS[chunk_id]
    return IndexRow(chunk_id, language, text, embed(text, *questions))


def make_segment(*chunk_ids: int) -> Segment:
    return build_segment([make_row(chunk_id) for chunk_id in chunk_ids])


def publish(store: SnapshotStore, added: Sequence[Segment] = (), **changes: object) -> str:
    with store.lock():
        return store.publish(
            recipe=RECIPE,
            embedder={"MODEL_ID": "hashing-64"},
            dimension=HashingEmbedder.dimension,
            added=added,
            **changes,  # type: ignore[arg-type]
        )


def follow(store: SnapshotStore, added: Sequence[Segment] = (), dead: Sequence[int] = ()) -> str:
    """Publish a generation that keeps every segment of the current one."""
    current = store.current() or ""
    return publish(store, added, kept=store.manifest(current)["segments"], kept_from=current, dead=dead)


@pytest.fixture
def store() -> SnapshotStore:
    return SnapshotStore("health")


def nearest(snapshot: Snapshot, text: str, count: int = 10) -> list[int]:
    index = snapshot.languages["da"]
    return index.chunk_ids[index.vectors.nearest(embed(text)[0], count)].tolist()


# ── There and back ──────────────────────────────────────────────────────────────────────────────


def test_what_is_opened_is_what_was_published(store: SnapshotStore) -> None:
    english = build_segment([make_row(9, "Honey soothes a cough", language="en")])
    segment = build_segment([make_row(1, "", "Hvad hjælper mod hoste?"), make_row(2), make_row(3)])
    name = publish(store, [segment, english])
    assert store.current() == name
    snapshot = store.open(name)
    assert (snapshot.generation, snapshot.recipe, snapshot.manifest["count"]) == (name, RECIPE, 4)
    assert snapshot.manifest["highest_chunk"] == 9
    assert snapshot.chunk_ids() == {1, 2, 3, 9}
    assert set(snapshot.languages) == {"da", "en"}
    index = snapshot.languages["da"]
    rows = np.arange(3)
    own, asked = index.vectors.entry_scores(rows, embed(TEXTS[1])[0])
    assert own == pytest.approx(embed(TEXTS[1], TEXTS[2], TEXTS[3]) @ embed(TEXTS[1])[0], abs=1e-6)
    assert asked[0] == pytest.approx(float(embed("Hvad hjælper mod hoste?")[0] @ embed(TEXTS[1])[0]), abs=1e-6)
    assert asked[1:].tolist() == [-1, -1]
    assert index.stems.scores(stems("feber", "da")).argmax() == 2
    assert index.word_counts["honning"] == 1
    assert index.word_counts["ved"] == 2


def test_the_nearest_come_first_and_each_chunk_once() -> None:
    rows = [make_row(1, "", "hvad er godt mod hoste", "hosten lindrer"), make_row(2), make_row(3)]
    snapshot = snapshot_of([build_segment(rows)])
    found = nearest(snapshot, TEXTS[1])
    assert found[0] == 1
    assert sorted(found) == [1, 2, 3]
    assert nearest(snapshot, TEXTS[2], 1) == [2]


def test_several_segments_answer_as_one() -> None:
    whole = snapshot_of([make_segment(1, 2, 3, 4)]).languages["da"]
    parts = snapshot_of([make_segment(1, 2), make_segment(3), make_segment(4)]).languages["da"]
    query = embed("vand mod feber")[0]
    assert parts.chunk_ids.tolist() == whole.chunk_ids.tolist()
    assert parts.vectors.nearest(query, 3).tolist() == whole.vectors.nearest(query, 3).tolist()
    assert parts.stems.scores(stems("vand mod feber", "da")) == pytest.approx(
        whole.stems.scores(stems("vand mod feber", "da"))
    )
    assert parts.vectors.spread(query) == pytest.approx(whole.vectors.spread(query))
    assert parts.word_counts == whole.word_counts
    for mine, theirs in zip(
        parts.vectors.entry_scores(np.arange(4), query), whole.vectors.entry_scores(np.arange(4), query), strict=True
    ):
        assert mine == pytest.approx(theirs)


def snapshot_of(segments: Sequence[Segment], dead: Sequence[int] = ()) -> Snapshot:
    return Snapshot({"generation": "memory", "recipe": RECIPE, "dead": list(dead)}, segments)


def test_dead_chunks_are_never_found() -> None:
    rows = [make_row(1, "", "hosten"), make_row(2), make_row(3), make_row(4)]
    snapshot = snapshot_of([build_segment(rows[:2]), build_segment(rows[2:])], dead=[1, 4])
    assert snapshot.chunk_ids() == {2, 3}
    for text in [*TEXTS.values(), "hosten"]:
        assert set(nearest(snapshot, text)) == {2, 3}


def test_a_segment_whose_chunks_are_all_dead_is_searched_without_harm() -> None:
    snapshot = snapshot_of([make_segment(1), make_segment(2)], dead=[1])
    assert nearest(snapshot, TEXTS[1]) == [2]


# ── Generations ─────────────────────────────────────────────────────────────────────────────────


def files_of(store: SnapshotStore, generation: str) -> dict[str, int]:
    folder = store.directory / generation
    return {str(path.relative_to(folder)): path.stat().st_ino for path in folder.rglob("*") if path.is_file()}


def test_kept_segments_are_linked_and_not_written_again(store: SnapshotStore) -> None:
    first = publish(store, [make_segment(1, 2)])
    before = files_of(store, first)
    second = follow(store, [make_segment(3)], dead=[2])
    after = files_of(store, second)
    segments = {name: inode for name, inode in before.items() if name != "manifest.json"}
    assert len(segments) == 3
    assert segments.items() <= after.items()
    assert len(after) == len(before) + 3
    assert store.open(second).chunk_ids() == {1, 3}
    assert store.open(first).chunk_ids() == {1, 2}


def test_kept_segments_are_copied_where_links_cannot_be_made(
    store: SnapshotStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish(store, [make_segment(1)])

    def no_links(*args: object) -> None:
        raise OSError("links are not supported")

    monkeypatch.setattr(os, "link", no_links)
    second = follow(store, [make_segment(2)])
    assert store.verify(second) == []
    assert files_of(store, first).keys() < files_of(store, second).keys()


def test_the_last_two_generations_are_kept(store: SnapshotStore) -> None:
    names = [publish(store, [make_segment(1)])]
    names += [follow(store) for _ in range(3)]
    assert store.generations() == [names[3], names[2]]
    assert store.current() == names[3]
    assert [store.verify(name) for name in names[2:]] == [[], []]


def test_an_index_of_nothing_can_be_published_and_opened(store: SnapshotStore) -> None:
    snapshot = store.open(publish(store))
    assert snapshot.chunk_ids() == set()
    assert snapshot.languages == {}


def test_before_the_first_generation_there_is_no_current_one(store: SnapshotStore) -> None:
    assert store.current() is None
    assert store.generations() == []


def test_what_a_killed_process_left_is_cleared_away(store: SnapshotStore) -> None:
    publish(store, [make_segment(1)])
    (store.directory / ".new-left").mkdir()
    (store.directory / ".new-left" / "vectors.faiss").write_bytes(b"half")
    (store.directory / ".pointer-left").write_bytes(b"000")
    follow(store)
    assert [path.name for path in store.directory.glob(".*")] == []


# ── A full disk ─────────────────────────────────────────────────────────────────────────────────


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"" for path in folder.rglob("*")}


@pytest.mark.parametrize("call", range(1, 9))
def test_a_full_disk_leaves_everything_as_it_was(
    store: SnapshotStore, monkeypatch: pytest.MonkeyPatch, call: int
) -> None:
    """Fail the n-th fsync: those of three files of a segment, its folder, manifest, pointer, and the two folders."""
    publish(store, [make_segment(1)])
    before = tree(store.directory)
    calls = iter(range(1, 100))
    real = os.fsync

    def fsync(handle: int) -> None:
        if next(calls) == call:
            raise OSError(28, "No space left on device")
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(OSError, match="No space"):
        follow(store, [make_segment(2)])
    assert tree(store.directory) == before
    monkeypatch.undo()
    assert store.open(follow(store, [make_segment(2)])).chunk_ids() == {1, 2}


def test_a_file_that_cannot_be_written_leaves_everything_as_it_was(
    store: SnapshotStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(store, [make_segment(1)])
    before = tree(store.directory)

    def half_written(path: Path, data: bytes) -> None:
        path.write_bytes(data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(snapshot_store, "write_durably", half_written)
    with pytest.raises(OSError, match="No space"):
        follow(store, [make_segment(2)])
    assert tree(store.directory) == before


# ── Damage ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def copies(store: SnapshotStore, tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Two generations, and a function that puts them back as they were."""
    publish(store, [make_segment(1, 2)])
    follow(store, [make_segment(3)], dead=[2])
    original = tmp_path / "original"
    shutil.copytree(store.directory, original)

    def restore() -> None:
        shutil.rmtree(store.directory)
        shutil.copytree(original, store.directory)

    yield restore


def test_every_kind_of_damage_to_every_file_is_found_and_the_other_generation_serves(
    store: SnapshotStore, copies: Callable[[], None]
) -> None:
    chance = random.Random(20270)
    for damage, target in itertools.product(DAMAGES, index_files(store)):
        copies()
        assert problems(store) == []
        damage(target, chance)
        assert problems(store) != [], f"{damage.__name__} of {target}"
        generation = target.relative_to(store.directory).parts[0]
        if generation != store.pointer.name:
            with pytest.raises(SnapshotDamaged):
                store.open(generation)
        snapshot = SnapshotReader("health").get()  # of the other generation, where one is damaged
        assert snapshot.chunk_ids() in ({1, 2}, {1, 3})
        assert nearest(snapshot, TEXTS[1])[0] == 1


def test_a_damaged_pointer_never_names_another_generation(store: SnapshotStore, copies: Callable[[], None]) -> None:
    newest, oldest = store.generations()
    written = store.pointer.read_bytes()
    store.pointer.write_bytes(written.replace(newest.encode(), oldest.encode()))
    with pytest.raises(SnapshotDamaged):
        store.current()


def test_a_missing_segment_folder_is_found(store: SnapshotStore) -> None:
    name = publish(store, [make_segment(1)])
    shutil.rmtree(next(path for path in (store.directory / name).iterdir() if path.is_dir()))
    assert len(store.verify(name)) == 3


# ── What a process serves ───────────────────────────────────────────────────────────────────────


def test_a_reader_takes_a_new_generation_without_a_restart(store: SnapshotStore) -> None:
    publish(store, [make_segment(1)])
    reader = SnapshotReader("health")
    first = reader.get()
    assert reader.get() is first
    follow(store, [make_segment(2)])
    second = reader.get()
    assert second.chunk_ids() == {1, 2}
    assert first.chunk_ids() == {1}
    (name,) = first.segments
    assert second.segments[name] is first.segments[name]


def test_a_reader_without_an_index_says_so_and_finds_the_first_one(store: SnapshotStore) -> None:
    reader = SnapshotReader("health")
    with pytest.raises(SnapshotError, match="no index yet"):
        reader.get()
    publish(store, [make_segment(1)])
    assert reader.get().chunk_ids() == {1}


@pytest.mark.parametrize("name", ["manifest.json", "vectors.faiss", "arrays.npz", "chunks.npy"])
def test_a_reader_keeps_what_it_serves_when_the_next_generation_is_damaged(store: SnapshotStore, name: str) -> None:
    publish(store, [make_segment(1)])
    reader = SnapshotReader("health")
    first = reader.get()
    generation = follow(store, [make_segment(2)])
    new = sorted((store.directory / generation).rglob(name), key=lambda path: path.stat().st_nlink)[0]
    new.write_bytes(new.read_bytes()[:-1])
    assert reader.get() is first
    assert name in reader.problem
    follow_up = publish(store, [make_segment(1, 2)])
    assert reader.get().generation == follow_up
    assert reader.problem == ""


def test_a_new_reader_falls_back_to_the_generation_before(store: SnapshotStore) -> None:
    first = publish(store, [make_segment(1)])
    second = follow(store, [make_segment(2)])
    (store.directory / second / "manifest.json").unlink()
    reader = SnapshotReader("health")
    assert reader.get().generation == first
    assert second in reader.problem


def test_when_every_generation_is_damaged_nothing_is_made_up(store: SnapshotStore) -> None:
    publish(store, [make_segment(1)])
    second = follow(store, [make_segment(2)])
    for name in store.generations():
        (store.directory / name / "manifest.json").write_bytes(b"{}")
    with pytest.raises(SnapshotError, match=second):
        SnapshotReader("health").get()


def test_a_big_generation_is_loaded_beside_the_questions(store: SnapshotStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SnapshotReader, "LOAD_AT_ONCE", 0)
    publish(store, [make_segment(1)])
    reader = SnapshotReader("health")
    first = reader.get()
    second = follow(store, [make_segment(2)])
    seen = reader.get()
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and thread.daemon and "_load_beside" in thread.name:
            thread.join()
    assert seen in (first, reader.get())
    assert reader.get().generation == second


def test_many_threads_are_served_while_generations_change(store: SnapshotStore) -> None:
    publish(store, [make_segment(1, 2)])
    reader, stop, errors = SnapshotReader("health"), threading.Event(), []

    def ask() -> None:
        while not stop.is_set():
            try:
                assert nearest(reader.get(), TEXTS[1])[0] == 1
            except Exception as error:
                errors.append(error)
                return

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(15):
        follow(store, dead=[2])
    last = store.current()
    stop.set()
    for thread in threads:
        thread.join()
    assert errors == []
    assert reader.get().generation == last


def test_two_publishers_take_turns(store: SnapshotStore) -> None:
    publish(store, [make_segment(1)])
    threads = [threading.Thread(target=follow_locked, args=(store,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.current() == "00000005"
    assert problems(store) == []


def follow_locked(store: SnapshotStore) -> None:
    with store.lock():
        current = store.current() or ""
        store.publish(
            recipe=RECIPE,
            embedder={},
            dimension=64,
            kept=store.manifest(current)["segments"],
            kept_from=current,
        )
