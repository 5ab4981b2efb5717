"""How the bots' indexes are, for the operator: the same facts for the command line and the admin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Max
from django.utils import timezone

from chatbots.bots import BOTS
from chatbots.embedders import get_embedder
from chatbots.exceptions import BackendError, SnapshotDamaged
from chatbots.indexing.sync import current_recipe
from chatbots.models import BotState, IndexState
from chatbots.snapshots import SnapshotStore
from chatbots.storage import storage_problem

#: A change that waits longer, while nothing else is indexed either, waits for a worker that is not there.
STALLED_AFTER = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """The embedding model that indexing uses now; only `problem` is there when none can be had."""

    recipe: str = ""
    name: str = ""
    origin: str = ""
    problem: str = ""


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
    #: Something has waited for long, and there is no sign that anybody works on it.
    stalled: bool
    failed_pages: int
    published_at: datetime | None
    #: What is wrong at this moment: no model, or files on disk that are not what was written.
    problem: str
    #: What keeps changes from being written at this moment, of pages as of indexes.
    storage_problem: str
    #: What went wrong last, until the next publication.
    error: str
    error_at: datetime | None

    @property
    def waiting_seconds(self) -> float:
        return (timezone.now() - self.waiting_since).total_seconds() if self.waiting_since else 0.0

    @property
    def rebuilding(self) -> bool:
        """Say whether an index of a former model or chunker serves until the new one is complete."""
        return bool(self.recipe and self.serving_recipe and self.serving_recipe != self.recipe)

    @property
    def healthy(self) -> bool:
        wrong = self.problem or self.storage_problem or self.error or self.failed_pages or self.stalled
        return bool(self.generation) and not wrong


def model_status() -> ModelStatus:
    """Return what model indexing uses, or why a worker that starts now would have none. Loads no model."""
    try:
        embedder = get_embedder()
        embedder.check()
        return ModelStatus(current_recipe(embedder), embedder.model_id, embedder.origin)
    except (BackendError, OSError) as error:
        return ModelStatus(problem=str(error))


def current_manifest(bot: str) -> tuple[dict[str, Any] | None, str]:
    """Return the manifest of the generation that serves, None when there is none, and what is wrong with it."""
    store = SnapshotStore(bot)
    try:
        generation = store.current()
        return (store.manifest(generation) if generation else None), ""
    except (SnapshotDamaged, OSError) as error:
        return None, str(error)


def bot_statuses() -> list[BotStatus]:
    """Return the status of each bot's index. Loads no model and no snapshot, and raises for neither."""
    model, storage = model_status(), storage_problem()
    return [_status(bot, model, storage) for bot in BOTS]


def failed_states(limit: int = 20) -> Sequence[IndexState]:
    """Return the states of the first pages that an error keeps from being indexed, with their pages."""
    columns = ("bot", "error", "attempts", "page__title", "page__kind", "page__slug", "page__language")
    states = IndexState.objects.exclude(error="").select_related("page").only(*columns)
    return list(states.order_by("bot", "page_id")[:limit])


def _status(bot: str, model: ModelStatus, storage: str) -> BotStatus:
    manifest, damage = current_manifest(bot)
    serving = manifest["recipe"] if manifest else ""
    # Without a model nobody knows its recipe; the pages are then compared with the index that serves.
    behind = IndexState.objects.filter(bot=bot).behind(model.recipe or serving)
    unknown = behind.exclude(indexed=F("wanted")).order_by("wanted_at")
    state = BotState.objects.filter(bot=bot).first() or BotState(bot=bot)
    store = SnapshotStore(bot)
    if manifest is None and state.published_at and store.generations():
        damage = damage or f"{store.pointer} is missing"
    return BotStatus(
        bot=bot,
        generation=manifest["generation"] if manifest else "",
        chunks=manifest["count"] if manifest else 0,
        serving_recipe=serving,
        recipe=model.recipe,
        model=model.name,
        model_origin=model.origin,
        pages_behind=behind.count(),
        waiting_since=unknown.values_list("wanted_at", flat=True).first(),
        stalled=not model.problem and behind.filter(error="", wanted_at__lt=_limit()).exists() and not _at_work(state),
        failed_pages=IndexState.objects.filter(bot=bot).exclude(error="").count(),
        published_at=state.published_at,
        problem=model.problem or damage,
        storage_problem=storage,
        error=state.error,
        error_at=state.error_at,
    )


def _limit() -> datetime:
    return timezone.now() - STALLED_AFTER


def _at_work(state: BotState) -> bool:
    """Say whether a worker has left a sign of life lately: a page indexed, or an error noted."""
    latest = IndexState.objects.aggregate(latest=Max("indexed_at"))["latest"]
    return any(moment is not None and moment > _limit() for moment in (latest, state.error_at))
