"""Keep what the bots know equal to what is published: note what is wanted, and catch up with it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime

from django.db.models import Model
from django.utils import timezone

from chatbots.bots import BOTS
from chatbots.embedders import forget_former
from chatbots.exceptions import BackendError
from chatbots.indexing.documents import INDEXED_FIELDS, NOTHING, wanted_digest
from chatbots.indexing.publishing import former_of, publish
from chatbots.indexing.sync import Counts, Former, current_recipe, sync
from chatbots.models import BotState, IndexState
from content.models import Page

logger = logging.getLogger(__name__)

#: Pages indexed between two publications when many are behind.
BATCH = 16
#: Pages that `refresh_wanted` reads at a time.
SLICE = 1000
Progress = Callable[[int, int], None]


def note_wanted(page: Page, now: datetime | None = None) -> bool:
    """Write down what each bot should know of `page`, in the caller's transaction. Tell whether any is behind."""
    now = now or timezone.now()
    states = {state.bot: state for state in IndexState.objects.filter(page_id=page.pk)}
    behind = False
    for bot in BOTS.values():
        wanted, state = wanted_digest(page, bot, now), states.get(bot.name)
        if state is None and wanted != NOTHING:
            IndexState.objects.create(page_id=page.pk, bot=bot.name, wanted=wanted, wanted_at=now)
            behind = True
        elif state is not None and state.wanted != wanted:
            IndexState.objects.filter(pk=state.pk).update(wanted=wanted, wanted_at=now, attempts=0)
            behind = True
        elif state is not None and state.indexed != wanted:
            behind = True
    return behind


def refresh_wanted(now: datetime | None = None, *, between: Callable[[], None] | None = None) -> int:
    """Find every page whose wanted state no save has noted; return how many there were.

    Scheduled publishing, expiry, `QuerySet.update()`, bulk actions, fixtures: whatever changed, the text itself tells.
    On a large site that takes a while: `between` is called after every SLICE pages.
    """
    now = now or timezone.now()
    keys = Page.objects.order_by("pk").values_list("pk", flat=True)
    changed = last = 0
    # No query is left open while something is written: SQLite would refuse the write after any other process's.
    while part := list(keys.filter(pk__gt=last)[:SLICE]):
        last = part[-1]
        changed += _refresh(part, now)
        if between:
            between()
    return changed


def _refresh(keys: Sequence[int], now: datetime) -> int:
    """Compare the states of these pages, given in order, with what the pages say."""
    # States before pages: a page read before a save must not be compared with the state that the save noted.
    states = IndexState.objects.filter(page_id__gte=keys[0], page_id__lte=keys[-1])
    rows = states.values_list("pk", "page_id", "bot", "wanted")
    noted = {(page, bot): (pk, wanted) for pk, page, bot, wanted in rows}
    pages = Page.objects.filter(pk__gte=keys[0], pk__lte=keys[-1]).order_by("pk")
    missing: list[IndexState] = []
    changed = 0
    for page in list(pages.only(*INDEXED_FIELDS, "pk", "status", "publish_at", "expire_at")):
        for bot in BOTS.values():
            wanted = wanted_digest(page, bot, now)
            pk, before = noted.get((page.pk, bot.name), (None, NOTHING))
            if wanted == before:
                continue
            changed += 1
            if pk is None:
                missing.append(IndexState(page_id=page.pk, bot=bot.name, wanted=wanted, wanted_at=now))
            else:
                IndexState.objects.filter(pk=pk, wanted=before).update(wanted=wanted, wanted_at=now, attempts=0)
    IndexState.objects.bulk_create(missing, ignore_conflicts=True, batch_size=500)
    return changed


def behind() -> list[tuple[int, int]]:
    """Return (state id, page id) of everything behind, the newest change first, failures last."""
    states = IndexState.objects.behind(current_recipe())
    return list(states.order_by("attempts", "-wanted_at", "page_id").values_list("pk", "page_id"))


def index_page(page_id: int) -> Counts:
    """Bring one page up to date in every bot, and publish those that were behind."""
    states = dict(IndexState.objects.behind(current_recipe()).filter(page_id=page_id).values_list("pk", "bot"))
    counts = sync(list(states), _former()) if states else Counts()
    publish_all([bot for bot in BOTS if bot in states.values()])
    return counts


def index_saved_since(moment: datetime) -> None:
    """Index what was saved after `moment`, so that it need not wait for a long sweep. Leaves trouble to `catch_up`."""
    saved = IndexState.objects.behind(current_recipe()).filter(wanted_at__gt=moment, attempts=0)
    states = dict(saved.values_list("pk", "bot")[:BATCH])
    with suppress(BackendError):
        if states:
            sync(list(states), _former())
            publish_all([bot for bot in BOTS if bot in states.values()])


def catch_up(*, progress: Progress | None = None, seconds: float | None = None) -> Counts:
    """Index all that is behind, a batch at a time, and publish; stop early after `seconds`.

    What an editor saves meanwhile comes with the next batch. Raises BackendError when no model can be had.
    """
    started, total, done = time.monotonic(), Counts(), set[int]()
    while pending := [pk for pk, _ in behind() if pk not in done]:
        batch = pending[:BATCH]
        total += sync(batch, _former())
        done.update(batch)
        if progress:
            progress(len(done), len(done) + len(pending) - len(batch))
        if seconds is not None:
            publish_all()
            if time.monotonic() - started > seconds:
                break
    publish_all()
    return total


def _former() -> dict[str, Former]:
    """Return what made the index of each bot that waits for a new one."""
    found = {bot: former for bot in BOTS if (former := former_of(bot)) is not None}
    if not found:
        forget_former()
    return found


def publish_all(bots: Iterable[str] = tuple(BOTS), *, rebuild: bool = False) -> dict[str, str]:
    """Publish every bot's index where it differs from its rows; return the new generations.

    One bot's trouble (a full disk) is noted for the operator and does not keep the other from publishing.
    """
    published = {}
    for bot in bots:
        try:
            if name := publish(bot, rebuild=rebuild):
                published[bot] = name
        except OSError as error:
            note_error(bot, f"The index could not be published: {error}")
    return published


def note_error(bot: str, message: str) -> None:
    """Keep the last error of a bot's index where the operator sees it."""
    logger.error("%s: %s", bot, message)
    BotState.objects.update_or_create(bot=bot, defaults={"error": message, "error_at": timezone.now()})


def note_backend_error(error: BackendError) -> None:
    for bot in BOTS:
        note_error(bot, str(error))


def receipt_for(page: Model) -> Sequence[IndexState]:
    """Return the states of a page, one for each bot that knows of it or should."""
    states = IndexState.objects.filter(page_id=page.pk).exclude(wanted=NOTHING, indexed=NOTHING)
    return sorted(states, key=lambda state: list(BOTS).index(state.bot) if state.bot in BOTS else len(BOTS))
