"""Golden questions: what is asked, and what the answer must show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from chatbots.bots import BOTS
from chatbots.types import Status

_REQUIRED = ("id", "bot", "language", "kind", "question", "pages", "status")
_OPTIONAL = ("contains", "never", "turns", "changes_subject", "page", "handover", "both", "caution", "beside")
_CAUTIONS = ("dosing", "diagnosis", "test_result")


class GoldenError(ValueError):
    """A file of golden questions that cannot be used, and why."""


@dataclass(frozen=True, slots=True)
class GoldenQuestion:
    """What is asked of a bot, and what its answer must be.

    pages: slugs, any of which is right first; with `both`, one of the asked bot's and one of the other's must be shown.
    contains: strings, any of which the answer must hold. never: strings, none of which it may hold.
    status: the best ending; statuses: every accepted one, where there are several, the best first.
    """

    id: str
    bot: str
    language: str
    kind: str
    question: str
    pages: tuple[str, ...]
    status: str
    contains: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    #: What the visitor said before, oldest first.
    turns: tuple[str, ...] = ()
    #: Whether the question stands alone and has nothing to do with `turns`.
    changes_subject: bool = False
    #: Path of the page the visitor stands on, "" when it does not matter.
    page: str = ""
    #: The bot that must get the question, "" when it stays where it was asked.
    handover: str = ""
    #: Whether the question has a half for each bot.
    both: bool = False
    #: What makes the question personal: "dosing", "diagnosis" or "test_result"; "" when nothing does.
    caution: str = ""
    #: Whether a help card belongs beside its answer.
    beside: bool = False

    @property
    def accepted(self) -> tuple[str, ...]:
        """Every ending that is right, the best first."""
        return self.statuses or (self.status,)

    @property
    def answerable(self) -> bool:
        """Whether the asked bot may answer from `pages`, wholly or in part."""
        return bool(self.pages) and not {Status.ANSWERED, Status.PARTIAL}.isdisjoint(self.accepted)

    @property
    def plain(self) -> bool:
        """Whether search and judge alone decide: no conversation, no other bot, no help card and nothing personal."""
        special = self.turns or self.page or self.handover or self.caution or self.never
        return not special and Status.EMERGENCY not in self.accepted


def read_all(paths: Iterable[Path]) -> list[GoldenQuestion]:
    """Return the questions of several YAML files. Raises GoldenError naming the entry that is wrong."""
    return [question for path in paths for question in read_golden(path)]


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
    statuses = _statuses(where, entry["status"])
    question = GoldenQuestion(
        id=_text("id", entry),
        bot=_text("bot", entry),
        language=_text("language", entry),
        kind=_text("kind", entry),
        question=_text("question", entry),
        pages=_strings(where, "pages", entry),
        status=statuses[0],
        statuses=statuses if len(statuses) > 1 else (),
        contains=_strings(where, "contains", entry),
        never=_strings(where, "never", entry),
        turns=_strings(where, "turns", entry),
        changes_subject=_flag(where, "changes_subject", entry),
        page=_text("page", entry),
        handover=_text("handover", entry),
        both=_flag(where, "both", entry),
        caution=_text("caution", entry),
        beside=_flag(where, "beside", entry),
    )
    if complaint := _complaint(question):
        raise GoldenError(f"{where}: {complaint}")
    return question


def _text(key: str, entry: dict[str, Any]) -> str:
    value = entry.get(key)
    return "" if value is None else str(value)


def _strings(where: str, key: str, entry: dict[str, Any]) -> tuple[str, ...]:
    values = entry.get(key) or ()
    if not isinstance(values, list | tuple):
        raise GoldenError(f"{where}: {key} must be a list")
    if empty := [value for value in values if value is None or not str(value).strip()]:
        raise GoldenError(f"{where}: {key} holds {empty[0]!r}")
    return tuple(map(str, values))


def _flag(where: str, key: str, entry: dict[str, Any]) -> bool:
    value = entry.get(key, False)
    if not isinstance(value, bool):
        raise GoldenError(f"{where}: {key} must be true or false")
    return value


def _statuses(where: str, value: Any) -> tuple[str, ...]:
    statuses = tuple(map(str, value if isinstance(value, list) else [value]))
    if not statuses:
        raise GoldenError(f"{where}: status is an empty list")
    if unknown := [status for status in statuses if status not in set(Status)]:
        raise GoldenError(f"{where}: there is no status {unknown[0]!r}")
    return statuses


def _complaint(question: GoldenQuestion) -> str:
    """Return what does not fit together in the question, or ""."""
    if question.changes_subject and not question.turns:
        return "changes_subject needs turns"
    if question.both and not question.handover:
        return "both needs handover"
    if question.handover and question.handover not in BOTS:
        return f"handover: there is no bot {question.handover!r}"
    if question.handover == question.bot:
        return f"handover: {question.bot} cannot hand over to itself"
    if question.caution and question.caution not in _CAUTIONS:
        return f"caution must be one of {', '.join(_CAUTIONS)}"
    if question.page and not question.page.startswith("/"):
        return "page must be a path, such as /sundhed/feber/"
    if question.beside and question.status == Status.EMERGENCY:
        return "beside is for a question that is answered: an emergency's card stands alone"
    return ""
