"""Help cards: the words of the topic, and who can be reached at this hour. No model writes any of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import DatabaseError
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chatbots.conf import settings_for
from chatbots.safety.hours_in_words import in_words
from chatbots.safety.seeding import contact_rows
from chatbots.safety.topics import Level, Topic
from chatbots.types import HelpCard

#: Ways to get help on one card, at least and at most.
LEAST, MOST = 2, 6
#: Who answers around the clock, wherever one is: what a card falls back on.
_FALLBACK = ("112", "1813")
#: A weekday evening and a Saturday, in local time.
_AFTER_HOURS = (datetime(2026, 1, 14, 20), datetime(2026, 1, 17, 12))
#: Title and text of a card that stands beside an answer.
_BESIDE = {
    Level.ACT_NOW: (gettext_lazy("Haster det?"), gettext_lazy("Ring 112, hvis det er livsfarligt.")),
    Level.TODAY: (
        gettext_lazy("Bliver det værre, så få hjælp i dag"),
        gettext_lazy(
            "Er du i tvivl, eller bliver det værre, så ring til din læge eller lægevagten. Ring 112 ved livsfare."
        ),
    ),
    Level.TALK: (
        gettext_lazy("Der er nogen, du kan tale med"),
        gettext_lazy("Du behøver ikke være alene om det. Her er nogen, der lytter."),
    ),
}


def card_for(topic: Topic, language: str, *, beside: bool = False, moment: datetime | None = None) -> HelpCard:
    """Return the card of a topic with who can be reached at `moment`, by default now, in "da" or "en"."""
    level = topic.beside if beside else topic.level
    with translation.override(language):
        contacts = reachable(topic, level, language, moment or timezone.now())
        title, text = _BESIDE[level] if beside else (topic.title, topic.text)
        checked = min(contact.last_checked for contact in contacts)
        said = _("Numrene er sidst tjekket %(date)s.") % {"date": date_format(checked, "DATE_FORMAT")}
        shown = tuple(_shown(contact, language) for contact in contacts)
        return HelpCard(level.value, str(title), str(text), shown, said)


def reachable(topic: Topic, level: Level, language: str, moment: datetime) -> list[Any]:
    """Return the contacts of a topic's card that are open, at least two; in the region of the site, if it has one."""
    region = settings_for("SAFETY")["REGION"]
    everyone = [contact for contact in _contacts() if contact.language in {"", language} and _is_there(contact)]
    there = [contact for contact in everyone if not region or contact.region in {"", region}]
    open_now = [contact for contact in there if contact.open_at(moment)]
    chosen: dict[str, Any] = {}
    for service in _services(topic, level):
        for contact in open_now:
            if contact.service == service and level.value in contact.levels and len(chosen) < MOST:
                chosen.setdefault(contact.url, contact)
    always = [contact for contact in everyone if contact.key in _FALLBACK] + _brought(_FALLBACK)
    for contact in always:
        if len(chosen) >= LEAST:
            break
        chosen.setdefault(contact.url, contact)
    return list(chosen.values())


def phone_after_hours(service: str) -> str:
    """Return the number of who gives this kind of help while doctors' surgeries are closed; "" when there is none.

    It is that of the site's region, if it has one; without a region, a number that serves the whole country.
    """
    region = settings_for("SAFETY")["REGION"]
    for contact in sorted(_contacts(), key=lambda contact: (contact.region != region, contact.order)):
        is_phone = contact.url.startswith("tel:")
        if is_phone and contact.service == service and contact.region in {"", region} and _after_hours(contact):
            return str(contact.address)
    return ""


def _after_hours(contact: Any) -> bool:
    return all(contact.week.open_at(moment) for moment in _AFTER_HOURS)


def _services(topic: Topic, level: Level) -> Sequence[str]:
    """Return the kinds of help in order: beside an answer, those who talk and advise come before 112."""
    if level is topic.level:
        return topic.services
    return [*(service for service in topic.services if service != "emergency"), "emergency"]


def _contacts() -> list[Any]:
    """Return the contacts in use, in their order; those that the program brings when there is no row at all."""
    from chatbots.safety.models import HelpContact

    try:
        stored = list(HelpContact.objects.all())
    except DatabaseError:
        stored = []
    if not stored:
        stored = sorted((HelpContact(**row) for row in contact_rows()), key=lambda contact: contact.order)
    return [contact for contact in stored if contact.active]


def _brought(keys: Iterable[str]) -> list[Any]:
    from chatbots.safety.models import HelpContact

    rows = {row["key"]: row for row in contact_rows()}
    return [HelpContact(**rows[key]) for key in keys]


def _is_there(contact: Any) -> bool:
    """Say whether a link to a page of the site leads to a published page; any other link does."""
    if not contact.address.startswith("/"):
        return True
    from content.models import Page

    slug = contact.address.split("#")[0].rstrip("/").rsplit("/", 1)[-1]
    try:
        return Page.objects.published().filter(slug=slug).exists()
    except DatabaseError:
        return False


def _shown(contact: Any, language: str) -> dict[str, str]:
    """Return a contact as the API gives it."""
    english = language == "en"
    name = (english and contact.name_en) or contact.name
    purpose = (english and contact.purpose_en) or contact.purpose
    audience = (english and contact.audience_en) or contact.audience
    hours = in_words(contact.week, language)
    parts = (purpose, audience, hours and _("Åbent %(hours)s") % {"hours": hours})
    note = ". ".join(part.rstrip(".") for part in parts if part)
    return {"label": _label(name, contact), "url": contact.url, "note": f"{note}." if note else ""}


def _label(name: str, contact: Any) -> str:
    """Return what the button says: whom it leads to, and the number; that it rings, where that is not clear."""
    number = contact.address.removeprefix("sms:")
    if contact.address.startswith(("/", "https://")):
        return name
    if number not in name:
        return f"{name}: {number}"
    if not contact.url.startswith("tel:"):
        return name
    return (_("Ring %(number)s") if name == number else _("Ring til %(number)s")) % {"number": name}
