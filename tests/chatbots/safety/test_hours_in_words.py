"""Opening hours as a visitor reads them."""

from __future__ import annotations

import pytest

from chatbots.safety.hours import Hours, parse_hours
from chatbots.safety.hours_in_words import in_words

EVENINGS = "man-fre 00-08\nman-fre 16-24\nlør-søn 00-24\nhelligdage 00-24"


@pytest.mark.parametrize(
    ("hours", "danish", "english"),
    [
        (
            EVENINGS,
            "hverdage kl. 16-8, weekend og helligdage hele døgnet",
            "weekdays 16.00-8.00, weekends and public holidays around the clock",
        ),
        (
            "man-fre 16-08\nlør-søn 00-24\nhelligdage 00-24",
            "hverdage kl. 16-8, weekend og helligdage hele døgnet",
            "weekdays 16.00-8.00, weekends and public holidays around the clock",
        ),
        ("døgnet rundt", "døgnet rundt", "around the clock"),
        ("man-søn 00-24", "døgnet rundt", "around the clock"),
        ("man-søn 00-24\nhelligdage 00-24", "døgnet rundt", "around the clock"),
        ("man-søn 0-0", "døgnet rundt", "around the clock"),
        (
            "man-søn 00-24\nhelligdage lukket",
            "alle dage hele døgnet, helligdage lukket",
            "every day around the clock, public holidays closed",
        ),
        ("man-fre 08-16\nhelligdage lukket", "hverdage kl. 8-16", "weekdays 8.00-16.00"),
        ("man-fre 08-16", "mandag-fredag kl. 8-16", "Monday-Friday 8.00-16.00"),
        ("man-søn 11-05", "alle dage kl. 11-5", "every day 11.00-5.00"),
        ("man-søn 00-05\nman-søn 11-24", "alle dage kl. 11-5", "every day 11.00-5.00"),
        ("man-fre 8-12\nman-fre 12-16", "mandag-fredag kl. 8-16", "Monday-Friday 8.00-16.00"),
        ("tirsdag 9.30-12\ntirsdag 13-15", "tirsdag kl. 9.30-12 og 13-15", "Tuesday 9.30-12.00 and 13.00-15.00"),
        (
            "man 8-9\nman 10-11\nman 12-13",
            "mandag kl. 8-9, 10-11 og 12-13",
            "Monday 8.00-9.00, 10.00-11.00 and 12.00-13.00",
        ),
        ("man-tir 9-12\ntor 9-12", "mandag, tirsdag og torsdag kl. 9-12", "Monday, Tuesday and Thursday 9.00-12.00"),
        ("man-ons 9-12\nlør 9-12", "mandag-onsdag og lørdag kl. 9-12", "Monday-Wednesday and Saturday 9.00-12.00"),
        ("lør-søn 10-14", "weekend kl. 10-14", "weekends 10.00-14.00"),
        ("helligdage 10-14", "helligdage kl. 10-14", "public holidays 10.00-14.00"),
        (
            "man-fre 8-16\nhelligdage 8-16",
            "mandag-fredag og helligdage kl. 8-16",
            "Monday-Friday and public holidays 8.00-16.00",
        ),
        (
            "man-tor 8-16\nfre 8-15\nhelligdage lukket",
            "mandag-torsdag kl. 8-16, fredag kl. 8-15, helligdage lukket",
            "Monday-Thursday 8.00-16.00, Friday 8.00-15.00, public holidays closed",
        ),
        ("man-søn 8-20\nhelligdage 8-20", "alle dage kl. 8-20", "every day 8.00-20.00"),
        ("fre 20-24\nlør 00-04", "fredag kl. 20-4", "Friday 20.00-4.00"),
        ("fre-lør 20-24\nlør-søn 00-04", "fredag og lørdag kl. 20-4", "Friday and Saturday 20.00-4.00"),
        ("søn 18-24\nman 00-06", "søndag kl. 18-6", "Sunday 18.00-6.00"),
        # "16-8" would say that Saturday's first hours are open, and Monday's closed.
        ("man-fre 00-08\nman-fre 16-24", "mandag-fredag kl. 0-8 og 16-24", "Monday-Friday 0.00-8.00 and 16.00-24.00"),
        # A holiday ends the evening before it at 24.
        (
            "man-søn 00-08\nman-søn 16-24\nhelligdage lukket",
            "alle dage kl. 0-8 og 16-24, helligdage lukket",
            "every day 0.00-8.00 and 16.00-24.00, public holidays closed",
        ),
        ("helligdage lukket", "", ""),
        ("", "", ""),
    ],
)
def test_hours_are_told_in_plain_words(hours: str, danish: str, english: str) -> None:
    assert in_words(parse_hours(hours), "da") == danish.replace("kl. ", "kl.\u00a0")
    assert in_words(parse_hours(hours), "en") == english


def test_a_language_without_words_of_its_own_is_told_in_danish() -> None:
    assert in_words(Hours(always=True), "de") == "døgnet rundt"
