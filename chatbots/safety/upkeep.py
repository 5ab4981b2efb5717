"""What editors should look after: contacts not checked for long, and levels with too few of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chatbots.conf import settings_for
from chatbots.panels import Line
from chatbots.safety.cards import LEAST
from chatbots.safety.models import HelpContact, TriageExample, TriageRule
from chatbots.safety.topics import Level

#: Days of a month, near enough to tell a check that is too old.
_MONTH = timedelta(days=30.44)


def oldest_good_check(today: date | None = None) -> date:
    """Return the day from which on a check of a contact is new enough."""
    return (today or timezone.localdate()) - settings_for("SAFETY")["CHECK_MONTHS"] * _MONTH


def lines(today: date | None = None) -> list[Line]:
    """Return what to say of help cards and triage, the most pressing first."""
    contacts = list(HelpContact.objects.filter(active=True))
    return [*_lacking(contacts), *_stale(contacts, today), *_sizes()] or [
        Line("good", _("Hjælpekortene er i orden, og alle kontakter er tjekket."))
    ]


def _lacking(contacts: Sequence[Any]) -> list[Line]:
    region = settings_for("SAFETY")["REGION"]
    said = []
    for level in Level:
        there = {c.url for c in contacts if level.value in c.levels and (not region or c.region in {"", region})}
        if len(there) < LEAST:
            text = _("Niveauet “%(level)s” har %(count)d kontakter i brug. Der skal være mindst to.")
            advice = _("Kortet viser så 112 og 1813, som altid svarer. Opret en kontakt, eller slå en til igen.")
            said.append(Line("bad", text % {"level": level.label, "count": len(there)}, (advice,)))
    return said


def _stale(contacts: Sequence[Any], today: date | None) -> list[Line]:
    limit = oldest_good_check(today)
    stale = sorted((c for c in contacts if c.last_checked < limit), key=lambda contact: contact.last_checked)
    if not stale:
        return []
    text = ngettext(
        "%(count)d hjælpekontakt er ikke tjekket siden %(date)s.",
        "%(count)d hjælpekontakter er ikke tjekket siden %(date)s.",
        len(stale),
    ) % {"count": len(stale), "date": date_format(limit, "DATE_FORMAT")}
    names = ", ".join(contact.name for contact in stale[:5]) + (" …" if len(stale) > 5 else "")
    return [Line("wait", text, (names, _("Se efter, om nummer og åbningstid passer, og skriv datoen.")))]


def _sizes() -> list[Line]:
    if TriageRule.objects.filter(active=True).exists() and TriageExample.objects.filter(active=True).exists():
        return []
    text = _("Der er ingen regler eller ingen eksempelsætninger i brug, så farer opdages dårligere.")
    return [Line("bad", text)]
