"""The list of what the bots know of a page."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from chatbots.models import IndexState
from content.models import Page
from tests.chatbots.indexed_pages import log_in, lose_the_model, make_article, make_indexed, words

pytestmark = pytest.mark.django_db


def listed(client: Client, page: Page) -> str:
    response = client.get(reverse("admin:chatbots_page_chunks", args=[page.pk]))
    assert response.status_code == 200
    return response.content.decode()


def test_each_chunk_shows_its_place_its_text_and_the_questions_that_lead_to_it(client: Client) -> None:
    log_in(client, "view_healtharticle")
    page = make_indexed(questions=["Hvad er symptomer på høj feber?"])
    html = listed(client, page)
    assert "Sundhedsrobotten: 3 tekststykker" in words(html)
    assert "Influenza › Symptomer" in words(html)
    assert 'href="/sundhed/influenza/#symptomer"' in html
    after = words(html).partition("Influenza › Symptomer")[2]
    assert "Høj feber. Spørgsmål, der fører hertil: Hvad er symptomer på høj feber?" in after


def test_what_editors_wrote_is_shown_as_text(client: Client) -> None:
    log_in(client, "view_healtharticle")
    page = make_indexed(title="Smitte <i>og</i> sår", questions=["Er 1 < 2?"])
    html = listed(client, page)
    assert "Smitte &lt;i&gt;og&lt;/i&gt; sår" in html
    assert "Er 1 &lt; 2?" in html


def test_a_page_that_no_bot_knows_yet_says_so(client: Client) -> None:
    log_in(client, "view_healtharticle")
    assert "Robotterne kender endnu ikke noget af siden." in listed(client, make_article())


def test_the_list_can_be_read_without_a_model(client: Client, settings: LazySettings) -> None:
    log_in(client, "view_healtharticle")
    page = make_indexed()
    lose_the_model(settings)
    assert "Influenza › Symptomer" in words(listed(client, page))


def test_the_list_is_only_for_editors_of_such_pages(client: Client) -> None:
    page = make_indexed()
    log_in(client, "view_sitepage", "view_indexstate")
    assert client.get(reverse("admin:chatbots_page_chunks", args=[page.pk])).status_code == 403


def test_a_state_leads_to_the_list_of_its_page(client: Client) -> None:
    page = make_indexed()
    log_in(client, "view_indexstate", "view_healtharticle")
    state = IndexState.objects.get(page=page, bot="health")
    response = client.get(reverse("admin:chatbots_indexstate_change", args=[state.pk]))
    assert response.headers["Location"] == reverse("admin:chatbots_page_chunks", args=[page.pk])


def test_a_long_page_takes_no_more_questions_to_the_database_than_a_short_one(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    log_in(client, "view_healtharticle")
    page = make_indexed(body="".join(f"<h2>Afsnit {n}</h2><p>Tekst {n}.</p>" for n in range(40)))
    with django_assert_max_num_queries(16):
        assert "41 tekststykker" in words(listed(client, page))
