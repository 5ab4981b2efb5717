"""Pages, editors and faults for the tests of what the admin says of the index."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.conf import LazySettings
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils.html import strip_tags

from chatbots.indexing import freshness
from chatbots.snapshots import SnapshotStore
from content.models import Page

BODY = "<p>Influenza begynder brat.</p><h2>Symptomer</h2><p>Høj feber.</p><h2>Behandling</h2><p>Hvile.</p>"


def make_article(**fields: Any) -> Page:
    """Store a published Danish health article."""
    defaults = {"kind": "health", "title": "Influenza", "slug": "influenza", "summary": "Feber i en uge.", "body": BODY}
    return Page.objects.create(**{"language": "da", "status": "published", **defaults, **fields})


def make_indexed(**fields: Any) -> Page:
    """Store an article that both bots know."""
    page = make_article(**fields)
    freshness.catch_up()
    return page


def log_in(client: Client, *permissions: str) -> User:
    """Log in a member of staff who has `permissions`."""
    editor = User.objects.create_user("rikke", password="x", is_staff=True)
    editor.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(editor)
    return editor


def lose_the_model(settings: LazySettings) -> None:
    """Name a model that is not on this machine."""
    backend = "chatbots.embedders.sentence_transformers.SentenceTransformersEmbedder"
    settings.CHATBOTS = settings.CHATBOTS | {"EMBEDDER": {"BACKEND": backend, "MODEL": ""}}


def damage(bot: str) -> None:
    """Truncate the manifest of a bot's current index."""
    store = SnapshotStore(bot)
    manifest = store.directory / (store.current() or "") / "manifest.json"
    manifest.write_bytes(manifest.read_bytes()[:-20])


def words(html: str) -> str:
    """Return the text of `html` with single spaces."""
    return re.sub(r"\s+", " ", unescape(strip_tags(html)))
