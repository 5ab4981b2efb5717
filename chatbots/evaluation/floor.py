"""The figures that must not be fallen below: measured once, less a margin, and kept in a file."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatbots.embedders.naming import name_of_model
from chatbots.evaluation.figures import FAULTY, SHARES, Share, figures
from chatbots.evaluation.report import Report

#: Shares that are held, of all questions and of each bot. Of each kind only the first three.
HELD = (
    "all right",
    "right ending",
    "hit@1",
    *(name for name in SHARES if name not in {"all right", "right ending", "hit@1"}),
)
HELD_BY_KIND = ("all right", "right ending", "hit@1")
#: A fall is a fall from this many questions on, or from this share of them if that is more: figures differ a little
#: between machines, whose arithmetic rounds differently. Where a life may hang on it, one question is enough.
SLACK_QUESTIONS, SLACK_SHARE = 2, 0.02
SLACK_FOR_LIVES = 1
LIVES = frozenset({"emergencies seen", "forbidden absent"})
HOW = (
    "Each figure of the development half when this was written, less two questions, or two per cent of them if that is "
    "more; emergencies less one, forbidden words less none. Write it anew when the figures have risen: "
    "manage.py evaluate golden/demo.yaml --write-floor golden/floor.json"
)


class FloorError(ValueError):
    """A floor that cannot be used, and why."""


@dataclass(frozen=True, slots=True)
class Fall:
    """A figure on the wrong side of its floor."""

    group: str
    name: str
    found: Share
    bound: float

    def __str__(self) -> str:
        word = "at most" if self.name in FAULTY else "at least"
        return f"{self.group}: {self.name} is {self.found.hits}/{self.found.of}, must be {word} {self.bound:.3f}"


def floor_of(report: Report) -> dict[str, Any]:
    """Return the floor that a report's figures allow, ready for JSON."""
    bounds: dict[str, dict[str, float]] = {}
    for group, members in report.groups.items():
        found = figures(members)
        for name in HELD if group == "all" or group.startswith("bot ") else HELD_BY_KIND:
            share = found[name]
            if isinstance(share, Share) and share.of and not _is_part(group):
                bounds.setdefault(group, {})[name] = _bound(name, share)
    setting = report.setting
    return {
        "file": report.name,
        "measured_on": setting.made_on,
        "commit": setting.commit,
        "embedder": setting.embedder,
        "how": HOW,
        "bounds": bounds,
    }


def _is_part(group: str) -> bool:
    """Tell the groups of one kind and one bot: a handful of questions each."""
    return ", " in group


def _bound(name: str, share: Share) -> float:
    if name == "forbidden absent":
        slack = 0
    elif name in LIVES:
        slack = SLACK_FOR_LIVES
    else:
        slack = max(SLACK_QUESTIONS, math.ceil(SLACK_SHARE * share.of))
    hits = min(share.of, share.hits + slack) if name in FAULTY else max(0, share.hits - slack)
    return round(hits / share.of, 4)


def read_floor(path: Path) -> dict[str, Any]:
    """Return the floor in a file. Raises FloorError."""
    try:
        floor = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(floor["bounds"], dict) or not isinstance(floor["embedder"], str):
            raise FloorError(f"{path}: bounds must be a mapping, embedder a name")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FloorError(f"{path} cannot be used as a floor: {error}") from error
    return floor


def falls(report: Report, floor: dict[str, Any]) -> list[Fall]:
    """Return the figures that have fallen. Raises FloorError when the two cannot be compared."""
    if floor["file"] != report.name:
        raise FloorError(f"the floor is that of {floor['file']}, not of {report.name}")
    model = name_of_model(report.setting.embedder)
    if model != name_of_model(floor["embedder"]):
        raise FloorError(f"the floor was measured with {floor['embedder']}, this site with {model}")
    found = []
    for group, bounds in floor["bounds"].items():
        measured = figures(report.groups.get(group, ()))
        for name, bound in bounds.items():
            share = measured.get(name)
            if not isinstance(share, Share) or share.value is None:
                raise FloorError(f"{group}: {name} is held by the floor and no longer measured")
            if share.value > bound + _ROUNDING if name in FAULTY else share.value < bound - _ROUNDING:
                found.append(Fall(group, name, share, bound))
    return found


#: Bounds are written with four decimals.
_ROUNDING = 5e-5


def worst(all_falls: Sequence[Fall]) -> list[Fall]:
    """Return falls with what may cost a life first, then those of the largest groups."""
    return sorted(all_falls, key=lambda fall: (fall.name not in LIVES, -fall.found.of, fall.group))
