"""Pages whose review is overdue: used, said to be so, and behind their equals."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from chatbots.answering.compose import source_for
from chatbots.bots import HEALTH
from chatbots.retrieval import OVERDUE_LOSS, Hit, retrieve
from tests.chatbots.pages import index, make_page

pytestmark = pytest.mark.django_db

FEVER = "<h2>Hvad er feber?</h2><p>Feber er over 38 grader.</p>"


def found(question: str) -> dict[str, Hit]:
    """Return the best hit of each page by its slug, best page first."""
    pages: dict[str, Hit] = {}
    for hit in retrieve(HEALTH, question, language="da").hits("da"):
        pages.setdefault(hit.page.slug, hit)
    return pages


@pytest.mark.parametrize(("overdue", "current"), [("feber-a", "feber-b"), ("feber-b", "feber-a")])
def test_an_overdue_page_comes_after_its_equal(overdue: str, current: str) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    make_page(overdue, title="Feber", body=FEVER, review_due=yesterday)
    make_page(current, title="Feber", body=FEVER, review_due=timezone.localdate())
    index()
    pages = found("hvor mange grader er feber")
    assert list(pages) == [current, overdue]
    assert pages[current].page_score - pages[overdue].page_score == pytest.approx(OVERDUE_LOSS)


def test_an_overdue_page_still_answers_what_it_alone_is_about_and_says_so() -> None:
    make_page("feber", body=FEVER, review_due=timezone.localdate() - timedelta(days=400))
    make_page("hoste", review_due=None)
    index()
    pages = found("hvor mange grader er feber")
    assert next(iter(pages)) == "feber"
    assert source_for(pages["feber"], (), 1.0).overdue is True
    assert source_for(found("hvad hjælper mod hoste")["hoste"], (), 1.0).overdue is False
