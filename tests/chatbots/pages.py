"""Small pages for the bots to know, and the way to make them known."""

from __future__ import annotations

from typing import Any

import pytest

from chatbots.bots import Bot
from chatbots.indexing import freshness, sync
from chatbots.indexing.documents import Document
from chatbots.indexing.sync import Counts
from chatbots.models import Chunk
from chatbots.snapshots import Snapshot, SnapshotStore
from content.models import Page

COUGH = (
    "<h2>Gode råd mod hoste</h2><p>Varm te med honning lindrer hosten.</p>"
    "<h2>Hvornår skal du ringe til lægen?</h2><p>Ring til lægen, hvis du har hostet i tre uger.</p>"
    "<h2>Smitte</h2><p>Hold afstand, og vask hænder, så du ikke smitter andre.</p>"
)
HOURS = (
    "<h2>Hverdage</h2><p>Sundhedscentret har åbent fra klokken 8 til 16.</p>"
    "<h2>Weekend</h2><p>Lørdag og søndag er der lukket.</p>"
)


def make_page(slug: str = "hoste", **fields: Any) -> Page:
    """Return a saved page: a published Danish health article unless `fields` say otherwise."""
    defaults = {
        "kind": "health",
        "title": slug.capitalize(),
        "summary": f"Om {slug}.",
        "body": COUGH,
        "status": "published",
    }
    return Page.objects.create(slug=slug, **(defaults | fields))


def make_hours(**fields: Any) -> Page:
    """Return a saved site page with opening hours."""
    return make_page("aabningstider", **({"kind": "page", "title": "Åbningstider", "body": HOURS} | fields))


def index() -> Counts:
    """Bring the bots up to date as the sweep does, and return what that took."""
    freshness.refresh_wanted()
    return freshness.catch_up()


def make_unreadable(monkeypatch: pytest.MonkeyPatch, bad: Page) -> None:
    """Let indexing fail on this page."""
    real = sync.document_for

    def document_for(page: Page, bot: Bot) -> Document:
        if page.pk == bad.pk:
            raise ValueError("unreadable")
        return real(page, bot)

    monkeypatch.setattr(sync, "document_for", document_for)


def rows(page: Page, bot: str = "health") -> list[Chunk]:
    return list(Chunk.objects.filter(page=page, bot=bot).order_by("ordinal"))


def row_ids(bot: str = "health") -> set[int]:
    """Return the primary keys of a bot's Chunk rows."""
    return set(Chunk.objects.filter(bot=bot).values_list("pk", flat=True))


def texts(page: Page, bot: str = "health") -> list[str]:
    return [row.text for row in rows(page, bot)]


def served(bot: str = "health") -> Snapshot:
    """Return the generation on disk that serves."""
    store = SnapshotStore(bot)
    current = store.current()
    assert current is not None
    return store.open(current)
