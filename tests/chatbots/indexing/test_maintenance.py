from __future__ import annotations

import fcntl
import os
import random
import shutil
import threading
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from chatbots import serving
from chatbots.bots import BOTS, HEALTH
from chatbots.conf import settings_for
from chatbots.conversations import begin, keep
from chatbots.embedders.hashing import HashingEmbedder
from chatbots.exceptions import ModelMissing, SnapshotError
from chatbots.indexing import maintenance
from chatbots.indexing.audit import audit
from chatbots.indexing.maintenance import check_snapshots, sweep
from chatbots.indexing.publishing import MAX_SEGMENTS, snapshot_from_rows
from chatbots.models import BotState, Chunk, Conversation, Turn
from chatbots.retrieval import retrieve
from chatbots.snapshots import SnapshotReader, SnapshotStore
from content.models import Page
from tests.chatbots.pages import make_page, served, texts
from tests.chatbots.test_snapshots import DAMAGES, problems

pytestmark = pytest.mark.django_db


def disk_problems() -> list[str]:
    return [problem for bot in BOTS for problem in problems(SnapshotStore(bot))]


def files(bot: str = "health") -> list[Path]:
    found = SnapshotStore(bot).directory.rglob("*")
    return sorted(path for path in found if path.is_file() and path.name != "lock")


def best(question: str) -> str:
    return retrieve(HEALTH, question).hits("da")[0].chunk.text


def test_a_sweep_converges_on_whatever_happened() -> None:
    page, other = make_page(), make_page("feber")
    sweep()
    Page.objects.filter(pk=page.pk).update(summary="Ny.")
    other.delete()
    counts = sweep()
    assert counts is not None
    assert counts.pages == 2
    assert texts(page)[0] == "Ny."
    assert audit() == []
    assert sweep() == type(counts)()


def test_only_one_sweeps_at_a_time() -> None:
    make_page()
    folder = Path(settings_for("SNAPSHOT_DIR"))
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "sweep.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert sweep() is None
        assert not Chunk.objects.exists()
    assert sweep() is not None
    assert Chunk.objects.exists()


def test_a_sweep_without_a_model_notes_it_and_does_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    make_page()
    forgotten = begin()
    keep(forgotten, "health", "hvad", {"id": str(uuid.uuid4()), "status": "answered", "text": "x"})
    Conversation.objects.update(last_used_at=timezone.now() - timedelta(days=30))

    def missing(*args: object, **kwargs: object) -> None:
        raise ModelMissing("no model here")

    monkeypatch.setattr(HashingEmbedder, "embed", missing)
    assert sweep() is not None
    assert set(BotState.objects.values_list("error", flat=True)) == {"no model here"}
    assert not Conversation.objects.exists()
    monkeypatch.undo()
    sweep()
    assert set(BotState.objects.values_list("error", flat=True)) == {""}
    assert audit() == []


