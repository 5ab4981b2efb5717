"""Opening hours as a card says them: "Hverdage kl. 16-8, weekend og helligdage hele døgnet". Pure."""

from __future__ import annotations

from dataclasses import dataclass

from chatbots.safety.hours import HOLIDAY, Hours

#: Minutes: open from the first to the second; over 1440 is on the day after.
Span = tuple[int, int]
_DAY = 1440
_ALL_DAY: tuple[Span, ...] = ((0, _DAY),)
_WEEK = frozenset(range(7))
_WORKING_DAYS, _WEEKEND = frozenset(range(5)), frozenset({5, 6})


@dataclass(frozen=True)
class _Words:
    """How one language names days and hours."""

    days: tuple[str, ...]
    #: Sets of days with a name of their own.
    sets: dict[frozenset[int], str]
    #: Monday to Friday when no holiday.
    working_days: str
    and_: str
    at: str
    all_day: str
    always: str
    closed: str
    #: Whether a whole hour has its minutes.
    whole_hours: bool


_DANISH = _Words(
    days=("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag", "helligdage"),
    sets={_WEEKEND: "weekend", _WEEKEND | {HOLIDAY}: "weekend og helligdage", _WEEK: "alle dage"},
    working_days="hverdage",
    and_="og",
    at="kl.\u00a0",
    all_day="hele døgnet",
    always="døgnet rundt",
    closed="lukket",
    whole_hours=False,
)
_ENGLISH = _Words(
    days=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "public holidays"),
    sets={_WEEKEND: "weekends", _WEEKEND | {HOLIDAY}: "weekends and public holidays", _WEEK: "every day"},
    working_days="weekdays",
    and_="and",
    at="",
    all_day="around the clock",
    always="around the clock",
    closed="closed",
    whole_hours=True,
)
_WORDS = {"da": _DANISH, "en": _ENGLISH}


def in_words(hours: Hours, language: str) -> str:
    """Return when it is open, in "da" or "en", without a capital; "" when it never is."""
    words = _WORDS.get(language, _WORDS["da"])
    days = range(8 if hours.knows_holidays else 7)
    spans = {day: _spans(hours, day) for day in days}
    if hours.always or all(spans[day] == _ALL_DAY for day in days):
        return words.always
    by_day = _join_nights(spans)
    return min(_told(by_day, words), _told(_join_evenings(by_day), words), key=len)


def _told(spans: dict[int, tuple[Span, ...]], words: _Words) -> str:
    groups: dict[tuple[Span, ...], set[int]] = {}
    for day, open_in in spans.items():
        groups.setdefault(open_in, set()).add(day)
    closed = groups.pop((), set())
    knows_holidays = HOLIDAY in spans
    told = [
        f"{_name(frozenset(group), words, knows_holidays)} {_times(open_in, words)}"
        for open_in, group in groups.items()
    ]
    if told and HOLIDAY in closed and _WORKING_DAYS not in groups.values():
        told.append(f"{words.days[HOLIDAY]} {words.closed}")
    return ", ".join(told)


def _spans(hours: Hours, day: int) -> tuple[Span, ...]:
    """Return when it opens on `day` and for how long, what touches as one."""
    opened = sorted(
        (one.start, one.end if one.end > one.start else one.end + _DAY) for one in hours.openings if day in one.days
    )
    joined: list[Span] = []
    for start, end in opened:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _join_nights(spans: dict[int, tuple[Span, ...]]) -> dict[int, tuple[Span, ...]]:
    """Return as one night what an editor had to write as two: until 24, and from 00 on the day after.

    Only where every day beside such a night has one too, or is open all day: else "16-8" would say too much.
    """
    joined = dict(spans)
    nights: dict[Span, set[int]] = {}
    for day, open_in in spans.items():
        if len(open_in) > 1 and open_in[0][0] == 0 and open_in[-1][1] == _DAY:
            nights.setdefault((open_in[-1][0], open_in[0][1]), set()).add(day)
    for (start, end), days in nights.items():
        beside = {(day + step) % 7 for day in days & _WEEK for step in (-1, 1)} | ({HOLIDAY} & spans.keys())
        if days & _WEEK and all(day in days or spans[day] == _ALL_DAY for day in beside):
            joined |= {day: (*spans[day][1:-1], (start, end + _DAY)) for day in days}
    return joined


def _join_evenings(spans: dict[int, tuple[Span, ...]]) -> dict[int, tuple[Span, ...]]:
    """Return each evening that lasts until 24 with the early hours of the next day, where these are open too."""
    joined = dict(spans)
    if spans.get(HOLIDAY, _ALL_DAY) != _ALL_DAY:  # One that falls on the next day may close it.
        return joined
    for day in range(7):
        after = (day + 1) % 7
        if joined[day] == _ALL_DAY or not joined[day] or not joined[after]:
            continue
        (start, end), (begin, until) = joined[day][-1], joined[after][0]
        if (end, begin) == (_DAY, 0) and until < start:
            joined[day] = (*joined[day][:-1], (start, until + _DAY))
            joined[after] = joined[after][1:]
    return joined


def _name(days: frozenset[int], words: _Words, knows_holidays: bool) -> str:
    if days >= _WEEK:  # "Every day" is holidays too; where these differ, what holds for them is said after it.
        return words.sets[_WEEK]
    if days == _WORKING_DAYS and knows_holidays:  # Without holidays of their own, Monday to Friday may be one.
        return words.working_days
    if days in words.sets:
        return words.sets[days]
    return _listed([name for run in _runs(sorted(days)) for name in _run(run, words)], words)


def _runs(days: list[int]) -> list[list[int]]:
    """Return the days, those that follow each other together; holidays follow no day."""
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1 and day != HOLIDAY:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _run(days: list[int], words: _Words) -> list[str]:
    return [f"{words.days[days[0]]}-{words.days[days[-1]]}"] if len(days) > 2 else [words.days[day] for day in days]


def _times(spans: tuple[Span, ...], words: _Words) -> str:
    if spans == _ALL_DAY:
        return words.all_day
    return words.at + _listed([f"{_clock(start, words)}-{_clock(end, words)}" for start, end in spans], words)


def _clock(minutes: int, words: _Words) -> str:
    """Return an hour as the site writes it: "8" and "8.30" in Danish, "8.00" in English. The end of a day is 24."""
    hour, minute = divmod(minutes if minutes <= _DAY else minutes - _DAY, 60)
    return f"{hour}.{minute:02d}" if minute or words.whole_hours else str(hour)


def _listed(names: list[str], words: _Words) -> str:
    return f" {words.and_} ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
