"""A report as one page that needs nothing else: style, plots and filters are in it, and it runs no script."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.template import Context, Engine
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from chatbots.evaluation import plots
from chatbots.evaluation.figures import (
    Share,
    confusion,
    figures,
    judge_figures,
    judged,
    reliability,
    step_times,
)
from chatbots.evaluation.outcomes import Outcome
from chatbots.evaluation.report import COMPARED, MAIN, Report, compared_rows, judge_rows, row, safety_rows
from chatbots.types import Status

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that failures can be filtered by. `id` is the class of their rows."""

    id: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Filter:
    """A set of choices, of which one holds at a time."""

    key: str
    name: str
    choices: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class Failure:
    outcome: Outcome
    classes: str


def as_page(report: Report, *, failures: bool = True) -> str:
    """Return the report as HTML."""
    template = Engine(dirs=[str(_FOLDER)], autoescape=True).get_template("page.html")
    cases = judged(report.outcomes)
    kinds = [name for name in report.groups if name in {outcome.question.kind for outcome in report.outcomes}]
    by_kind = [(kind, share) for kind in kinds for share in [figures(report.groups[kind])["all right"]]]
    failed = report.failures if failures else []
    context = {
        "report": report,
        "style": (_FOLDER / "page.css").read_text(encoding="utf-8"),
        "plots": {
            "kinds": _svg(plots.shares("All right, by kind", [(k, s) for k, s in by_kind if isinstance(s, Share)])),
            "reliability": _svg(plots.reliability_diagram("Share right against confidence", reliability(cases))),
            "distributions": _svg(plots.distributions("Confidence of answerable and unanswerable questions", cases)),
            "steps": _svg(plots.step_bars("Time of each step", step_times(report.outcomes))),
        },
        "tables": {
            "main": _table(["", *MAIN], [[name, *row(figures(group), MAIN)] for name, group in report.groups.items()]),
            "safety": _table(["", "share", "95 %", "of"], safety_rows(report.outcomes)),
            "judge": _table(["", *judge_figures([])], judge_rows(report.outcomes)),
            "confusion": _confusion(report.outcomes),
            "modes": _table(["", *COMPARED], compared_rows(report.modes)) if report.modes else "",
            "trial": _trial(report),
            "ablations": _table(["", *COMPARED], compared_rows(report.ablations)) if report.ablations else "",
        },
        "filters": _filters(failed),
        "failures": [Failure(outcome, " ".join(_classes(outcome))) for outcome in failed],
    }
    return template.render(Context(context))


def _trial(report: Report) -> SafeString | str:
    if report.trial is None:
        return ""
    rows = [[sort, *map(str, counts)] for sort, *counts in report.trial.rows()]
    return _table(["the writer", "wrote", "shown without the check", "shown with it"], rows)


def _svg(text: str) -> SafeString:
    return mark_safe(text)  # noqa: S308  # the plots escape what they say


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> SafeString:
    return format_html(
        "<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>",
        format_html_join("", '<th scope="col">{}</th>', ((name,) for name in head)),
        format_html_join("\n", "<tr>{}</tr>", ((_cells(line),) for line in rows)),
    )


def _cells(line: Sequence[str]) -> SafeString:
    return format_html(
        '<th scope="row">{}</th>{}', line[0], format_html_join("", "<td>{}</td>", ((one,) for one in line[1:]))
    )


def _confusion(outcomes: Sequence[Outcome]) -> SafeString:
    """Return the endings as a table, each cell tinted by its share of the row."""
    found = confusion(outcomes)
    names = [str(status) for status in Status]
    lines = []
    for wanted in names:
        if not (counts := found.get(wanted, Counter())):
            continue
        total = counts.total()
        cells = [
            format_html(
                '<td style="background: rgb(var(--tint) / {})">{}</td>',
                f"{counts[n] / total * 0.6:.2f}",
                counts[n] or "",
            )
            for n in names
        ]
        lines.append(
            (format_html('<th scope="row">{}</th>{}', wanted, format_html_join("", "{}", ((c,) for c in cells))),)
        )
    head = format_html_join("", '<th scope="col">{}</th>', ((name,) for name in ("", *names)))
    body = format_html_join("\n", "<tr>{}</tr>", lines)
    return format_html("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", head, body)


def _filters(failed: Sequence[Outcome]) -> list[Filter]:
    """Return what failures can be filtered by: what was wrong, kind and bot."""
    sorts = {
        "fault": ("What was wrong", [str(fault) for outcome in failed for fault in outcome.faults]),
        "kind": ("Kind", [outcome.question.kind for outcome in failed]),
        "bot": ("Bot", [outcome.question.bot for outcome in failed]),
    }
    return [
        Filter(key, name, [Choice(_id(key, value), value, count) for value, count in Counter(values).most_common()])
        for key, (name, values) in sorts.items()
        if values
    ]


def _classes(outcome: Outcome) -> list[str]:
    question = outcome.question
    return [_id("kind", question.kind), _id("bot", question.bot), *(_id("fault", str(f)) for f in outcome.faults)]


def _id(key: str, value: str) -> str:
    return f"{key}-{slugify(value)}"
