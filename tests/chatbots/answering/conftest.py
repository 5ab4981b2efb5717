from __future__ import annotations

import pytest

from content.models import Page
from tests.chatbots.pages import index, make_hours, make_page

FEVER = (
    "<h2>Hvad er feber?</h2><p>Feber er over 38 grader. Den går oftest over af sig selv.</p>"
    "<h2>Gode råd</h2><p>Du kan selv gøre dette:</p><ul><li>Drik rigeligt med vand.</li><li>Hold sengen.</li></ul>"
)
ENGLISH = "<h2>Advice</h2><p>Warm tea with honey soothes a cough. Rest if you feel ill.</p>"


@pytest.fixture(autouse=True)
def plain_judge(judge_by_shared_words: None) -> None:
    """Hold every answer here to the words that it shares with its question."""


@pytest.fixture
def site() -> Page:
    """Make a small site of both languages and return its article on coughs."""
    about = make_page("om-os", kind="page", title="Om os", body="<p>Vi er et sundhedscenter.</p>")
    make_hours(parent=about)
    make_page("feber", body=FEVER, reviewed_on="2026-03-01")
    page = make_page()
    make_page("cough", title="Cough", summary="About coughs.", language="en", body=ENGLISH, translation_of=page)
    make_page(
        "sprain", title="Sprained ankle", summary="Ankles.", language="en", body="<h2>Ankle</h2><p>Raise the leg.</p>"
    )
    index()
    return page
