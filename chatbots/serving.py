"""What this process serves from: the newest sound index of each bot, and the embedder that made it."""

from __future__ import annotations

import threading
import time
from contextlib import suppress

from chatbots import glossary
from chatbots.bots import BOTS
from chatbots.embedders import Embedder, embedder_that_made
from chatbots.exceptions import BackendError, SnapshotError
from chatbots.indexing.publishing import snapshot_from_rows
from chatbots.indexing.sync import current_recipe
from chatbots.language import detect_language
from chatbots.snapshots import LanguageIndex, Snapshot, SnapshotReader
from chatbots.spelling import SpellingRepairer

_readers: dict[str, SnapshotReader] = {}
_from_rows: dict[str, tuple[float, Snapshot]] = {}
_lock = threading.RLock()

#: Without a sound file an edit is seen after this long.
ROWS_SECONDS = 1.0


def reader(bot: str) -> SnapshotReader:
    """Return this process's reader of a bot's generations."""
    with _lock:
        found = _readers.get(bot)
        if found is None or found.store.directory != type(found.store)(bot).directory:
            found = _readers[bot] = SnapshotReader(bot)
            _from_rows.pop(bot, None)
        return found


def current_snapshot(bot: str) -> Snapshot:
    """Return the newest sound index of a bot; made from the database when no file on disk is sound.

    When the newest files are damaged, what they had more than an older generation is added from the database.
    Raises SnapshotError when the bot knows nothing at all.
    """
    try:
        snapshot = reader(bot).get()
    except SnapshotError:
        return _snapshot_in_memory(bot)
    if reader(bot).problem:
        with suppress(BackendError, SnapshotError):
            # While another model is being indexed, its rows are not complete: then the older generation serves.
            if snapshot.manifest["recipe"] == current_recipe():
                return _snapshot_in_memory(bot, snapshot)
    _from_rows.pop(bot, None)
    return snapshot


def _snapshot_in_memory(bot: str, before: Snapshot | None = None) -> Snapshot:
    """Return the index that the rows of a bot give, made from `before`; compared again after ROWS_SECONDS."""
    with _lock:
        compared_at, snapshot = _from_rows.get(bot, (float("-inf"), before))
        if snapshot is None or time.monotonic() - compared_at > ROWS_SECONDS:
            snapshot = snapshot_from_rows(bot, snapshot)
            if snapshot is None:
                _from_rows.pop(bot, None)
                raise SnapshotError(reader(bot).problem)
            _from_rows[bot] = time.monotonic(), snapshot
        return snapshot


def warm_up() -> None:
    """Open every bot's index and load what the first question needs. Raises SnapshotError, BackendError."""
    for bot in BOTS:
        snapshot = current_snapshot(bot)
        embedder_of(snapshot).embed(["hej"], role="query")
        for language, index in snapshot.languages.items():
            repairer(index).repair("ukendtordeksempel")
            detect_language("hej", language)
    glossary.warm_up()


def embedder_of(snapshot: Snapshot) -> Embedder:
    """Return the embedder that made a snapshot's vectors: while a new model is being indexed, the old one.

    Raises BackendError when it can no longer be had.
    """
    return embedder_that_made(snapshot.manifest["embedder"])


def repairer(index: LanguageIndex) -> SpellingRepairer:
    made = index.__dict__.get("_repairer")
    if made is None:
        made = index.__dict__["_repairer"] = SpellingRepairer(index.word_counts, index.language)
    return made
