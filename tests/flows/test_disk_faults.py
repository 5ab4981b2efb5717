"""The index on disk is damaged or cannot be written: what is in memory serves, and the sweep mends it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.flows.site import SAVE_LIMIT, SECONDS_TO_ANSWER, SECONDS_TO_CONVERGE, Editor, Site, Web, until

pytestmark = [pytest.mark.flow, pytest.mark.model]


def flip_a_byte_of_each_file(folder: Path) -> None:
    """Change one byte in the middle of every file, in place, as a failing disk does."""
    for path in _files(folder):
        with path.open("r+b") as file:
            file.seek(path.stat().st_size // 2)
            byte = file.read(1)
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte[0] ^ 0x10]))


def truncate_each_file(folder: Path) -> None:
    """Cut every file in half, in place."""
    for path in _files(folder):
        os.truncate(path, path.stat().st_size // 2)


def delete_the_pointer(folder: Path) -> None:
    (folder / "current").unlink()


def delete_everything(folder: Path) -> None:
    shutil.rmtree(folder)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size]


@pytest.mark.parametrize(
    ("to_health", "to_guide"),
    [(flip_a_byte_of_each_file, truncate_each_file), (delete_the_pointer, delete_everything)],
)
def test_a_damaged_index_stops_no_answer_and_is_mended_by_the_sweep(
    live: Site,
    web: Web,
    editor: Editor,
    to_health: Callable[[Path], None],
    to_guide: Callable[[Path], None],
) -> None:
    def answers(server: Web) -> bool:
        health = server.ask("health", "Hvornår smitter skoldkopper?")
        guide = server.ask("guide", "Hvad koster madpakkekurset?")
        return health.says("to dage før udslættet") and guide.cites("priser")

    assert answers(web)
    to_health(live.snapshots / "health")
    to_guide(live.snapshots / "guide")
    assert answers(web)
    assert not live.verified()
    new_web = live.new_web("new-web")
    try:
        assert answers(new_web)
        live.sweep()
        until(live.verified, SECONDS_TO_CONVERGE)
        saved, _, new = editor.count_up("flaatbid", "bidstedet i ", " dage")
        assert saved.done
        asked = "Hvor længe skal jeg holde øje med bidstedet?"
        for server in (web, new_web):
            until(lambda server=server: server.ask("health", asked).says(new), SECONDS_TO_ANSWER)
            assert answers(server)
    finally:
        new_web.stop()


@contextmanager
def full_disk(live: Site) -> Iterator[None]:
    """Leave the worker no room for the index (see full_disk.py)."""
    ballast = live.snapshots / "ballast"
    ballast.touch()
    try:
        yield
    finally:
        ballast.unlink()


def test_a_full_disk_keeps_the_old_index_in_service_and_the_new_text_comes_when_there_is_room(
    live: Site, web: Web, other: Web, editor: Editor
) -> None:
    question = "Hvor længe kan rester stå i køleskabet?"
    before = live.generations()
    with full_disk(live):
        saved, old, new = editor.count_up("madhygiejne-derhjemme", "kan stå ", " dage")
        assert saved.done
        assert saved.seconds <= SAVE_LIMIT
        error = until(lambda: live.status()["health"]["error"], SECONDS_TO_CONVERGE)
        assert "No space left on device" in error
        assert "No space left on device" in editor.status_page()
        assert live.generations() == before
        for server in (web, other):
            assert not server.ask("health", question).says(old)
            assert server.ask("health", "Hvornår smitter skoldkopper?").says("to dage før udslættet")
        assert not live.verified()
    live.sweep()
    for server in (web, other):
        until(lambda server=server: server.ask("health", question).says(new), SECONDS_TO_CONVERGE)
    assert live.verified()
    assert live.status()["health"]["error"] == ""
