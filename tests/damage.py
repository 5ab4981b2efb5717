"""What can happen to a file of an index on disk, and what its checks say of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from chatbots.exceptions import SnapshotDamaged
from chatbots.snapshots import SnapshotStore

Damage = Callable[[Path, random.Random], None]


def flip(path: Path, chance: random.Random) -> None:
    """Change one to eight bytes, anywhere."""
    data = bytearray(path.read_bytes())
    for at in chance.sample(range(len(data)), k=min(len(data), chance.choice([1, 1, 2, 8]))):
        data[at] ^= chance.randrange(1, 256)
    path.write_bytes(data)


def truncate(path: Path, chance: random.Random) -> None:
    path.write_bytes(path.read_bytes()[: chance.randrange(path.stat().st_size)])


def append(path: Path, chance: random.Random) -> None:
    path.write_bytes(path.read_bytes() + chance.choice([b"\0", b"\n", b" ", chance.randbytes(9)]))


def delete(path: Path, chance: random.Random) -> None:
    path.unlink()


def swap(path: Path, chance: random.Random) -> None:
    """Put the second part of the file before the first."""
    data = path.read_bytes()
    middle = chance.randrange(1, len(data))
    swapped = data[middle:] + data[:middle]
    path.write_bytes(swapped if swapped != data else data[::-1] + b"x")


DAMAGES: tuple[Damage, ...] = (flip, truncate, append, delete, swap)


def index_files(store: SnapshotStore) -> list[Path]:
    """Return the files that hold an index: all but the lock, which is empty."""
    return sorted(path for path in store.directory.rglob("*") if path.is_file() and path.name != "lock")


def problems(store: SnapshotStore) -> list[str]:
    """Return what is found wrong with the pointer and every generation on disk."""
    found = []
    try:
        if store.current() is None:
            found.append("no pointer")
    except SnapshotDamaged as error:
        found.append(str(error))
    return found + [problem for name in store.generations() for problem in store.verify(name)]
