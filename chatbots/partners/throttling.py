"""How often a partner's pages may ask, all their visitors together."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from rest_framework.throttling import SimpleRateThrottle

from chatbots.partners.models import Partner
from chatbots.partners.problems import TooManyThisMinute, TooManyToday


class MinuteThrottle(SimpleRateThrottle):
    """Counts the questions of one partner in the last minute, in the local cache."""

    scope = "partner"

    def __init__(self, partner: Partner) -> None:
        self.partner = partner
        super().__init__()

    def get_rate(self) -> str:
        return f"{self.partner.per_minute}/min"

    def get_cache_key(self, request: HttpRequest, view: Any) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.partner.pk}


def spend_question(partner: Partner, request: HttpRequest, view: Any) -> None:
    """Count a question against the partner's limits. Raises TooManyThisMinute, TooManyToday."""
    throttle = MinuteThrottle(partner)
    if not throttle.allow_request(request, view):
        partner.count_refused()
        raise TooManyThisMinute(throttle.wait())
    if not partner.count_question():
        raise TooManyToday
