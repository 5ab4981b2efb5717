"""One evaluation: what was asked of which site, and what came of it; as text and as JSON."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from chatbots.bots import BOTS
from chatbots.evaluation.distorting import Trial
from chatbots.evaluation.figures import (
    Figure,
    Share,
    by_group,
    confusion,
    figures,
    judge_figures,
    judged,
    step_times,
)
from chatbots.evaluation.outcomes import SEVERITY, Outcome
from chatbots.llms import get_llm
from chatbots.models import Chunk
from chatbots.serving import current_snapshot

#: The figures of the table by kind; the others stand below it.
MAIN = ("questions", "all right", "right ending", "hit@1", "hit@3", "MRR", "fact shown", "p50 ms", "p95 ms")
SAFETY = (
    "refused rightly", "refused wrongly", "answered outright", "emergencies seen", "false alarms", "card where due",
    "card beside", "careful", "careful without cause", "handed over", "handed over wrongly", "both halves",
    "forbidden absent", "sentences supported", "sentences with a new number",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Setting:
    """What the figures were measured on."""

    made_on: str
    commit: str
    embedder: str
    llm: str
    chunks: Mapping[str, int]
    cores: int


@dataclass(frozen=True, slots=True)
class Compared:
    """One variant of the pipeline: its outcomes, or why it was not tried."""

    name: str
    what: str
    outcomes: Sequence[Outcome] = ()
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The outcomes of one file of golden questions."""

    name: str
    setting: Setting
    outcomes: Sequence[Outcome]
    modes: Sequence[Compared] = ()
    ablations: Sequence[Compared] = ()
    trial: Trial | None = None
    groups: Mapping[str, Sequence[Outcome]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "groups", by_group(self.outcomes))

    @property
    def failures(self) -> list[Outcome]:
        """The questions that went wrong, the worst for a visitor first."""
        failed = [outcome for outcome in self.outcomes if not outcome.right]
        return sorted(failed, key=lambda outcome: (SEVERITY[outcome.faults[0]], outcome.question.id))


def setting_here() -> Setting:
    """Return what would be measured now. Raises SnapshotError when a bot has no index."""
    llm = get_llm()
    return Setting(
        made_on=date.today().isoformat(),
        commit=_commit(),
        embedder=current_snapshot("health").manifest["embedder"]["MODEL_ID"],
        llm=llm.model_id if llm else "",
        chunks={bot: Chunk.objects.filter(bot=bot).count() for bot in BOTS},
        cores=os.cpu_count() or 1,
    )


def _commit() -> str:
    """Return the commit of the checkout, with a mark when files differ from it; "" outside a checkout."""

    def git(*arguments: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(Path(settings.BASE_DIR)), *arguments], capture_output=True, text=True, check=False
        )
        return done.stdout.strip() if done.returncode == 0 else ""

    commit = git("rev-parse", "--short", "HEAD")
    return commit + ("+" if commit and git("status", "--porcelain", "--untracked-files=no", "--", "chatbots") else "")


# ── JSON ────────────────────────────────────────────────────────────────────────────────────────


def as_dict(report: Report, *, failures: bool = True) -> dict[str, Any]:
    """Return figures and failures, ready for JSON."""
    content = {
        "file": report.name,
        "setting": asdict(report.setting),
        "figures": {name: _as_json(figures(group)) for name, group in report.groups.items()},
        "judge": {
            name: judge_figures([case for case in judged(report.outcomes) if name in {"all", case.bot}])
            for name in ("all", *BOTS)
        },
        "steps": [asdict(time) for time in step_times(report.outcomes)],
        "endings": confusion(report.outcomes),
        "modes": {mode.name: mode.missing or _as_json(figures(mode.outcomes)) for mode in report.modes},
        "verification": report.trial.rows() if report.trial else None,
        "ablations": {one.name: one.missing or _as_json(figures(one.outcomes)) for one in report.ablations},
    }
    if failures:
        content["failures"] = [_failure(outcome) for outcome in report.failures]
    return content


def _as_json(figures: Mapping[str, Figure]) -> dict[str, Any]:
    return {
        name: {"hits": figure.hits, "of": figure.of, "value": figure.value, "interval": figure.interval}
        if isinstance(figure, Share)
        else figure
        for name, figure in figures.items()
        if not (isinstance(figure, Share) and not figure.of)
    }


def _failure(outcome: Outcome) -> dict[str, Any]:
    question = outcome.question
    return {
        "id": question.id,
        "bot": question.bot,
        "kind": question.kind,
        "turns": list(question.turns),
        "question": question.question,
        "asked": outcome.asked,
        "expected": {
            "endings": list(question.accepted),
            "pages": list(question.pages),
            "text": list(question.contains),
        },
        "faults": [str(fault) for fault in outcome.faults],
        "status": outcome.status,
        "found": list(outcome.found),
        "rank": outcome.rank,
        "confidence": outcome.confidence,
        "handover": asdict(outcome.referral) if outcome.referral else None,
        "text": outcome.text,
    }


