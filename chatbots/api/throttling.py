"""How often one address may ask."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from rest_framework.throttling import SimpleRateThrottle

from chatbots.conf import settings_for


class AddressThrottle(SimpleRateThrottle):
    """Counts requests per client address, in the local cache. CHATBOTS["RATE"] of None sets no limit."""

    scope = "feedback"

    def get_rate(self) -> str | None:
        return settings_for("RATE")

    def get_cache_key(self, request: HttpRequest, view: Any) -> str:
        # A visitor can write X-Forwarded-For at will: NUM_PROXIES says how many of its last entries our proxies wrote.
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


class QuestionThrottle(AddressThrottle):
    """Counts questions, in whichever way they are asked."""

    scope = "question"
