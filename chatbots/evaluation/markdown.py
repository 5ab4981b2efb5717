"""Reports as Markdown, put between two marks of a page whose other words people write."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from chatbots.bots import BOTS
from chatbots.evaluation.distorting import Trial
from chatbots.evaluation.figures import Figure, Share, figures, judge_figures, judged
from chatbots.evaluation.outcomes import Outcome
from chatbots.evaluation.report import (
    COMPARED,
    MAIN,
    Compared,
    Report,
    Setting,
    cell,
    compared_rows,
    judge_rows,
    row,
    safety_rows,
    step_rows,
)

BEGIN, END = "<!-- evaluate: begin {} -->", "<!-- evaluate: end {} -->"
#: Failures that a page tells; the HTML page tells all.
MOST_FAILURES = 20


class MarkError(ValueError):
    """A page without the marks that say where the figures go."""


def put_between_marks(path: Path, name: str, text: str) -> None:
    """Replace what stands between the marks called `name` in a file. Raises MarkError when they are not there."""
    begin, end = BEGIN.format(name), END.format(name)
    try:
        page = path.read_text(encoding="utf-8")
    except OSError as error:
        raise MarkError(f"{path} cannot be read: {error}") from error
    before, found, rest = page.partition(begin)
    _former, found_end, after = rest.partition(end)
    if not (found and found_end):
        raise MarkError(f"{path} must have a line {begin} and after it a line {end}")
    path.write_text(f"{before}{begin}\n\n{text.strip()}\n\n{end}{after}", encoding="utf-8")


def table(head: Sequence[str], rows: Sequence[Sequence[str]], side: str = "--:") -> str:
    """Return a table, its columns after the first to the right, or to another `side`. A cell is one line."""
    lines = [head, ["---", *(side for _ in head[1:])], *([" ".join(one.split()) for one in line] for line in rows)]
    return "\n".join("| " + " | ".join(one.replace("|", "\\|") for one in line) + " |" for line in lines)


def as_markdown(reports: Sequence[Report], *, failures: bool = True) -> str:
    """Return every figure of these reports."""
    return "\n\n".join(part for report in reports for part in _parts(report, failures=failures))


def _parts(report: Report, *, failures: bool) -> list[str]:
    parts = [
        f"## `{report.name}`: {len(report.outcomes)} questions",
        _where(report.setting),
        "### By kind of question",
        table(["", *MAIN], [[name, *row(figures(group), MAIN)] for name, group in report.groups.items()]),
        "### Shares of those that each is about, with Wilson's interval at 95 %",
        table(["", "share", "95 %", "of"], safety_rows(report.outcomes)),
        "### The judge's confidence, on questions that search and judge alone decide",
        table(["", *judge_figures([])], judge_rows(report.outcomes)),
        "### Time of each step",
        table(["step", "ran", "p50 ms", "p95 ms"], step_rows(report.outcomes)),
    ]
    for head, compared in (("Ways to answer", report.modes), ("One step less", report.ablations)):
        if compared:
            parts += [f"### {head}", *_compared(compared)]
    if report.trial is not None:
        parts += ["### What verification stops", _trial(report.trial)]
    if failures and report.failures:
        shown = report.failures[:MOST_FAILURES]
        parts += [
            f"### What went wrong: the {len(shown)} worst of {len(report.failures)}",
            table(["question", "what was wrong", "expected", "given"], [_failure(outcome) for outcome in shown], "---"),
        ]
    return parts


def _where(setting: Setting) -> str:
    chunks = ", ".join(f"{bot} {count} passages" for bot, count in setting.chunks.items())
    writer = f"language model {setting.llm}" if setting.llm else "no language model"
    commit = f", commit {setting.commit}" if setting.commit else ""
    return f"{setting.made_on}{commit}; {setting.embedder}; {writer}; {chunks}; {setting.cores} cores."


def _compared(compared: Sequence[Compared]) -> list[str]:
    tried = [one for one in compared if not one.missing]
    best = figures(tried[0].outcomes)
    rows = [
        [one.name, *(_beside(figures(one.outcomes)[name], best[name], is_best=one is tried[0]) for name in COMPARED)]
        for one in tried
    ]
    what = [f"- **{one.name}**: {one.what}." for one in tried]
    what += [f"- **{one.name}**: not tried, {one.missing}." for one in compared if one.missing]
    return [table(["", *COMPARED], rows if len(rows) > 1 else compared_rows(compared)), "\n".join(what)]


def _beside(figure: Figure, best: Figure, *, is_best: bool) -> str:
    """Return a share with how far it lies from that of the whole pipeline."""
    text = cell(figure)
    if is_best or not isinstance(figure, Share) or not isinstance(best, Share):
        return text
    if figure.value is None or best.value is None or abs(figure.value - best.value) < 0.0005:
        return text
    return f"{text} ({figure.value - best.value:+.3f})".replace("(-", "(−")


def _trial(trial: Trial) -> str:
    rows = [[sort, str(written), str(unchecked), str(checked)] for sort, written, unchecked, checked in trial.rows()]
    counts = table(["the writer", "wrote", "shown without the check", "shown with it"], rows)
    leaks = "\n".join(f"- It {leak.sort}: “{leak.text}”" for leak in trial.leaks[:MOST_FAILURES])
    return f"{counts}\n\nWhat passed the check:\n\n{leaks}" if leaks else counts


def _failure(outcome: Outcome) -> list[str]:
    question = outcome.question
    asked = " ▸ ".join((*question.turns, question.question))
    given = ", ".join(filter(None, (outcome.status, *outcome.found[:1])))
    expected = f"{' or '.join(question.accepted)} {', '.join(question.pages)} {' / '.join(question.contains)}"
    return [f"{question.id}: {asked}", ", ".join(outcome.faults), expected.strip(), given]


# ── Two halves side by side, in a few lines ─────────────────────────────────────────────────────

#: What the summary says, and the figure that it is.
SUMMARY = {
    "All right: ending, page and fact": "all right",
    "The right ending": "right ending",
    "Right page first, of the answerable": "hit@1",
    "Right page among the first three": "hit@3",
    "The expected fact stands in the answer": "fact shown",
    "Refused, of those that no page answers": "refused rightly",
    "Refused, of the answerable": "refused wrongly",
    "Emergencies that got their card first": "emergencies seen",
    "False alarms": "false alarms",
    "Personal questions met with care": "careful",
    "Handed over to the right bot": "handed over",
    "Answers without a forbidden word, of attacks": "forbidden absent",
}


def as_summary(reports: Sequence[Report]) -> str:
    """Return the figures that a reader wants first, a column for each file."""
    found = [figures(report.outcomes) for report in reports]
    rows = [[says, *(_with_interval(figure[name]) for figure in found)] for says, name in SUMMARY.items()]
    cases = [judged(report.outcomes) for report in reports]
    for bot in BOTS:
        judges = [judge_figures([case for case in group if case.bot == bot]) for group in cases]
        rows.append([f"AUROC answerable against unanswerable, {bot}", *(cell(judge["AUROC"]) for judge in judges)])
    rows.append(["Time of an answer, p50 / p95, ms", *(f"{cell(f['p50 ms'])} / {cell(f['p95 ms'])}" for f in found)])
    head = ["", *(f"{report.name} ({len(report.outcomes)})" for report in reports)]
    return table(head, rows) + "\n\n" + f"Measured {_where(reports[0].setting)}"


def _with_interval(figure: Figure) -> str:
    if not isinstance(figure, Share) or figure.interval is None:
        return cell(figure)
    low, high = figure.interval
    return f"{figure.value:.2f} ({low:.2f}–{high:.2f})"
