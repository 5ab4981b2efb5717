"""The check of every hit against the database: only what its page says now, on a page that is public now, is shown."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from chatbots.bots import Bot
from chatbots.embedders import get_embedder
from chatbots.exceptions import BackendError
from chatbots.indexing.documents import INDEXED_FIELDS, document_for, wanted_digest
from chatbots.indexing.sync import text_digest
from chatbots.models import Chunk, IndexState
from content.models import Page


def live_rows(bot: Bot, chunk_ids: Sequence[int]) -> dict[int, Chunk]:
    """Return the chunks that say what their page says now, on pages that are public now, by id."""
    now = timezone.now()
    # The bot is compared here: asked for both, SQLite reads all of a bot's rows to find these few.
    found = Chunk.objects.filter(pk__in=chunk_ids)
    page_ids = set(found.values_list("page_id", flat=True))
    public = Page.objects.published(now).filter(kind__in=bot.full_kinds | bot.title_kinds)
    pages = public.filter(pk__in=page_ids).only(*_PAGE_FIELDS).in_bulk()
    indexed = dict(IndexState.objects.filter(bot=bot.name, page_id__in=list(pages)).values_list("page_id", "indexed"))
    behind = [page for pk, page in pages.items() if indexed.get(pk) != wanted_digest(page, bot, now)]
    changed = {page.pk: _current_digests(page, bot) for page in behind}
    live = {}
    # The rows are read last: those that indexing replaces between these queries are then gone, not stale.
    for row in found.defer("vector", "question_vectors"):
        page = pages.get(row.page_id)
        if (
            row.bot == bot.name
            and page is not None
            and (row.page_id not in changed or row.text_digest in changed[row.page_id])
        ):
            row.page = page
            live[row.pk] = row
    return live


#: What the check and an answer read of a page.
_PAGE_FIELDS = (
    *INDEXED_FIELDS,
    "slug",
    "status",
    "publish_at",
    "expire_at",
    "parent",
    "topic",
    "reviewed_on",
    "review_due",
)


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
