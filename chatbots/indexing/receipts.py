"""What the bots know of one page, for its editor: whether its last change has reached them, and what hinders it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np
from django.utils import timezone

from chatbots.bots import Bot
from chatbots.exceptions import SnapshotDamaged
from chatbots.indexing.documents import bots_for, wanted_digest
from chatbots.indexing.freshness import receipt_for
from chatbots.indexing.status import ModelStatus, current_manifest, model_status
from chatbots.models import BotState, Chunk, IndexState
from chatbots.snapshots import SnapshotStore
from content.models import Page


class Standing(StrEnum):
    """How far a page's last change has come with one bot."""

    KNOWN = "known"  # in the index that serves
    WAITING = "waiting"  # will come by itself
    REBUILDING = "rebuilding"  # read with the new model or chunker, whose index is not complete yet
    FAILED = "failed"  # tried, and kept out by an error


@dataclass(frozen=True, slots=True)
class BotReceipt:
    """One bot and one page."""

    bot: Bot
    standing: Standing
    chunks: int = 0
    changed_at: datetime | None = None
    indexed_at: datetime | None = None
    #: Why the page failed; for one that waits, what has gone wrong with the whole index since it was changed.
    error: str = ""


@dataclass(frozen=True, slots=True)
class PageReceipt:
    """All bots that should know a page: none while it is not public."""

    page: Page
    bots: tuple[BotReceipt, ...]
    model_problem: str = ""

    @property
    def settled(self) -> bool:
        """Say whether nothing more is about to happen."""
        return all(receipt.standing in {Standing.KNOWN, Standing.FAILED} for receipt in self.bots)


def receipt_of(page_id: int) -> PageReceipt:
    """Return the receipt of a page as it is stored, whatever its form says now. Raises Page.DoesNotExist."""
    page, now = Page.objects.get(pk=page_id), timezone.now()
    if not page.is_public(now):
        return PageReceipt(page, ())
    model = model_status()
    states = {state.bot: state for state in receipt_for(page)}
    troubles = {state.bot: state for state in BotState.objects.exclude(error="")}
    return PageReceipt(
        page,
        tuple(
            _receipt(bot, wanted_digest(page, bot, now), states.get(bot.name), troubles.get(bot.name), model)
            for bot in bots_for(page.kind)
        ),
        model.problem,
    )


def _receipt(
    bot: Bot, wanted: str, state: IndexState | None, trouble: BotState | None, model: ModelStatus
) -> BotReceipt:
    if state is None:  # changed behind the back of save(): the sweep will find it
        return BotReceipt(bot, Standing.WAITING)
    standing, error = Standing.WAITING, ""
    manifest, damage = current_manifest(bot.name)
    serving = manifest["recipe"] if manifest else ""
    reached = state.indexed == wanted
    if reached and manifest and state.recipe == serving and _is_served(state, manifest):
        standing = Standing.KNOWN
    elif state.error and state.attempts:
        standing, error = Standing.FAILED, state.error
    elif reached and manifest and state.recipe == model.recipe != serving:
        standing = Standing.REBUILDING
    if standing is Standing.WAITING:
        is_recent = trouble is not None and trouble.error_at is not None and trouble.error_at >= state.wanted_at
        error = damage or (trouble.error if is_recent and trouble else "")
    return BotReceipt(bot, standing, state.chunk_count, state.wanted_at, state.indexed_at, error)


def _is_served(state: IndexState, manifest: dict[str, object]) -> bool:
    """Say whether the page has rows, and every one is in the generation of `manifest`."""
    rows = Chunk.objects.filter(page_id=state.page_id, bot=state.bot, recipe=state.recipe)
    ids = np.fromiter(rows.values_list("pk", flat=True), dtype=np.int64)
    try:
        present = SnapshotStore(state.bot).chunk_ids(manifest)
    except SnapshotDamaged:
        return False
    return len(ids) > 0 and bool(np.isin(ids, np.concatenate([*present.values(), np.empty(0, dtype=np.int64)])).all())
