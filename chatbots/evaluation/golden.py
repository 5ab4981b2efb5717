"""Golden questions: what is asked, and what the answer must show."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from chatbots.bots import BOTS

_REQUIRED = ("id", "bot", "language", "kind", "question", "pages", "status")
_OPTIONAL = ("contains",)


class GoldenError(ValueError):
    """A file of golden questions that cannot be used, and why."""


@dataclass(frozen=True, slots=True)
class GoldenQuestion:
    """`pages`: slugs, any of which is right first. `contains`: strings, any of which the answer must hold."""

    id: str
    bot: str
    language: str
    kind: str
    question: str
    pages: tuple[str, ...]
    status: str
    contains: tuple[str, ...] = ()

    @property
    def answerable(self) -> bool:
        return self.status != "no_answer"


def read_golden(path: Path) -> list[GoldenQuestion]:
    """Return the questions of a YAML file. Raises GoldenError naming the entry that is wrong."""
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise GoldenError(f"{path} cannot be read: {error}") from error
    if not isinstance(entries, list) or not entries:
        raise GoldenError(f"{path} must be a list of questions")
    questions = [_question(path, number, entry) for number, entry in enumerate(entries, 1)]
    if len({question.id for question in questions}) != len(questions):
        raise GoldenError(f"{path}: an id stands twice")
    return questions


def _question(path: Path, number: int, entry: Any) -> GoldenQuestion:
    where = f"{path}, question {number}"
    if not isinstance(entry, dict):
        raise GoldenError(f"{where} must be a mapping")
    if missing := [key for key in _REQUIRED if key not in entry]:
        raise GoldenError(f"{where} lacks {', '.join(missing)}")
    if unknown := set(entry) - {*_REQUIRED, *_OPTIONAL}:
        raise GoldenError(f"{where} has unknown keys: {', '.join(sorted(unknown))}")
    if entry["bot"] not in BOTS:
        raise GoldenError(f"{where}: there is no bot {entry['bot']!r}")
    fields = {key: str(entry[key]) for key in _REQUIRED if key != "pages"}
    return GoldenQuestion(
        **fields,
        pages=tuple(map(str, entry["pages"] or ())),
        contains=tuple(map(str, entry.get("contains") or ())),
    )
