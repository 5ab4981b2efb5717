"""The operator's panel: on the admin's front page, and as a page of its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from chatbots import signals
from chatbots.embedders.hashing import HashingEmbedder
from chatbots.indexing import freshness
from chatbots.models import BotState, IndexState
from content.models import Page
from tests.chatbots.indexed_pages import damage, log_in, lose_the_model, make_article, make_indexed, words

pytestmark = pytest.mark.django_db

PANEL = "/admin/chatbots/indexstate/"
FRONT = "/admin/"
START = "/admin/chatbots/indexstate/start/"


@pytest.fixture
def operator(client: Client) -> Client:
    """Return a client logged in as one who may see the index and start indexing."""
    log_in(client, "view_indexstate", "change_indexstate", "change_healtharticle")
    return client


def panel(client: Client, address: str = PANEL) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return words(response.content.decode())


@pytest.mark.parametrize("address", [PANEL, FRONT])
def test_the_panel_shows_generation_chunks_model_and_that_nothing_waits(operator: Client, address: str) -> None:
    make_indexed()
    text = panel(operator, address)
    health = text.partition("Sundhedsrobotten")[2]
    assert "Robotten kender alt, hvad der er udgivet." in health
    assert "Udgave 00000001, udgivet kl." in health
    assert "Tekststykker 3 " in health
    assert "Model hashing-64 (chatbots.embedders.hashing.HashingEmbedder)" in health
    assert "Sider bagud 0 Har ventet længst intet venter Seneste fejl ingen" in health


def test_the_panel_shows_what_waits_and_for_how_long(operator: Client) -> None:
    make_article()
    assert "Sider bagud 1 Har ventet længst under et minut" in panel(operator)
    IndexState.objects.update(wanted_at=timezone.now() - timedelta(minutes=5))
    assert "Har ventet længst 5 minutter" in panel(operator).replace("\xa0", " ")


def test_a_change_that_waits_while_nothing_is_indexed_says_what_to_look_at(operator: Client) -> None:
    make_article()
    advice = "Se efter, om broker, worker og beat kører"
    assert advice not in panel(operator)
    IndexState.objects.update(wanted_at=timezone.now() - timedelta(seconds=70))
    assert advice in panel(operator)


def test_a_worker_that_has_much_to_do_is_not_said_to_be_down(operator: Client) -> None:
    make_indexed(title="Feber", slug="feber")
    late = make_article()
    IndexState.objects.filter(page=late).update(wanted_at=timezone.now() - timedelta(seconds=70))
    assert "worker og beat" not in panel(operator)
    IndexState.objects.update(indexed_at=timezone.now() - timedelta(seconds=70))
    assert "worker og beat" in panel(operator)


def test_a_page_that_cannot_be_read_is_named_with_its_error_and_a_link(operator: Client) -> None:
    page = make_article(title="Feber <hos> børn", slug="feber")
    IndexState.objects.filter(bot="health").update(error="ValueError: ingen rækker", attempts=2)
    html = operator.get(PANEL).content.decode()
    link = reverse("admin:content_healtharticle_change", args=[page.pk])
    assert f'<a href="{link}">Feber &lt;hos&gt; børn</a>: ValueError: ingen rækker' in html
    assert "1 side kan ikke læses." in html


def test_pages_that_failed_do_not_make_the_worker_look_down(operator: Client) -> None:
    make_article()
    IndexState.objects.update(error="ValueError: x", attempts=2, wanted_at=timezone.now() - timedelta(hours=1))
    assert "worker og beat" not in panel(operator)


def test_the_last_error_of_a_bot_is_shown_with_its_time(operator: Client) -> None:
    make_indexed()
    BotState.objects.filter(bot="guide").update(error="Disken er fuld", error_at="2025-03-09T13:03:22Z")
    assert "Seneste fejl Disken er fuld (9. marts 2025 kl. 14:03:22)" in panel(operator)


def test_an_index_of_a_former_model_is_said_to_serve_until_the_new_one_is_complete(
    operator: Client, monkeypatch: Any
) -> None:
    make_indexed()
    monkeypatch.setattr(HashingEmbedder, "model_id", "another-model")
    text = panel(operator)
    assert "det gamle indeks svarer, til det nye er klar" in text
    assert "hashing-64 chunker-" in text
    assert "Model another-model" in text
    assert "Sider bagud 1" in text
    freshness.catch_up()
    assert "det gamle indeks" not in panel(operator)


@pytest.mark.parametrize("address", [PANEL, FRONT])
def test_a_missing_model_is_shown_and_not_raised(operator: Client, settings: LazySettings, address: str) -> None:
    make_indexed()
    lose_the_model(settings)
    text = panel(operator, address)
    assert "Modellen kan ikke bruges." in text
    assert "Run: python manage.py prepare_model" in text
    assert "Tekststykker 3 Model ingen Sider bagud 0" in text


@pytest.mark.parametrize("address", [PANEL, FRONT])
def test_a_damaged_index_is_shown_and_not_raised(operator: Client, address: str) -> None:
    make_indexed()
    damage("health")
    text = panel(operator, address).partition("Sundhedsrobotten")[2]
    assert "Indekset på disken er beskadiget." in text
    assert "manifest.json" in text
    assert "Udgave ingen" in text


def test_a_site_with_no_index_yet_says_so(operator: Client) -> None:
    assert "Der er ikke udgivet noget indeks endnu." in panel(operator)


def test_the_panel_is_only_for_those_who_may_see_the_index(client: Client) -> None:
    make_indexed()
    assert client.get(PANEL).status_code == 302
    log_in(client, "change_healtharticle")
    assert client.get(PANEL).status_code == 403
    front = panel(client, FRONT)
    assert "Sundhedsartikler" in front
    assert "Det ved robotterne" not in front


def test_nothing_of_an_index_can_be_changed_by_hand(operator: Client) -> None:
    page = make_indexed()
    state = IndexState.objects.get(page=page, bot="health")
    assert operator.get(f"{PANEL}add/").status_code == 403
    assert operator.post(f"{PANEL}{state.pk}/delete/", {"post": "yes"}).status_code == 403
    assert IndexState.objects.filter(pk=state.pk).exists()


def test_many_pages_take_no_more_questions_to_the_database_than_one(
    operator: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        make_article(title=f"Side {number}", slug=f"side-{number}")
    IndexState.objects.update(error="ValueError: x", attempts=1)
    with django_assert_max_num_queries(24):
        text = panel(operator)
    assert "Side 19: ValueError: x" in text
    assert "30 sider i alt." in text


# ── Starting it by hand ─────────────────────────────────────────────────────────────────────────
def test_the_button_queues_a_sweep_and_says_so(operator: Client, monkeypatch: Any) -> None:
    queued = []
    monkeypatch.setattr(signals.tasks.sweep, "apply_async", lambda args, **options: queued.append(args))
    monkeypatch.setattr(signals, "_broker_failed_at", float("-inf"))
    response = operator.post(START, follow=True)
    assert queued == [()]
    assert "Indekseringen er sat i kø." in response.content.decode()


def test_the_button_says_that_the_broker_does_not_answer(operator: Client, monkeypatch: Any) -> None:
    def refuse(*args: Any, **options: Any) -> None:
        raise ConnectionError("refused")

    monkeypatch.setattr(signals.tasks.sweep, "apply_async", refuse)
    monkeypatch.setattr(signals, "_broker_failed_at", float("-inf"))
    response = operator.post(START, follow=True)
    assert "Brokeren svarer ikke, så indekseringen er ikke sat i kø." in response.content.decode()


def test_indexing_is_started_only_by_those_who_may_and_only_by_a_form_of_the_site(client: Client) -> None:
    user = log_in(client, "view_indexstate")
    assert "Indeksér nu" not in panel(client)
    assert client.post(START).status_code == 403
    strict = Client(enforce_csrf_checks=True)
    user.is_superuser = True
    user.save()
    strict.force_login(user)
    assert strict.get(START).status_code == 405
    assert strict.post(START).status_code == 403


def test_unpublished_pages_do_not_count_as_behind(operator: Client) -> None:
    page = make_indexed()
    Page.objects.filter(pk=page.pk).update(status="archived")
    freshness.refresh_wanted()
    freshness.catch_up()
    assert "Sider bagud 0" in panel(operator)
