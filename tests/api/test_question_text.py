"""What visitors type, cleaned."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chatbots.question_text import clean


def test_line_ends_and_tabs_stay() -> None:
    assert clean("  en\r\nto\rtre\tfire\n") == "en\nto\ntre\tfire"


def test_control_characters_go() -> None:
    assert clean("h\x00o\x1bs\x7ft\x85e") == "hoste"


def test_text_that_shows_nothing_is_empty() -> None:
    assert clean(" \u200b\u2060\ufeff \x00") == ""


@given(st.text(st.characters()))
def test_cleaning_twice_changes_nothing_and_the_result_can_be_stored(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    once.encode()
    assert "\x00" not in once
