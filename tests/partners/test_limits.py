"""How often a partner's visitors may ask, all together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import connection
from django.utils import timezone

from chatbots.models import Partner, PartnerDay
from tests.api.scripted import ScriptedPipeline
from tests.partners.conftest import ORIGIN, Send

pytestmark = pytest.mark.django_db


def limit(partner: Partner, **limits: int) -> None:
    Partner.objects.filter(pk=partner.pk).update(**limits)


def day(partner: Partner) -> tuple[int, int]:
    today = partner.days.get()
    return today.questions, today.refused


def test_a_minutes_questions_are_limited_with_a_kind_message(
    ask: Send, partner: Partner, pipeline: ScriptedPipeline
) -> None:
    limit(partner, per_minute=2)
    assert [ask().status_code for _ in range(2)] == [200, 200]
    refused = ask()
    assert refused.status_code == 429
    assert refused["Access-Control-Allow-Origin"] == ORIGIN
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert refused.json()["detail"].startswith("Der er mange, der spørger her lige nu. Vent ")
    assert len(pipeline.asked) == 2
    assert day(partner) == (2, 1)


def test_a_days_questions_are_limited_and_counted_anew_the_next_day(
    ask: Send, partner: Partner, pipeline: ScriptedPipeline
) -> None:
    limit(partner, per_day=1)
    assert ask().status_code == 200
    refused = ask(language="da")
    assert refused.status_code == 429
    assert "på vores egen hjemmeside. Ring 112, hvis det er livsfarligt." in refused.json()["detail"]
    assert "Retry-After" not in refused
    PartnerDay.objects.update(date=timezone.localdate() - timedelta(days=1))
    assert ask().status_code == 200


def test_one_partners_limit_is_not_anothers(ask: Send, partner: Partner, pipeline: ScriptedPipeline) -> None:
    other = Partner.objects.create(name="Regionen", origins=ORIGIN, per_minute=1, per_day=1)
    assert other.count_question()
    assert not other.count_question()
    assert ask().status_code == 200


def test_an_address_that_asks_too_much_does_not_use_up_what_all_have(
    ask: Send, partner: Partner, pipeline: ScriptedPipeline, settings: LazySettings
) -> None:
    settings.CHATBOTS = settings.CHATBOTS | {"RATE": "2/min"}
    statuses = [ask().status_code for _ in range(5)]
    assert statuses == [200, 200, 429, 429, 429]
    assert day(partner) == (2, 0)


@pytest.mark.django_db(transaction=True)
def test_no_question_beyond_the_limit_slips_through_when_many_come_at_once() -> None:
    partner = Partner.objects.create(name="Kommunen", origins=ORIGIN, per_day=7)

    def count(_: int) -> bool:
        try:
            return partner.count_question()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        allowed = list(pool.map(count, range(24)))
    assert allowed.count(True) == 7
    assert day(partner) == (7, 17)
