"""The report of one part, and RESULTS.md: one section for each part, replaced when the part is run again."""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")
_HEAD = """\
# Results

Written by `python -m bench` (see README.md beside this file for what is measured and how).
"""


@dataclass
class Table:
    """Columns and rows of cells, as text."""

    columns: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)

    def add(self, *cells: str) -> None:
        assert len(cells) == len(self.columns), cells
        self.rows.append(cells)

    def markdown(self) -> str:
        lines = [self.columns, tuple("---" for _ in self.columns), *map(tuple, self.rows)]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


@dataclass
class Report:
    """What one part measured: tables, each under a line that says what it is, and notes."""

    title: str
    tables: list[tuple[str, Table]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Report:
        document = json.loads(path.read_text(encoding="utf-8"))
        tables = [(caption, Table(tuple(table["columns"]), table["rows"])) for caption, table in document["tables"]]
        return cls(document["title"], tables, document["notes"])

    def markdown(self, command: str) -> str:
        lines = [f"## {self.title}", "", f"{datetime.now():%Y-%m-%d %H:%M}, {machine()}, `{command}`"]
        for caption, table in self.tables:
            lines += ["", caption, "", table.markdown()]
        if self.notes:
            lines += ["", *(f"- {note}" for note in self.notes)]
        return "\n".join(lines) + "\n"


def machine() -> str:
    """Return cores, processor, memory and Python of this machine."""
    model = re.search(r"model name\s*:\s*(.+)", _read("/proc/cpuinfo"))
    memory = re.search(r"MemTotal:\s*(\d+)", _read("/proc/meminfo"))
    parts = [
        f"{len(os.sched_getaffinity(0))} cores",
        model[1].strip() if model else platform.machine(),
        f"{int(memory[1]) / 1e6:.0f} GB" if memory else "",
        f"Python {platform.python_version()}",
    ]
    return ", ".join(part for part in parts if part)


def _read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""


def write_results(reports: Sequence[tuple[Report, str]], path: Path = RESULTS) -> None:
    """Put each report, with its command, into its section; keep the sections of parts that were not run."""
    sections = dict(_sections(path.read_text(encoding="utf-8"))) if path.exists() else {}
    for report, command in reports:
        sections[report.title] = report.markdown(command)
    path.write_text("\n".join([_HEAD, *sections.values()]), encoding="utf-8")


def _sections(text: str) -> Iterator[tuple[str, str]]:
    for section in text.split("\n## ")[1:]:
        yield section.split("\n", 1)[0], f"## {section.rstrip()}\n"
