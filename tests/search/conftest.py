"""A small site in both languages, indexed with the embedder of the tests."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command

from chatbots.search import suggesting
from content.models import Page, Topic
from tests.content.view_pages import make_page


@pytest.fixture(autouse=True)
def fresh_titles() -> None:
    suggesting.forget()


@pytest.fixture
def pages(db: None) -> dict[str, Page]:
    """Return pages by slug: none of them indexed."""
    children = Topic.objects.create(name="Børn", language="da")
    lungs = Topic.objects.create(name="Luftveje", language="da")
    made = [
        make_page(
            "Skoldkopper",
            "skoldkopper",
            topic=children,
            summary="Skoldkopper giver kløende blærer.",
            body="<p>Skoldkopper smitter meget.</p><h2>Lindring</h2><p>Klip neglene korte, og giv lunkne bade.</p>"
            "<h2>Smitte</h2><p>Barnet smitter, indtil alle blærer er tørret ind.</p>",
            questions=["Hvor længe smitter skoldkopper?"],
        ),
        make_page(
            "Hoste",
            "hoste",
            topic=lungs,
            summary="Hoste går som regel over af sig selv.",
            body="<p>Hoste varer ofte 2-3 uger.</p>",
            questions=["Hvor længe varer hosten?"],
        ),
        make_page(
            "Åbningstider",
            "aabningstider",
            kind="page",
            summary="Hvornår vi har åbent.",
            body="<p>Vi har åbent klokken 9-15.</p>",
            questions=["Hvornår har I åbent?"],
        ),
        make_page(
            "Sundhedsplejen",
            "sundhedsplejen",
            kind="page",
            topic=children,
            summary="Råd om skoldkopper og andre børnesygdomme.",
            body="<p>Sundhedsplejersken ved besked om skoldkopper i institutionen.</p>",
        ),
        make_page("Common cold", "common-cold", language="en", summary="A cold passes.", body="<p>Rest and drink.</p>"),
    ]
    return {page.slug: page for page in made}


@pytest.fixture
def indexed(pages: dict[str, Page]) -> dict[str, Page]:
    """Return the pages, known to both bots."""
    call_command("reindex", verbosity=0, stdout=io.StringIO())
    return pages
