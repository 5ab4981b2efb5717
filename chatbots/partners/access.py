"""Who may ask from another site: the key names the partner, the browser's Origin must be one of its own."""

from __future__ import annotations

from django.db import DatabaseError

from chatbots.partners.models import Partner


def find_partner(key: str, origin: str) -> Partner | None:
    """Return the active partner with `key` that has the site `origin`, or None."""
    partner = Partner.objects.filter(key=key, active=True).first() if origin else None
    return partner if partner and origin in partner.allowed_origins else None


def is_partners_origin(origin: str) -> bool:
    """Say whether any active partner has the site `origin`; no, while the database cannot tell."""
    if not origin:
        return False
    try:
        lists = list(Partner.objects.filter(active=True).values_list("origins", flat=True))
    except DatabaseError:
        return False
    return any(origin in origins.splitlines() for origins in lists)
