"""`manage.py index_status`."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.utils import timezone

from chatbots.indexing.status import bot_statuses
from chatbots.models import BotState, IndexState
from chatbots.snapshots import SnapshotStore
from tests.chatbots.indexed_pages import damage, lose_the_model, make_article, make_indexed, words

pytestmark = pytest.mark.django_db


def printed(*arguments: str) -> str:
    out = StringIO()
    call_command("index_status", *arguments, stdout=out, no_color=True)
    return out.getvalue()


def test_the_facts_of_each_bot_are_printed() -> None:
    make_indexed()
    guide, _, health = words(printed()).partition("health")
    assert "chunks 1 " in guide
    assert "generation 00000001, published " in health
    assert "chunks 3 model hashing-64 (origin: chatbots.embedders.hashing.HashingEmbedder)" in health
    assert "pages behind 0 oldest waiting no change waits last error none" in health


def test_the_same_facts_come_as_json() -> None:
    make_indexed()
    guide, health = json.loads(printed("--json"))
    assert (guide["bot"], guide["chunks"]) == ("guide", 1)
    assert (health["generation"], health["chunks"], health["model"]) == ("00000001", 3, "hashing-64")
    assert (health["problem"], health["stalled"], health["waiting_since"]) == ("", False, None)


def test_a_missing_model_is_printed_and_not_raised(settings: LazySettings) -> None:
    make_indexed()
    lose_the_model(settings)
    text = words(printed())
    assert "chunks 3 model none pages behind 0" in text
    assert "wrong now There is no embedding model in" in text
    assert json.loads(printed("--json"))[1]["model"] == ""


def test_without_a_model_pages_are_compared_with_the_index_that_serves(settings: LazySettings) -> None:
    make_indexed()
    make_article(title="Feber", slug="feber")
    lose_the_model(settings)
    assert [status.pages_behind for status in bot_statuses()] == [1, 1]


def test_a_damaged_index_is_printed_and_not_raised() -> None:
    make_indexed()
    damage("guide")
    guide, _, health = words(printed()).partition("health")
    assert "generation none chunks 0" in guide
    assert "manifest.json" in guide
    assert "wrong now" not in health


def test_a_pointer_that_is_gone_is_damage_and_no_index_yet() -> None:
    make_indexed()
    pointer = SnapshotStore("health").pointer
    pointer.unlink()
    guide, _, health = words(printed()).partition("health")
    assert f"wrong now {pointer} is missing" in health
    assert "wrong now" not in guide


def test_pages_that_failed_are_named_with_their_errors() -> None:
    page = make_article()
    IndexState.objects.filter(bot="health").update(error="ValueError: x", attempts=1)
    text = words(printed())
    assert "pages behind 1, 1 failed" in text
    assert f"health: Influenza ({page.pk}): ValueError: x" in text


def test_changes_that_nobody_works_on_are_called_stalled() -> None:
    make_article()
    IndexState.objects.update(wanted_at=timezone.now() - timedelta(minutes=2))
    assert "look at the broker, the worker and beat" in printed()
    assert [(status.stalled, status.healthy) for status in bot_statuses()] == [(True, False)] * 2


def test_an_error_noted_just_now_is_a_sign_of_life() -> None:
    make_article()
    IndexState.objects.update(wanted_at=timezone.now() - timedelta(minutes=2))
    BotState.objects.create(bot="health", error="Disken er fuld", error_at=timezone.now())
    assert [status.stalled for status in bot_statuses()] == [True, False]


def test_an_index_that_knows_all_is_healthy() -> None:
    make_indexed()
    assert [status.healthy for status in bot_statuses()] == [True, True]
