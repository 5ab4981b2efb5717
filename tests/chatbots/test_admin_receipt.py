"""The receipt on a page's change form."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from chatbots.embedders.hashing import HashingEmbedder
from chatbots.indexing import freshness, publishing, sync
from chatbots.models import BotState, IndexState
from content.models import HealthArticle, Page, SitePage
from tests.chatbots.indexed_pages import damage, log_in, lose_the_model, make_article, make_indexed, words

pytestmark = pytest.mark.django_db


def shown(client: Client, page: Page) -> dict[str, Any]:
    """Return the receipt as the change form's script gets it, its lines as text."""
    response = client.get(reverse("admin:chatbots_page_receipt", args=[page.pk]))
    assert response.status_code == 200
    receipt = response.json()
    return receipt | {"html": words(receipt["html"])}


@pytest.fixture
def editor(client: Client) -> User:
    return log_in(client, "change_healtharticle", "change_sitepage")


# ── What it says ────────────────────────────────────────────────────────────────────────────────
def test_a_page_that_both_bots_know_is_said_to_be_known_with_chunks_and_time(client: Client, editor: User) -> None:
    page = make_indexed()
    state = IndexState.objects.get(page=page, bot="health")
    clock = timezone.localtime(state.indexed_at).strftime("%H:%M:%S")
    receipt = shown(client, page)
    assert receipt["settled"]
    assert "Vejviseren kender siden: 1 tekststykke, indekseret kl." in receipt["html"]
    assert f"Sundhedsrobotten kender siden: 3 tekststykker, indekseret kl. {clock}." in receipt["html"]


def test_a_page_indexed_on_another_day_is_said_with_its_date(client: Client, editor: User) -> None:
    page = make_indexed()
    IndexState.objects.update(indexed_at="2025-03-09T13:03:22Z")
    assert "indekseret 9. marts 2025 kl. 14:03:22." in shown(client, page)["html"]


def test_only_the_guide_is_spoken_of_on_a_site_page(client: Client, editor: User) -> None:
    page = make_indexed(kind="page")
    text = shown(client, page)["html"]
    assert "Vejviseren kender siden" in text
    assert "Sundhedsrobotten" not in text


def test_a_saved_page_waits_until_it_is_indexed(client: Client, editor: User) -> None:
    page = make_indexed()
    page.body += "<p>Nyt.</p>"
    page.save()
    waiting = shown(client, page)
    assert not waiting["settled"]
    assert "Vejviseren kender siden" in waiting["html"]  # it knows title and summary, which are the same
    assert "Sundhedsrobotten: siden er ændret kl." in waiting["html"]
    assert "bliver indekseret nu." in waiting["html"]
    freshness.catch_up()
    assert shown(client, page)["settled"]


def test_a_change_that_no_save_has_told_of_waits_too(client: Client, editor: User) -> None:
    page = make_indexed()
    Page.objects.update(summary="En anden.")
    assert not shown(client, page)["settled"]
    freshness.refresh_wanted()
    freshness.catch_up()
    assert shown(client, page)["settled"]


def test_a_page_that_was_never_noted_waits(client: Client, editor: User) -> None:
    page = make_article(status="draft")
    Page.objects.update(status="published")
    receipt = shown(client, page)
    assert not receipt["settled"]
    assert "bliver indekseret inden for et halvt minut" in receipt["html"]


def test_a_page_whose_rows_are_not_published_yet_is_not_said_to_be_known(client: Client, editor: User) -> None:
    page = make_indexed()
    page.body += "<p>Nyt.</p>"
    page.save()
    sync.sync(list(IndexState.objects.values_list("pk", flat=True)))
    assert not shown(client, page)["settled"]
    freshness.publish_all()
    assert shown(client, page)["settled"]


def test_a_full_disk_is_told_of_while_the_page_waits(client: Client, editor: User, monkeypatch: Any) -> None:
    page = make_indexed()
    page.body += "<p>Nyt.</p>"
    page.save()

    def no_room(*args: Any, **kwargs: Any) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(publishing.SnapshotStore, "publish", no_room)
    freshness.catch_up()
    receipt = shown(client, page)
    assert not receipt["settled"]
    assert "venter på at blive indekseret" in receipt["html"]
    assert "No space left on device" in receipt["html"]


def test_an_error_older_than_the_change_is_not_blamed(client: Client, editor: User) -> None:
    page = make_indexed()
    BotState.objects.update(error="Længe siden", error_at=timezone.now() - timedelta(hours=1))
    page.body += "<p>Nyt.</p>"
    page.save()
    assert "Længe siden" not in shown(client, page)["html"]


def test_a_page_that_waits_for_long_says_what_to_do(client: Client, editor: User) -> None:
    page = make_article()
    IndexState.objects.update(wanted_at=timezone.now() - timedelta(minutes=2))
    assert "sig det til den, der driver hjemmesiden" in shown(client, page)["html"]


def test_a_page_that_cannot_be_read_shows_its_error_escaped_and_what_to_do(client: Client, editor: User) -> None:
    page = make_indexed()
    page.body += "<p>Nyt.</p>"
    page.save()
    IndexState.objects.filter(bot="health").update(error="ValueError: <b>tabel</b>", attempts=1)
    response = client.get(reverse("admin:chatbots_page_receipt", args=[page.pk]))
    assert "<b>tabel" not in response.json()["html"]
    text = words(response.json()["html"])
    assert "Sundhedsrobotten kunne ikke læse siden: ValueError: <b>tabel</b>" in text
    assert "Ret teksten og gem den" in text


