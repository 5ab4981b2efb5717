"""How the bots' indexes are, for the operator: the same facts for the command line and the admin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from chatbots.bots import BOTS
from chatbots.embedders import get_embedder
from chatbots.exceptions import SnapshotDamaged
from chatbots.indexing.sync import current_recipe
from chatbots.models import BotState, IndexState
from chatbots.snapshots import SnapshotStore


@dataclass(frozen=True, slots=True)
class BotStatus:
    """One bot's index. `waiting_since` is when the oldest change that it does not know yet was made."""

    bot: str
    generation: str
    chunks: int
    serving_recipe: str
    recipe: str
    model: str
    model_origin: str
    pages_behind: int
    waiting_since: datetime | None
    failed_pages: int
    published_at: datetime | None
    error: str
    error_at: datetime | None

    @property
    def waiting_seconds(self) -> float:
        return (timezone.now() - self.waiting_since).total_seconds() if self.waiting_since else 0.0

    @property
    def healthy(self) -> bool:
        return not self.error and not self.failed_pages and bool(self.generation)


def bot_statuses() -> list[BotStatus]:
    """Return the status of each bot's index. Loads no model and no snapshot."""
    return [_status(bot) for bot in BOTS]


def _status(bot: str) -> BotStatus:
    embedder = get_embedder()
    recipe = current_recipe(embedder)
    behind = IndexState.objects.filter(bot=bot).behind(recipe)
    oldest = behind.order_by("wanted_at").values_list("wanted_at", flat=True).first()
    state = BotState.objects.filter(bot=bot).first() or BotState(bot=bot)
    generation, chunks, serving, problem = "", 0, "", ""
    store = SnapshotStore(bot)
    try:
        if generation := store.current() or "":
            manifest = store.manifest(generation)
            chunks, serving = manifest["count"], manifest["recipe"]
    except SnapshotDamaged as error:
        problem = str(error)
    return BotStatus(
        bot=bot,
        generation=generation,
        chunks=chunks,
        serving_recipe=serving,
        recipe=recipe,
        model=embedder.model_id,
        model_origin=embedder.origin,
        pages_behind=behind.count(),
        waiting_since=oldest,
        failed_pages=IndexState.objects.filter(bot=bot).exclude(error="").count(),
        published_at=state.published_at,
        error=problem or state.error,
        error_at=state.error_at,
    )
