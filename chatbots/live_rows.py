"""The check of every hit against the database: only what its page says now, on a page that is public now, is shown."""

from __future__ import annotations

import functools
from collections.abc import Sequence, Set
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from chatbots.bots import Bot
from chatbots.embedders import get_embedder
from chatbots.exceptions import BackendError
from chatbots.indexing.documents import INDEXED_FIELDS, NOTHING, document_for, wanted_digest
from chatbots.indexing.sync import text_digest
from chatbots.models import Chunk, IndexState
from content.models import Page

#: What the check and an answer read of a chunk and of its page.
_FIELDS = (
    *("page", "bot", "language", "anchor", "heading_path", "text", "questions", "text_digest", "statement_vectors"),
    *(f"page__{name}" for name in INDEXED_FIELDS),
    *(f"page__{name}" for name in ("slug", "status", "publish_at", "expire_at", "parent", "topic", "translation_of")),
    *(f"page__{name}" for name in ("reviewed_on", "review_due", "topic__name")),
)


def live_rows(bot: Bot, chunk_ids: Sequence[int]) -> dict[int, Chunk]:
    """Return the chunks that say what their page says now, on pages that are public now, by id.

    One query, so that chunk, page and state are of one moment: a row that indexing replaces is either there with what
    its page said, or gone.
    """
    now = timezone.now()
    pages: dict[int, Page] = {}
    current: dict[int, bool | Set[str]] = {}
    live = {}
    for row in _rows(bot.name).filter(pk__in=chunk_ids):
        if row.bot != bot.name:  # Asked for both, SQLite reads all of a bot's rows to find these few.
            continue
        row.page = page = pages.setdefault(row.page_id, row.page)
        if page.pk not in current:
            current[page.pk] = _current(page, bot, row.indexed, now)
        digests = current[page.pk]
        if digests is True or (digests and row.text_digest in digests):
            live[row.pk] = row
    return live


@functools.cache
def _rows(bot: str) -> QuerySet[Chunk]:
    """Return chunks with their pages, each with what the bot has `indexed` of its page; put together once."""
    state = IndexState.objects.filter(page=OuterRef("page"), bot=bot).values("indexed")[:1]
    return Chunk.objects.annotate(indexed=Subquery(state)).select_related("page__topic").only(*_FIELDS)


def _current(page: Page, bot: Bot, indexed: str | None, now: datetime) -> bool | Set[str]:
    """Tell whether the rows of a page say what it says now: True for all, False for none, else the digests of those."""
    wanted = wanted_digest(page, bot, now)
    if wanted == NOTHING:
        return False
    return True if indexed == wanted else _current_digests(page, bot)


def _current_digests(page: Page, bot: Bot) -> set[str]:
    """Return the digests of what a page says now, for the seconds in which its index is behind.

    Without a model nobody can tell how the page would be cut; then nothing of it is shown.
    """
    document = document_for(page, bot)
    try:
        embedder = get_embedder()
        sections = document.sections(embedder.count_tokens, embedder.max_tokens)
    except BackendError:
        return set()
    return {text_digest(document.title, section) for section in sections}
