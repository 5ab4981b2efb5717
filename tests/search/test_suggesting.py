from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from chatbots.search import suggesting
from chatbots.search.suggesting import suggest
from content.models import Page
from tests.content.view_pages import make_page


def texts(typed: str, language: str = "da") -> list[str]:
    return [one.text for one in suggest(typed, language)]


@pytest.mark.usefixtures("pages")
@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("sk", "Skoldkopper"),
        ("SKOLD", "Skoldkopper"),
        ("åbn", "Åbningstider"),
        ("aabn", "Åbningstider"),
        ("skoldkoper", "Skoldkopper"),
        ("hvor længe v", "Hvor længe varer hosten?"),
        ("hvor længe smit", "Hvor længe smitter skoldkopper?"),
    ],
)
def test_titles_come_first_then_questions_however_they_are_typed(typed: str, first: str) -> None:
    assert texts(typed)[0] == first


@pytest.mark.usefixtures("pages")
def test_the_beginning_of_a_question_is_no_title_that_has_one_of_its_words() -> None:
    make_page("Lægemidler i hjemmet", "laegemidler")
    assert texts("læ")[0] == "Lægemidler i hjemmet"
    assert texts("hvor læ")[0].startswith("Hvor længe")
    assert "Lægemidler i hjemmet" in texts("hvor læ")


@pytest.mark.usefixtures("pages")
def test_nothing_is_suggested_for_one_letter_or_for_words_no_page_has() -> None:
    assert texts("s") == []
    assert texts("!!") == []
    assert texts("zzzzzz") == []
    assert texts("common") == []


@pytest.mark.usefixtures("pages")
def test_a_story_that_a_page_answers_is_none() -> None:
    story = "Grandfar har fået flimren for øjnene, og vi skal ud at køre i morgen"
    make_page("Flimren", "flimren", questions=[story, "Må man køre med flimren?"])
    assert texts("flimr") == ["Flimren", "Må man køre med flimren?"]


@pytest.mark.usefixtures("pages")
def test_a_page_that_is_withdrawn_is_not_suggested_a_moment_later() -> None:
    assert "Skoldkopper" in texts("skold")
    Page.objects.filter(slug="skoldkopper").update(status="archived")

    assert "Skoldkopper" not in texts("skold")


@pytest.mark.usefixtures("pages")
def test_a_new_page_is_suggested_when_titles_are_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    assert texts("mige") == []
    make_page("Migræne", "migraene")
    monkeypatch.setattr(suggesting, "FRESH", 0.0)

    assert texts("migr") == ["Migræne"]


@pytest.mark.usefixtures("pages")
def test_pages_that_come_and_go_at_one_moment_by_themselves_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggesting, "FRESH", 0.0)
    then = timezone.now() + timedelta(hours=1)
    make_page("Migræne", "migraene", expire_at=then)
    make_page("Mæslinger", "maeslinger", publish_at=then)
    make_page("Midtvejs", "midtvejs")  # the newest change is to neither
    assert (texts("migr"), texts("mæsl")) == (["Migræne"], [])

    monkeypatch.setattr(timezone, "now", lambda: then)
    assert (texts("migr"), texts("mæsl")) == ([], ["Mæslinger"])


@pytest.mark.django_db
def test_ten_thousand_pages_are_searched_in_less_than_fifty_milliseconds() -> None:
    Page.objects.bulk_create(
        Page(
            kind="health",
            language="da",
            status="published",
            title=f"Sygdom{number % 977} nummer{number}",
            slug=f"side-{number}",
            summary="Kort.",
            questions=[f"Hvor længe varer sygdom{number % 977}?", f"Smitter nummer{number} andre børn?"],
        )
        for number in range(10_000)
    )
    suggest("varm op", "da")
    took = []
    for typed in ("sy", "hvor længe", "nummer77", "smitter num", "sygdm5", "sygdom9 numer"):
        began = time.thread_time()  # what it takes of a core, however many others want that core
        suggest(typed, "da")
        took.append(time.thread_time() - began)

    assert sorted(took)[len(took) // 2] < 0.05, took
