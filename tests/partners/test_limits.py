"""How often a partner's visitors may ask, all together."""

from __future__ import annotations

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.utils import timezone

from chatbots.api.throttling import QuestionThrottle
from chatbots.models import Partner, PartnerDay
from chatbots.partners.models import Limit, Met
from tests.api.scripted import ScriptedPipeline
from tests.partners.conftest import ORIGIN, Send

pytestmark = pytest.mark.django_db


def limit(partner: Partner, **limits: int) -> None:
    Partner.objects.filter(pk=partner.pk).update(**limits)


def asked_ago(partner: Partner, *seconds: float) -> None:
    """Let questions have been asked today, so many seconds ago."""
    today, _created = PartnerDay.objects.get_or_create(partner=partner, date=timezone.localdate())
    today.recent = [time.time() - ago for ago in seconds]
    today.save()


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
    assert "Du kan spørge videre på vores egen hjemmeside." in refused.json()["detail"]
    assert "Retry-After" not in refused
    PartnerDay.objects.update(date=timezone.localdate() - timedelta(days=1))
    assert ask().status_code == 200


def test_one_partners_limit_is_not_anothers(ask: Send, partner: Partner, pipeline: ScriptedPipeline) -> None:
    other = Partner.objects.create(name="Regionen", origins=ORIGIN, per_minute=1, per_day=1)
    assert other.count_question() is None
    met = other.count_question()
    assert met and met.limit is Limit.DAY
    assert ask().status_code == 200


def test_an_address_that_asks_too_much_does_not_use_up_what_all_have(
    ask: Send, partner: Partner, pipeline: ScriptedPipeline, settings: LazySettings
) -> None:
    settings.CHATBOTS = settings.CHATBOTS | {"RATE": "2/min"}
    statuses = [ask().status_code for _ in range(5)]
    assert statuses == [200, 200, 429, 429, 429]
    assert day(partner) == (2, 0)


def test_one_address_cannot_use_up_the_day_of_all(
    ask: Send,
    client: Client,
    partner: Partner,
    pipeline: ScriptedPipeline,
    settings: LazySettings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.CHATBOTS = settings.CHATBOTS | {"RATE": "2/min"}
    limit(partner, per_day=50)
    noon = timezone.now().replace(hour=11, minute=0)
    monkeypatch.setattr(timezone, "now", lambda: noon)
    clock = itertools.count(0, 61)  # never twice in a minute
    monkeypatch.setattr(QuestionThrottle, "timer", lambda _throttle: next(clock))
    statuses = [ask().status_code for _ in range(8)]
    assert statuses == [200] * 5 + [429] * 3
    assert day(partner) == (5, 0)
    refused = ask()
    assert refused["Content-Type"] == "application/problem+json"
    assert "fra din forbindelse i dag" in refused.json()["detail"]
    assert 11 * 3600 <= int(refused["Retry-After"]) <= 12 * 3600
    client.defaults["REMOTE_ADDR"] = "192.0.2.7"
    assert ask().status_code == 200
    monkeypatch.setattr(timezone, "now", lambda: noon + timedelta(days=1))
    client.defaults["REMOTE_ADDR"] = "127.0.0.1"
    assert ask().status_code == 200


@pytest.mark.parametrize(("rate", "answered"), [("4/min", 4), (None, 6)])
def test_the_share_of_a_small_day_is_what_an_address_may_ask_in_a_minute(
    ask: Send, partner: Partner, pipeline: ScriptedPipeline, settings: LazySettings, rate: str | None, answered: int
) -> None:
    settings.CHATBOTS = settings.CHATBOTS | {"RATE": rate}
    limit(partner, per_day=10)
    assert [ask().status_code for _ in range(6)].count(200) == answered


def test_what_cannot_be_answered_is_not_counted_for_the_partner(
    ask: Send, client: Client, partner: Partner, pipeline: ScriptedPipeline
) -> None:
    path = f"/api/partners/{partner.key}/v1/chat/guide/"
    broken = client.post(path, "{", content_type="application/json", headers={"origin": ORIGIN})
    assert [broken.status_code, ask(message="").status_code, ask(language="xx").status_code] == [400] * 3
    assert not partner.days.exists()


def test_the_next_minute_is_counted_from_none(ask: Send, partner: Partner, pipeline: ScriptedPipeline) -> None:
    limit(partner, per_minute=1)
    assert [ask().status_code for _ in range(2)] == [200, 429]
    asked_ago(partner, 60)
    assert [ask().status_code for _ in range(2)] == [200, 429]
    assert day(partner) == (2, 2)


def test_a_burst_cannot_lie_on_both_sides_of_a_minutes_end(ask: Send, partner: Partner) -> None:
    limit(partner, per_minute=3)
    partner.refresh_from_db()
    asked_ago(partner, 59, 2, 1)
    met = partner.count_question()
    assert met and met.limit is Limit.MINUTE and met.wait and 0 < met.wait <= 1
    asked_ago(partner, 61, 2, 1)
    assert partner.count_question() is None
    assert partner.count_question() is not None


def test_a_limit_that_was_lowered_is_over_when_few_enough_are_left(ask: Send, partner: Partner) -> None:
    limit(partner, per_minute=1)
    partner.refresh_from_db()
    asked_ago(partner, 50, 40, 10)
    met = partner.count_question()
    assert met and met.wait and 49 < met.wait <= 50


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("limits", "met"), [({"per_day": 7}, Limit.DAY), ({"per_minute": 7}, Limit.MINUTE)])
def test_no_question_beyond_a_limit_slips_through_when_many_come_at_once(limits: dict[str, int], met: Limit) -> None:
    partner = Partner.objects.create(name="Kommunen", origins=ORIGIN, **limits)

    def count(_: int) -> Met | None:
        try:
            return partner.count_question()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(count, range(24)))
    assert answers.count(None) == 7
    assert {answer.limit for answer in answers if answer} == {met}
    assert day(partner) == (7, 17)
