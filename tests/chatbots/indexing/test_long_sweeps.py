from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from chatbots.bots import HEALTH
from chatbots.embedders.hashing import HashingEmbedder
from chatbots.exceptions import ModelMissing
from chatbots.indexing import freshness
from chatbots.indexing.freshness import behind, index_saved_since, refresh_wanted
from chatbots.indexing.maintenance import sweep
from chatbots.models import IndexState
from chatbots.snapshots import SnapshotStore
from content.models import Page
from tests.chatbots.pages import index, make_page, served, texts


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """Let a sweep read two pages at a time; return the list of what it read."""
    monkeypatch.setattr(freshness, "SLICE", 2)
    seen: list[list[int]] = []
    real = freshness._refresh

    def refresh(keys: Sequence[int], now: datetime) -> int:
        seen.append(list(keys))
        return real(keys, now)

    monkeypatch.setattr(freshness, "_refresh", refresh)
    return seen


@pytest.mark.django_db
def test_a_sweep_reads_every_page_once_in_parts(parts: list[list[int]]) -> None:
    pages = [make_page(slug) for slug in ("et", "to", "tre", "fire", "fem")]
    IndexState.objects.all().delete()
    assert refresh_wanted() == 10
    assert parts == [[page.pk for page in pages[at : at + 2]] for at in (0, 2, 4)]


@pytest.mark.django_db
def test_what_is_saved_during_a_long_sweep_is_published_before_its_next_part(
    parts: list[list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = make_page()
    for slug in ("to", "tre", "fire", "fem"):
        make_page(slug)
    index()
    parts.clear()
    generation, waiting = served().generation, []
    recorded = freshness._refresh

    def refresh(keys: Sequence[int], now: datetime) -> int:
        if parts:
            waiting.append(len(behind()))
        changed = recorded(keys, now)
        if len(parts) == 1:
            page.body = "<p>Nyt under gennemgangen.</p>"
            page.save()
        return changed

    monkeypatch.setattr(freshness, "_refresh", refresh)
    sweep()
    assert waiting == [0, 0]
    assert served().generation > generation
    assert texts(page)[0].endswith("Nyt under gennemgangen.")


@pytest.mark.django_db
def test_a_save_while_a_sweep_compares_is_not_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    page = make_page()
    index()
    Page.objects.update(summary="Ændret forbi save().")
    real = freshness.wanted_digest

    def wanted_digest(old: Page, *args: Any) -> str:
        if page.summary != "Nyt.":
            page.summary = "Nyt."
            page.save()  # after the sweep has read the page, before it has compared it
        return real(old, *args)

    monkeypatch.setattr(freshness, "wanted_digest", wanted_digest)
    refresh_wanted()
    assert IndexState.objects.get(bot="health").wanted == real(page, HEALTH, timezone.now())


@pytest.mark.django_db
def test_what_a_sweep_itself_finds_waits_for_its_turn() -> None:
    make_page()
    now = timezone.now()
    IndexState.objects.update(wanted_at=now)
    index_saved_since(now)
    assert len(behind()) == 2
    index_saved_since(now - timedelta(seconds=1))
    assert behind() == []


@pytest.mark.django_db
def test_a_missing_model_does_not_end_a_sweep_half_way(monkeypatch: pytest.MonkeyPatch) -> None:
    make_page()

    def embed(*args: object, **options: object) -> None:
        raise ModelMissing("gone")

    monkeypatch.setattr(HashingEmbedder, "embed", embed)
    index_saved_since(timezone.now() - timedelta(hours=1))
    assert len(behind()) == 2
    assert SnapshotStore("health").current() is None


@pytest.mark.django_db(transaction=True)
def test_another_process_may_write_while_a_sweep_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    Page.objects.bulk_create(
        Page(kind="health", title=f"Side {n}", slug=f"side-{n}", summary="Om siden.", status="published")
        for n in range(600)
    )
    refresh_wanted()
    Page.objects.update(summary="Ændret forbi save().")
    real, written = freshness.wanted_digest, []

    def wanted_digest(*args: object) -> str:
        if not written:
            with closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=0.1)) as other, other:
                other.execute("UPDATE content_page SET reviewed_by = 'en anden'")
            written.append(True)
        return real(*args)

    monkeypatch.setattr(freshness, "wanted_digest", wanted_digest)
    assert refresh_wanted() == 1200
