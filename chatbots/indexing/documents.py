"""What a bot should know of a page: the wanted state, as a digest and as chunks. Pure but for reading the page."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from chatbots.bots import BOTS, Bot
from chatbots.indexing.chunking import TARGET_TOKENS, CountTokens, Section, chunk_blocks
from chatbots.indexing.extraction import Block, BlockKind, extract_blocks
from content.cleaning import clean_text, visible_body
from content.models import Page

#: The columns of Page that decide what a bot knows; whatever else changes on a page, nothing is indexed again.
INDEXED_FIELDS = ("kind", "language", "title", "summary", "body", "questions")
#: The digest of a page that a bot should know nothing of: unpublished, expired, or not its kind.
NOTHING = ""


@dataclass(frozen=True, slots=True)
class Document:
    """The part of a page that one bot knows."""

    title: str
    language: str
    blocks: tuple[Block, ...]
    questions: tuple[str, ...]

    def sections(self, count_tokens: CountTokens, max_tokens: int) -> tuple[Section, ...]:
        """Return the chunks of the document; a page that says nothing yet is known by its title."""
        limit = min(TARGET_TOKENS, max_tokens)
        sections = chunk_blocks(self.blocks, title=self.title, count_tokens=count_tokens, max_tokens=limit)
        return sections or (Section((), "", ""),)


def bots_for(kind: str) -> tuple[Bot, ...]:
    """Return the bots that know of pages of this kind."""
    return tuple(bot for bot in BOTS.values() if kind in bot.full_kinds | bot.title_kinds)


def wanted_digest(page: Page, bot: Bot, now: datetime) -> str:
    """Return the digest of what `bot` should know of `page` at `now`; NOTHING when that is nothing."""
    if bot not in bots_for(page.kind) or not page.is_public(now):
        return NOTHING
    fields = {name: getattr(page, name) for name in INDEXED_FIELDS}
    if page.kind not in bot.full_kinds:
        fields["body"] = ""
    return _digest(**fields | {"questions": tuple(page.questions)})


@functools.lru_cache(maxsize=512)
def _digest(**fields: str | tuple[str, ...]) -> str:
    """Return the sha256 of all that it is given; kept, for every question asks it again of twenty pages."""
    return hashlib.sha256(json.dumps(list(fields.values()), ensure_ascii=False).encode()).hexdigest()


def document_for(page: Page, bot: Bot) -> Document:
    """Return what `bot` should know of a page that is public: all of it, or its title and summary.

    What no reader sees is left out, also of a page that was stored without being saved.
    """
    blocks = [Block(BlockKind.PARAGRAPH, line) for line in _lines(clean_text(page.summary))]
    if page.kind in bot.full_kinds:
        blocks += extract_blocks(visible_body(page.body))
    questions = tuple(_lines(clean_text("\n".join(page.questions))))
    return Document(clean_text(page.title), page.language, tuple(blocks), questions)


def _lines(text: str) -> Iterable[str]:
    return [collapsed for line in text.splitlines() if (collapsed := " ".join(line.split()))]
