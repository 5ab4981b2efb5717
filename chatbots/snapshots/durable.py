"""Files that are there after the power failed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path


def link_tree(source: Path, target: Path, names: Iterable[str]) -> None:
    """Make the folder `target` with the files of `source`, sharing them where the file system can."""
    target.mkdir(parents=True)
    for name in names:
        try:
            os.link(source / name, target / name)
        except OSError:  # a file system without hard links, or too many of them
            shutil.copyfile(source / name, target / name)


def write_durably(path: Path, data: bytes) -> None:
    """Write a file, and return when it is on the disk."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_directory(path: Path) -> None:
    """Return when the names in a folder are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