def test_what_is_too_old_is_forgotten_whatever_happens_to_the_index(monkeypatch: pytest.MonkeyPatch) -> None:
    keep(begin(), "health", "hvad", {"id": str(uuid.uuid4()), "status": "answered", "text": "x"})
    then = timezone.now() - timedelta(hours=settings_for("CONVERSATION_HOURS"))
    Conversation.objects.update(last_used_at=then)
    Turn.objects.update(created_at=then)

    def broken(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(maintenance.freshness, "refresh_wanted", broken)
    with pytest.raises(OSError, match="No space"):
        sweep()
    assert not Turn.objects.exists()
    assert not Conversation.objects.exists()


def test_a_sound_index_is_read_once_and_then_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    make_page()
    sweep()
    check_snapshots()
    read: list[str] = []
    monkeypatch.setattr(SnapshotStore, "verify", lambda self, generation: read.append(generation) or [])
    check_snapshots()
    assert read == []


def test_damage_that_changes_no_date_is_found_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    make_page()
    store = SnapshotStore("health")
    sweep()
    check_snapshots()
    vectors = next(path for path in files() if path.name == "vectors.faiss")
    before = vectors.stat()
    vectors.write_bytes(bytes(before.st_size))
    os.utime(vectors, ns=(before.st_atime_ns, before.st_mtime_ns))
    check_snapshots()
    assert store.verify(store.current() or "")
    monkeypatch.setattr(maintenance, "READ_AGAIN_SECONDS", 0.0)
    check_snapshots()
    assert store.verify(store.current() or "") == []


def test_every_random_damage_is_mended_and_no_question_goes_unanswered(
    tmp_path: Path, embedded: list[tuple[str, str]], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("CRITICAL")
    page = make_page()
    sweep()
    page.summary = "Om hoste og forkølelse."
    page.save()
    sweep()
    original = tmp_path / "original"
    shutil.copytree(settings_for("SNAPSHOT_DIR"), original)
    expected = served().chunk_ids()
    reader = serving.reader("health")
    assert best("varm te med honning") == "Varm te med honning lindrer hosten."
    chance = random.Random(7)
    for number in range(40):
        shutil.rmtree(settings_for("SNAPSHOT_DIR"))
        shutil.copytree(original, settings_for("SNAPSHOT_DIR"))
        embedded.clear()
        target, damage = chance.choice(files()), chance.choice(DAMAGES)
        damage(target, chance)
        where = f"{number}: {damage.__name__} of {target}"
        assert reader.get().chunk_ids() == expected, where
        serving._readers["health"] = SnapshotReader("health")  # as a process that has just started
        serving._from_rows.clear()
        assert best("varm te med honning") == "Varm te med honning lindrer hosten.", where
        assert embedded == [("query", "varm te med honning")], where
        maintenance._verified.clear()
        sweep()
        store = SnapshotStore("health")
        assert store.verify(store.current() or "") == [], where
        assert served().chunk_ids() == expected, where
        assert [text for role, text in embedded if role == "passage"] == [], where


@pytest.mark.parametrize("name", ["current", "manifest.json", "vectors.faiss", "arrays.npz", "chunks.npy"])
def test_after_two_generations_every_trace_of_damage_is_gone(name: str) -> None:
    page = make_page()
    sweep()
    for number, file in enumerate(path for path in files() if path.name == name):
        file.write_bytes(b"damaged")
        page.summary = f"Udgave {number}."
        page.save()
    sweep()
    page.summary = "Endnu en."
    page.save()
    sweep()
    assert disk_problems() == []
    assert audit() == []


def test_a_lost_folder_comes_back() -> None:
    make_page()
    sweep()
    expected = served().chunk_ids()
    shutil.rmtree(SnapshotStore("health").directory)
    sweep()
    assert served().chunk_ids() == expected


def test_when_no_file_is_sound_the_rows_answer() -> None:
    make_page()
    sweep()
    for file in files():
        file.write_bytes(b"damaged")
    serving._readers.pop("health", None)
    snapshot = serving.current_snapshot("health")
    assert snapshot.generation == "memory"
    assert best("varm te med honning") == "Varm te med honning lindrer hosten."
    assert serving.current_snapshot("health") is snapshot
    sweep()
    assert serving.current_snapshot("health").generation == SnapshotStore("health").current()


def test_what_was_damaged_before_this_process_read_it_is_found_all_the_same() -> None:
    page = make_page()
    sweep()
    assert best("varm te med honning") == "Varm te med honning lindrer hosten."
    page.body = page.body.replace("Varm te", "Lunken te")
    page.save()
    sweep()
    for file in files():
        file.write_bytes(b"damaged")
    assert best("lunken te med honning") == "Lunken te med honning lindrer hosten."
    snapshot = serving.current_snapshot("health")
    assert serving.current_snapshot("health") is snapshot
    sweep()
    assert serving.current_snapshot("health").generation == SnapshotStore("health").current()


def test_edits_are_seen_while_no_file_is_sound_and_none_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    page, other = make_page(), make_page("feber")
    for slug in ("mave", "ryg", "knae", "hud"):
        make_page(slug)
    sweep()
    for file in files():
        file.write_bytes(b"damaged")

    def no_room(self: SnapshotStore, **kwargs: object) -> str:
        raise OSError("No space left on device")

    monkeypatch.setattr(SnapshotStore, "publish", no_room)
    monkeypatch.setattr(serving, "ROWS_SECONDS", 0.0)
    serving._readers.pop("health", None)
    before = serving.current_snapshot("health")
    page.body = page.body.replace("Varm te", "Varm saft")
    page.save()
    other.delete()
    sweep()
    snapshot = serving.current_snapshot("health")
    assert best("varm saft med honning") == "Varm saft med honning lindrer hosten."
    assert snapshot.chunk_ids() == set(Chunk.objects.filter(bot="health").values_list("pk", flat=True))
    assert before.segments.keys() < snapshot.segments.keys()  # what stayed is not built again
    assert serving.current_snapshot("health") is snapshot
    Page.objects.all().delete()
    with pytest.raises(SnapshotError):
        serving.current_snapshot("health")


def test_an_index_in_memory_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    page = make_page()
    for slug in ("feber", "mave", "ryg", "knae"):
        make_page(slug)
    sweep()
    snapshot = snapshot_from_rows("health")
    for number in range(3 * MAX_SEGMENTS):
        page.summary = f"Udgave {number}."
        page.save()
        sweep()
        snapshot = snapshot_from_rows("health", snapshot)
        assert len(snapshot.segments) <= MAX_SEGMENTS + 1
        assert len(snapshot.manifest["dead"]) <= 0.5 * snapshot.manifest["count"]
    assert snapshot.chunk_ids() == set(Chunk.objects.filter(bot="health").values_list("pk", flat=True))


def test_two_processes_that_start_on_a_damaged_index_both_answer() -> None:
    make_page()
    sweep()
    SnapshotStore("health").pointer.unlink()
    found = []
    threads = [threading.Thread(target=lambda: found.append(SnapshotReader("health").get())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [snapshot.generation for snapshot in found] == ["00000001"] * 2
