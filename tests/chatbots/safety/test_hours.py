"""Opening hours as editors write them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from chatbots.safety.hours import Hours, HoursError, is_holiday, parse_hours

EVENINGS = "man-fre 00-08\nman-fre 16-24\nlør-søn 00-24\nhelligdage 00-24"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("hours", "moment", "is_open"),
    [
        (EVENINGS, "2026-11-23 15:59", False),  # a Monday
        (EVENINGS, "2026-11-23 16:00", True),
        (EVENINGS, "2026-11-24 07:59", True),
        (EVENINGS, "2026-11-24 08:00", False),
        (EVENINGS, "2026-11-28 08:00", True),  # Saturday
        (EVENINGS, "2026-11-30 07:30", True),  # Monday morning
        (EVENINGS, "2026-12-25 12:00", True),  # Christmas Day, a Friday
        ("man-fre 16-08", "2026-11-24 07:59", True),
        ("man-fre 16-08", "2026-11-30 07:59", False),  # Monday: Sunday has no line
        ("man-søn 11-05", "2026-11-24 04:59", True),
        ("man-søn 11-05", "2026-11-24 05:00", False),
        ("man-fre 08-16\nhelligdage lukket", "2026-12-24 10:00", False),
        ("man-fre 08-16", "2026-12-24 10:00", True),
        ("tirsdag 9.30-12", "2026-11-24 09:30", True),
        ("tirsdag 9.30-12", "2026-11-24 09:29", False),
        ("lør-man 10-12", "2026-11-23 10:00", True),
        ("døgnet rundt", "2026-12-24 03:00", True),
        ("", "2026-11-24 12:00", False),
    ],
)
def test_it_is_open_within_the_lines_and_only_there(hours: str, moment: str, is_open: bool) -> None:
    assert parse_hours(hours).open_at(at(moment)) is is_open


@pytest.mark.parametrize("line", ["altid", "man 8", "man-xyz 8-16", "man 8-25", "man 8.75-9", "døgnet rundt om natten"])
def test_a_line_that_cannot_be_read_is_named(line: str) -> None:
    with pytest.raises(HoursError, match=line):
        parse_hours(f"tir 8-16\n{line}")


@pytest.mark.parametrize("day", ["2026-04-02", "2026-04-03", "2026-04-05", "2026-04-06", "2026-05-14", "2026-05-25"])
def test_the_feasts_of_2026_are_holidays(day: str) -> None:
    assert is_holiday(date.fromisoformat(day))


@pytest.mark.parametrize("day", ["2026-05-01", "2026-04-04", "2027-04-23", "2026-12-23"])
def test_other_days_are_not(day: str) -> None:
    assert not is_holiday(date.fromisoformat(day))


def test_no_hours_are_never_open() -> None:
    assert not Hours().open_at(at("2026-11-24 12:00"))
