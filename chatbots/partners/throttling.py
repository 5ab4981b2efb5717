"""How often a partner's pages may ask, all their visitors together."""

from __future__ import annotations

from chatbots.partners.models import Limit, Partner
from chatbots.partners.problems import TooManyThisMinute, TooManyToday


def spend_question(partner: Partner) -> None:
    """Count a question against the partner's limits. Raises TooManyThisMinute, TooManyToday."""
    met = partner.count_question()
    if met is None:
        return
    raise TooManyToday if met.limit is Limit.DAY else TooManyThisMinute(met.wait)
