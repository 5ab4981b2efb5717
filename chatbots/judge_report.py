"""The fitted judge in words and rows, for the admin."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chatbots.answering.judge import fitted_judges
from chatbots.bots import BOTS

#: What each feature of a hit means to an editor, in the order in which they are shown.
MEANINGS: dict[str, str | Promise] = {
    "passage": _("Afsnittets betydning ligner spørgsmålets"),
    "question": _("Et af redaktørens egne spørgsmål ligner"),
    "grams": _("Orddele går igen"),
    "margin": _("Afstand til de følgende sider"),
    "page_coverage": _("Andel af spørgsmålets ord, der står på siden"),
    "unknown": _("Andel af spørgsmålets ord, der ikke står på nogen side"),
    "length": _("Spørgsmålets længde"),
    "named_missing": _("Andel af nævnte sygdomme og ydelser, som siden ikke nævner"),
    "form_asked": _("Spørgsmålet kræver et svar af en bestemt form, fx en pris eller et tidspunkt"),
    "form_missing": _("Den sætning, der svarer bedst, har ikke den form"),
}


#: Whose questions a figure was measured on.
KINDS: dict[str, str | Promise] = {"lay": _("Spørgsmål fra lægfolk"), "golden": _("Gyldne spørgsmål")}
#: What the fitting writes of itself.
_NOTE = re.compile(
    r"(?P<lay>\d+) lay cases and (?P<golden>\d+) cases of the golden development questions, (?P<day>\d{4}-\d\d-\d\d)"
)


@dataclass(frozen=True, slots=True)
class JudgeReport:
    """One fitted judge: what counts for and against, where the limits are, and how good it was when it was fitted."""

    title: str | Promise
    fitted_on: str
    limits: list[tuple[str | Promise, float, float]]  # bot, refused below, without reserve from
    features: list[tuple[str | Promise, float]]  # meaning, weight in usual deviations
    figures: list[tuple[str, dict[str, Any]]]


def judge_reports() -> list[JudgeReport]:
    """Return the judge of answers in the question's own language, and that of answers in the other one."""
    titles = {
        "same_language": _("Svar på spørgsmålets eget sprog"),
        "crosslingual": _("Svar på det andet sprog"),
    }
    return [_report(titles[name], fitted) for name, fitted in fitted_judges().items()]


def _report(title: str | Promise, fitted: dict[str, Any]) -> JudgeReport:
    weights = sorted(fitted["weights"].items(), key=lambda pair: -abs(pair[1]))
    return JudgeReport(
        title=title,
        fitted_on=_fitted_on(fitted["fitted_on"]),
        limits=[(bot.title, fitted["thresholds"][name], fitted["sure"][name]) for name, bot in BOTS.items()],
        features=[(MEANINGS.get(name, name), weight) for name, weight in weights],
        figures=[(_questions(name), figures) for name, figures in fitted["cross_validated"].items()],
    )


def _questions(name: str) -> str:
    """Return what `lay guide` stands for: whose questions, to which bot."""
    kind, _space, bot = name.partition(" ")
    return f"{KINDS[kind]}, {BOTS[bot].title}" if kind in KINDS and bot in BOTS else name


def _fitted_on(note: str) -> str:
    """Return the fitting's own note in the reader's language; as it stands where it says something else."""
    match = _NOTE.fullmatch(note)
    if match is None:
        return note
    return gettext("%(lay)s spørgsmål fra lægfolk og %(golden)s gyldne spørgsmål, %(day)s") % {
        "lay": number_format(int(match["lay"]), force_grouping=True),
        "golden": number_format(int(match["golden"]), force_grouping=True),
        "day": date_format(date.fromisoformat(match["day"]), "DATE_FORMAT"),
    }
