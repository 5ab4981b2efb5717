"""What the site's own worker has published, damaged in two hundred ways: not one passes for whole."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from django.conf import LazySettings

from chatbots.exceptions import SnapshotDamaged
from chatbots.snapshots import SnapshotStore
from tests.damage import DAMAGES, flip, index_files, problems
from tests.flows.site import Site

pytestmark = [pytest.mark.flow, pytest.mark.model]


@pytest.fixture
def copies(live: Site, settings: LazySettings, tmp_path: Path) -> list[SnapshotStore]:
    """Return both bots' indexes as the site has them on disk, copied so that the site goes on."""
    folder = tmp_path / "damaged"
    shutil.copytree(live.snapshots, folder)
    settings.CHATBOTS = settings.CHATBOTS | {"SNAPSHOT_DIR": folder}
    return [SnapshotStore("guide"), SnapshotStore("health")]


def test_two_hundred_random_damages_of_a_sites_indexes_are_all_found(copies: list[SnapshotStore]) -> None:
    chance = random.Random(20270)
    assert [problems(store) for store in copies] == [[], []]
    for number in range(200):
        store = chance.choice(copies)
        target, damage = chance.choice(index_files(store)), chance.choice([flip, *DAMAGES])
        whole = target.read_bytes()
        damage(target, chance)
        assert problems(store), f"{number}: {damage.__name__} of {target}"
        generation = target.relative_to(store.directory).parts[0]
        if generation != store.pointer.name:
            with pytest.raises(SnapshotDamaged):
                store.open(generation)
        target.write_bytes(whole)
    assert [problems(store) for store in copies] == [[], []]
