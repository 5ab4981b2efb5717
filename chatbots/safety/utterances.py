"""Labelled utterances: what a visitor might write, and what must come of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from chatbots.safety.triage import Outcome

_REQUIRED = ("id", "text", "language", "topic", "level")


class UtteranceError(ValueError):
    """A file of utterances that cannot be used, and why."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What is said, and the outcome it calls for. `cards`: the levels that are right for its card, any of them."""

    id: str
    text: str
    language: str
    topic: str
    outcome: Outcome
    cards: tuple[str, ...] = ()


def read_utterances(path: Path) -> list[Utterance]:
    """Return the utterances of a YAML file. Raises UtteranceError naming the entry that is wrong."""
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UtteranceError(f"{path} cannot be read: {error}") from error
    if not isinstance(entries, list) or not entries:
        raise UtteranceError(f"{path} must be a list of utterances")
    return [_utterance(path, number, entry) for number, entry in enumerate(entries, 1)]


def _utterance(path: Path, number: int, entry: Any) -> Utterance:
    where = f"{path}, utterance {number}"
    if not isinstance(entry, dict):
        raise UtteranceError(f"{where} must be a mapping")
    if missing := [key for key in _REQUIRED if key not in entry]:
        raise UtteranceError(f"{where} lacks {', '.join(missing)}")
    if entry["level"] not in list(Outcome):
        raise UtteranceError(f"{where}: {entry['level']!r} is no level")
    return Utterance(
        id=str(entry["id"]),
        text=str(entry["text"]),
        language=str(entry["language"]),
        topic=str(entry["topic"]),
        outcome=Outcome(entry["level"]),
        cards=tuple(map(str, entry.get("card") or ())),
    )
