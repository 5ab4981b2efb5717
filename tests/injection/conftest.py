from __future__ import annotations

import pytest

from content.models import Page
from tests.chatbots.pages import index, make_hours, make_page


@pytest.fixture(autouse=True)
def plain_judge(judge_by_shared_words: None) -> None:
    """Hold every answer here to the words that it shares with its question: what is attacked gets an answer."""


@pytest.fixture
def pages() -> set[str]:
    """Make a small site in both languages and return its addresses."""
    made = [
        make_page(),
        make_hours(),
        make_page("feber", body="<h2>Hvad er feber?</h2><p>Feber er over 38 grader. Drik rigeligt med vand.</p>"),
        make_page("cough", title="Cough", summary="About coughs.", language="en",
                  body="<h2>Advice</h2><p>Warm tea with honey soothes a cough. Rest if you feel ill.</p>"),
        make_page("opening-hours", kind="page", title="Opening hours", summary="Opening hours.", language="en",
                  body="<h2>Weekdays</h2><p>The centre is open from 8 to 16 on weekdays.</p>"),
    ]  # fmt: skip
    index()
    return addresses(made)


def addresses(made: list[Page]) -> set[str]:
    return {page.get_absolute_url() for page in made}
