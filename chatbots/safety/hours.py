"""Opening hours as an editor writes them, one line each, and whether a moment lies within them. Pure.

    man-fre 16-24
    lør-søn 00-24
    helligdage 00-24

"døgnet rundt" alone means always. A day without a line is closed; "helligdage lukket" closes public holidays, and
without any line about holidays these are days like others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

ALWAYS = "døgnet rundt"
HOLIDAYS = "helligdage"
CLOSED = "lukket"
DAYS = ("man", "tir", "ons", "tor", "fre", "lør", "søn")
#: One line: a day or days from-to, then hours from-to or "lukket".
_LINE = re.compile(
    r"(?P<days>[a-zæøå]+(?:\s*[-–]\s*[a-zæøå]+)?)\s+"
    r"(?:(?P<closed>lukket)|(?P<start>\d{1,2}(?:[.:]\d\d)?)\s*[-–]\s*(?P<end>\d{1,2}(?:[.:]\d\d)?))$"
)


class HoursError(ValueError):
    """A line of opening hours that cannot be read; its text is the line."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Open on `days` (0 is Monday, 7 a public holiday) from `start` to `end`, in minutes after midnight.

    An `end` at or before `start` is on the day after.
    """

    days: frozenset[int]
    start: int
    end: int


HOLIDAY = 7


@dataclass(frozen=True, slots=True)
class Hours:
    """Weekly opening hours."""

    openings: tuple[Opening, ...] = ()
    always: bool = False
    #: Whether public holidays have lines of their own.
    knows_holidays: bool = False

    def open_at(self, moment: datetime) -> bool:
        """Say whether it is open at `moment`, a local time."""
        if self.always:
            return True
        minute = moment.hour * 60 + moment.minute
        today, yesterday = self._day(moment.date()), self._day(moment.date() - timedelta(days=1))
        for opening in self.openings:
            over_midnight = opening.end <= opening.start
            if today in opening.days and opening.start <= minute and (over_midnight or minute < opening.end):
                return True
            if over_midnight and yesterday in opening.days and minute < opening.end:
                return True
        return False

    def _day(self, day: date) -> int:
        return HOLIDAY if self.knows_holidays and is_holiday(day) else day.weekday()


def parse_hours(text: str) -> Hours:
    """Return what `text` says; raise HoursError for a line that cannot be read. Empty text is never open."""
    lines = [line.strip().lower() for line in text.splitlines() if line.strip()]
    if lines == [ALWAYS]:
        return Hours(always=True)
    openings, knows_holidays = [], False
    for line in lines:
        match = _LINE.match(line)
        days = _days(match["days"]) if match else None
        if match is None or days is None:
            raise HoursError(line)
        knows_holidays |= HOLIDAY in days
        if not match["closed"]:
            start, end = _minutes(match["start"], line), _minutes(match["end"], line)
            openings.append(Opening(days, start % 1440, end))
    return Hours(tuple(openings), knows_holidays=knows_holidays)


def _days(text: str) -> frozenset[int] | None:
    if text == HOLIDAYS:
        return frozenset({HOLIDAY})
    ends = re.split(r"\s*[-–]\s*", text)
    if any(end[:3] not in DAYS for end in ends):
        return None
    first, last = DAYS.index(ends[0][:3]), DAYS.index(ends[-1][:3])
    return frozenset((first + step) % 7 for step in range((last - first) % 7 + 1))


def _minutes(text: str, line: str) -> int:
    hour, _, minute = text.replace(".", ":").partition(":")
    minutes = int(hour) * 60 + int(minute or 0)
    if minutes > 1440 or int(minute or 0) > 59:
        raise HoursError(line)
    return minutes


def is_holiday(day: date) -> bool:
    """Say whether doctors' surgeries are closed on `day` all over Denmark, weekends aside.

    Public holidays, and the three days on which surgeries close with them: 5 June, 24 and 31 December.
    """
    if (day.month, day.day) in {(1, 1), (6, 5), (12, 24), (12, 25), (12, 26), (12, 31)}:
        return True
    return (day - _easter(day.year)).days in {-3, -2, 0, 1, 39, 49, 50}


def _easter(year: int) -> date:
    """Return Easter Sunday (the Gregorian computus of Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, number = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, number + 1)
