"""How often a partner's pages may ask: each visitor's address, and all their visitors together."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils import timezone
from rest_framework.request import Request

from chatbots.api.throttling import QuestionThrottle
from chatbots.partners.models import Limit, Partner
from chatbots.partners.problems import TooManyFromHere, TooManyThisMinute, TooManyToday

#: How many addresses it takes at least to use up a partner's day.
SHARES = 10
_DAY = timedelta(days=1)


def spend_question(partner: Partner, request: Request) -> None:
    """Count a question against what its address may ask in a day, then against the partner's limits.

    Raises TooManyFromHere, TooManyThisMinute, TooManyToday.
    """
    _spend_share(partner, request)
    met = partner.count_question()
    if met is None:
        return
    raise TooManyToday if met.limit is Limit.DAY else TooManyThisMinute(met.wait)


def _spend_share(partner: Partner, request: Request) -> None:
    """Count a question of the address in this process's cache. Raises TooManyFromHere.

    The share is never less than what an address may ask in a minute; without that limit there is none.
    """
    throttle = QuestionThrottle()
    if throttle.num_requests is None:
        return
    now = timezone.localtime()
    key = f"partner-day:{partner.pk}:{now.date()}:{throttle.get_ident(request)}"
    cache.add(key, 0, _DAY.total_seconds())
    if cache.incr(key) > max(partner.per_day // SHARES, throttle.num_requests):
        midnight = timezone.make_aware(datetime.combine(now.date() + _DAY, datetime.min.time()))
        raise TooManyFromHere((midnight - now).total_seconds())