def test_a_new_save_of_a_page_that_failed_waits_again(client: Client, editor: User) -> None:
    page = make_article()
    IndexState.objects.filter(bot="health").update(error="ValueError: x", attempts=3)
    page.body += "<p>Rettet.</p>"
    page.save()
    assert "kunne ikke læse" not in shown(client, page)["html"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"status": "draft"}, "Siden er en kladde. Robotterne kender den først, når den er udgivet."),
        ({"status": "archived"}, "Siden er arkiveret, så robotterne bruger den ikke."),
        ({"publish_at": "2999-05-01T08:00:00+02:00"}, "Siden udgives 1. maj 2999 kl. 08:00:00."),
        ({"expire_at": "2020-05-01T08:00:00+02:00"}, "Siden udløb 1. maj 2020 kl. 08:00:00"),
    ],
)
def test_a_page_that_is_not_public_says_why_the_bots_do_not_know_it(
    client: Client, editor: User, fields: dict[str, Any], said: str
) -> None:
    page = make_indexed()
    Page.objects.filter(pk=page.pk).update(**fields)
    receipt = shown(client, page)
    assert receipt["settled"]
    assert said in receipt["html"]
    assert "kender siden:" not in receipt["html"]


def test_a_missing_model_is_said_and_what_the_bots_knew_is_still_known(
    client: Client, editor: User, settings: LazySettings
) -> None:
    page = make_indexed()
    lose_the_model(settings)
    text = shown(client, page)["html"]
    assert "Robotternes sprogmodel kan ikke bruges" in text
    assert "prepare_model" in text
    assert "Sundhedsrobotten kender siden" in text


def test_a_page_that_waits_for_a_missing_model_is_not_said_to_be_under_way(
    client: Client, editor: User, settings: LazySettings
) -> None:
    page = make_article()
    lose_the_model(settings)
    receipt = shown(client, page)
    assert not receipt["settled"]
    assert "bliver indekseret nu" not in receipt["html"]


def test_a_damaged_index_is_told_of_and_not_trusted(client: Client, editor: User) -> None:
    page = make_indexed()
    damage("health")
    receipt = shown(client, page)
    assert not receipt["settled"]
    assert "manifest.json" in receipt["html"]
    assert "Sundhedsrobotten kender siden" not in receipt["html"]
    assert "Vejviseren kender siden" in receipt["html"]


def test_a_page_of_a_new_model_waits_for_the_whole_of_its_index(client: Client, editor: User, monkeypatch: Any) -> None:
    page = make_indexed()
    make_indexed(slug="feber", title="Feber")
    monkeypatch.setattr(HashingEmbedder, "model_id", "another-model")
    sync.sync(list(IndexState.objects.filter(page=page).values_list("pk", flat=True)))
    freshness.publish_all()
    receipt = shown(client, page)
    assert not receipt["settled"]
    assert "det gamle indeks svarer, til det nye er klar" in receipt["html"]
    freshness.catch_up()
    assert shown(client, page)["settled"]


# ── Where it stands, and for whom ───────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("kind", "model"), [("health", HealthArticle), ("page", SitePage)])
def test_the_change_form_shows_the_receipt_and_follows_one_that_will_change(
    client: Client, editor: User, kind: str, model: type[Page]
) -> None:
    page = make_article(kind=kind)
    address = reverse(f"admin:content_{model._meta.model_name}_change", args=[page.pk])
    form = client.get(address).content.decode()
    assert "Robotterne og denne side" in form
    assert f'data-receipt="/admin/chatbots/indexstate/page/{page.pk}/receipt/" data-unsettled' in form
    assert "chatbots_admin/receipt.js" in form
    freshness.catch_up()
    assert "data-unsettled" not in client.get(address).content.decode()


def test_the_form_to_add_a_page_shows_no_receipt(client: Client) -> None:
    log_in(client, "add_healtharticle")
    form = client.get("/admin/content/healtharticle/add/")
    assert form.status_code == 200
    assert "Robotterne og denne side" not in form.content.decode()


def test_a_form_that_is_sent_back_speaks_of_the_page_as_it_is_stored(client: Client, editor: User) -> None:
    page = make_indexed()
    address = reverse("admin:content_healtharticle_change", args=[page.pk])
    response = client.post(address, {"title": "", "summary": "Ikke gemt", "status": "draft"})
    assert response.context["errors"]
    assert "Sundhedsrobotten kender siden" in response.content.decode()


def test_the_receipt_is_only_for_editors_of_such_pages(client: Client) -> None:
    page = make_indexed()
    address = reverse("admin:chatbots_page_receipt", args=[page.pk])
    assert client.get(address).status_code == 302
    log_in(client, "change_sitepage")
    assert client.get(address).status_code == 403


def test_the_receipt_of_a_page_that_is_gone_is_not_found(client: Client, editor: User) -> None:
    assert client.get(reverse("admin:chatbots_page_receipt", args=[4711])).status_code == 404


def test_a_long_page_takes_no_more_questions_to_the_database_than_a_short_one(
    client: Client, editor: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    page = make_indexed(body="".join(f"<h2>Afsnit {n}</h2><p>Tekst {n}.</p>" for n in range(40)))
    with django_assert_max_num_queries(12):
        assert "41 tekststykker" in shown(client, page)["html"]
