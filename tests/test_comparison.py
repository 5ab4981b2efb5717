"""docs/comparison.md cites tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "comparison.md").read_text()
#: The test files, and a folder of them, by their short names.
FILES = dict(re.findall(r"\*\*(\w)\*\* `(tests/[\w/]+(?:\.py|/))`", TEXT))
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in TEXT.splitlines() if line.startswith("| ")]


def citations(cell: str) -> list[tuple[str, str]]:
    """Return what a cell cites, as (file, part of a test's name)."""
    cited, file = [], ""
    for letter, words in re.findall(r"\*\*(\w)\*\*|`([a-z0-9_]+)`", cell):
        if letter:
            file = FILES[letter]
        elif "_" in words:
            cited.append((file, words))
    return cited


def test_the_table_is_read() -> None:
    assert len(FILES) >= 8
    assert len(ROWS) > 25
    assert citations("yes (**F** `one_thing`, `another_thing`), not `light-dark`") == [
        (FILES["F"], "one_thing"),
        (FILES["F"], "another_thing"),
    ]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_test_that_our_column_cites_is_there(row: list[str]) -> None:
    for file, words in citations(row[1]):
        paths = (ROOT / file).glob("*.py") if file.endswith("/") else [ROOT / file]
        names = [name for path in paths for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)]
        assert [name for name in names if words in name], words