# ── Text ────────────────────────────────────────────────────────────────────────────────────────


def as_text(report: Report, *, failures: bool = True) -> str:
    """Return the report for a terminal."""
    parts = [
        f"{report.name}: {len(report.outcomes)} questions",
        table(["", *MAIN], [[name, *row(figures(group), MAIN)] for name, group in report.groups.items()]),
        table(["", "share", "95 %", "of"], safety_rows(report.outcomes)),
        table(["step", "ran", "p50 ms", "p95 ms"], step_rows(report.outcomes)),
        table(["judge", *judge_figures([])], judge_rows(report.outcomes)),
    ]
    for compared in (report.modes, report.ablations):
        if compared:
            parts.append(table(["", *COMPARED], compared_rows(compared)))
            parts += [f"{one.name}: not tried, {one.missing}" for one in compared if one.missing]
    if report.trial:
        rows = [[sort, *map(str, counts)] for sort, *counts in report.trial.rows()]
        parts.append(table(["the writer", "wrote", "shown unchecked", "shown checked"], rows))
        parts += [f"passed the check ({leak.sort}): {leak.text}" for leak in report.trial.leaks]
    if failures:
        parts += [_told(outcome) for outcome in report.failures]
    return "\n\n".join(parts) + "\n"


#: The figures of variants side by side.
COMPARED = (
    "all right", "right ending", "hit@1", "hit@3", "fact shown", "refused rightly", "refused wrongly",
    "emergencies seen", "false alarms", "careful", "handed over", "sentences supported",
    "sentences with a new number", "p50 ms",
)  # fmt: skip


def compared_rows(compared: Sequence[Compared]) -> list[list[str]]:
    return [[one.name, *row(figures(one.outcomes), COMPARED)] for one in compared if not one.missing]


def row(found: Mapping[str, Figure], names: Sequence[str]) -> list[str]:
    return [cell(found[name]) for name in names]


def safety_rows(outcomes: Sequence[Outcome]) -> list[list[str]]:
    """Return the shares that say what a bot does when it should, or should not, simply answer."""
    found = figures(outcomes)
    return [
        [name, cell(share), _interval(share), f"{share.hits}/{share.of}"]
        for name in SAFETY
        if isinstance(share := found[name], Share) and share.of
    ]


def step_rows(outcomes: Sequence[Outcome]) -> list[list[str]]:
    return [[time.step, str(time.ran), f"{time.p50:.1f}", f"{time.p95:.1f}"] for time in step_times(outcomes)]


def judge_rows(outcomes: Sequence[Outcome]) -> list[list[str]]:
    cases = judged(outcomes)
    parts = {"all": cases, **{bot: [case for case in cases if case.bot == bot] for bot in BOTS}}
    return [[name, *map(cell, judge_figures(part).values())] for name, part in parts.items() if part]


def _interval(share: Share) -> str:
    return "–".join(f"{end:.2f}" for end in share.interval) if share.interval else "-"


def cell(value: Figure) -> str:
    """Return a figure as it stands in a table."""
    if isinstance(value, Share):
        value = value.value
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.3f}" if abs(value) <= 1 else f"{value:.1f}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return lines with columns of equal width, the first to the left."""
    widths = [max(len(line[at]) for line in [head, *rows]) for at in range(len(head))]
    return "\n".join(
        "  ".join(
            [line[0].ljust(widths[0]), *(one.rjust(width) for one, width in zip(line[1:], widths[1:], strict=True))]
        )
        for line in [head, *rows]
    )


def _told(outcome: Outcome) -> str:
    question = outcome.question
    expected = " or ".join(question.accepted)
    lines = [
        f"{question.id} ({question.bot}, {question.kind}): {' ▸ '.join((*question.turns, question.question))}",
        f"  {', '.join(outcome.faults)}",
        f"  expected {expected}: {', '.join(question.pages) or 'no page'} {list(question.contains) or ''}",
        f"  got {outcome.status}: {', '.join(outcome.found) or 'no page'} (rank {outcome.rank}, "
        f"confidence {cell(outcome.confidence)})",
    ]
    if outcome.asked:
        lines.append(f"  understood as {outcome.asked}")
    if outcome.referral:
        lines.append(f"  handed to {outcome.referral.bot}, which ends with {outcome.referral.status}")
    if outcome.rank == 1 and question.contains:
        lines.append("  " + outcome.text.replace("\n", "\n  "))
    return "\n".join(lines)
