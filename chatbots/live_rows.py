"""The check of every hit against the database: only what its page says now, on a page that is public now, is shown."""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence, Set
from datetime import datetime
from typing import Any

from django.db.models import Model, OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from chatbots.bots import Bot
from chatbots.embedders import get_embedder
from chatbots.exceptions import BackendError
from chatbots.indexing.documents import INDEXED_FIELDS, NOTHING, document_for, wanted_digest
from chatbots.indexing.sync import text_digest
from chatbots.models import Chunk, IndexState
from content.models import Page, Topic


def _columns(model: type[Model], *names: str) -> tuple[str, ...]:
    """Return the columns in the order of the model's fields, which `from_db` expects."""
    return tuple(field.attname for field in model._meta.concrete_fields if field.attname in names)


#: What the check and an answer read of a chunk, of its page and of the page's topic.
_OF_CHUNK = _columns(
    Chunk,
    *("id", "page_id", "bot", "language", "anchor", "heading_path", "text", "questions", "text_digest"),
    "statement_vectors",
)
_OF_PAGE = _columns(
    Page,
    *("id", *INDEXED_FIELDS, "slug", "status", "publish_at", "expire_at", "parent_id", "topic_id"),
    *("translation_of_id", "reviewed_on", "review_due"),
)
_OF_TOPIC = _columns(Topic, "id", "name")
_QUESTIONS = _OF_PAGE.index("questions")


def live_rows(bot: Bot, chunk_ids: Sequence[int]) -> dict[int, Chunk]:
    """Return the chunks that say what their page says now, on pages that are public now, by id.

    One query, so that chunk, page and state are of one moment: a row that indexing replaces is either there with what
    its page said, or gone.
    """
    now = timezone.now()
    rows = _rows(bot.name).filter(pk__in=chunk_ids)
    pages: dict[int, Page] = {}
    current: dict[int, bool | Set[str]] = {}
    live = {}
    for indexed, *values in rows:
        chunk = Chunk.from_db(rows.db, _OF_CHUNK, values[: len(_OF_CHUNK)])
        if chunk.bot != bot.name:  # Asked for both, SQLite reads all of a bot's rows to find these few.
            continue
        if chunk.page_id not in pages:
            page = pages[chunk.page_id] = _page(rows.db, values[len(_OF_CHUNK) :])
            current[page.pk] = _current(page, bot, indexed, now)
        chunk.page = pages[chunk.page_id]
        digests = current[chunk.page_id]
        if digests is True or (digests and chunk.text_digest in digests):
            live[chunk.pk] = chunk
    return live


@functools.cache
def _rows(bot: str) -> QuerySet[Chunk, tuple[Any, ...]]:
    """Return chunks with their pages, each with what the bot has `indexed` of its page; put together once.

    Values and not objects: a page stands in the row of each of its chunks, and its attached questions, as JSON, are
    worth reading once.
    """
    state = IndexState.objects.filter(page=OuterRef("page"), bot=bot).values("indexed")[:1]
    of_page = ["page_questions" if name == "questions" else f"page__{name}" for name in _OF_PAGE]
    of_topic = [f"page__topic__{name}" for name in _OF_TOPIC]
    questions = Cast("page__questions", TextField())
    return Chunk.objects.annotate(indexed=Subquery(state), page_questions=questions).values_list(
        "indexed", *_OF_CHUNK, *of_page, *of_topic
    )


def _page(database: str, values: list[Any]) -> Page:
    """Return the page of a row, with its topic."""
    values[_QUESTIONS] = json.loads(values[_QUESTIONS])
    page = Page.from_db(database, _OF_PAGE, values[: len(_OF_PAGE)])
    if page.topic_id is not None:
        page.topic = Topic.from_db(database, _OF_TOPIC, values[len(_OF_PAGE) :])
    return page


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
