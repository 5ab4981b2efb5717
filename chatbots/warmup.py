"""Load what the first visitor would otherwise wait for: the embedding model, and each bot's index.

Nothing is loaded at import or before a fork: the first call of `start` in a process does it, in a thread of its own.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import connections

from chatbots.bots import BOTS

logger = logging.getLogger(__name__)

#: Seconds between two attempts, when what is missing may come later: a model being prepared, a first index.
RETRY_SECONDS = 5.0
EMBEDDER = "embedder"
SEARCH = "search"
PARTS = (EMBEDDER, *BOTS, SEARCH)
WAITING = "not loaded yet"

_lock = threading.Lock()
_thread: threading.Thread | None = None
_tried_at = float("-inf")
_missing: dict[str, str] = dict.fromkeys(PARTS, WAITING)


def start() -> None:
    """Begin the warm-up unless it runs, has succeeded, or failed a moment ago."""
    global _thread, _tried_at
    with _lock:
        running = _thread is not None and _thread.is_alive()
        if running or not _missing or time.monotonic() - _tried_at < RETRY_SECONDS:
            return
        _tried_at = time.monotonic()
        _thread = threading.Thread(target=_run, name="warm-up", daemon=True)
        _thread.start()


#: Seconds before a worker that just started loads the model: a web server that starts beside it has visitors waiting.
WORKER_DELAY = 5.0


def start_in_worker(**kwargs: Any) -> threading.Timer:
    """Load the embedder of a process that indexes, so that the first edit need not wait. A receiver of a signal."""
    timer = threading.Timer(WORKER_DELAY, _load_embedder)
    timer.daemon = True
    timer.start()
    return timer


def _load_embedder() -> None:
    from chatbots.embedders import get_embedder

    try:
        get_embedder().warm_up()
    except Exception as error:  # the first edit will say so where an operator sees it
        logger.warning("The worker has no embedder yet: %s: %s", type(error).__name__, error)


def missing() -> dict[str, str]:
    """Return what this process cannot use yet, and why: the embedder, a bot's index, or the search as a whole."""
    return dict(_missing)


def wait() -> None:
    """Wait for the attempt under way, if any."""
    if _thread is not None:
        _thread.join()


def reset() -> None:
    """Forget what is loaded, when a test changes what there is to load."""
    global _tried_at
    wait()
    _tried_at = float("-inf")
    _missing.update(dict.fromkeys(PARTS, WAITING))


def _run() -> None:
    from chatbots import serving  # Here, because these bring the models' libraries.
    from chatbots.embedders import get_embedder

    try:
        _attempt(EMBEDDER, lambda: get_embedder().warm_up())
        _warm_triage()
        for bot in BOTS:
            _attempt(bot, partial(serving.current_snapshot, bot))
        if _missing.keys() == {SEARCH}:
            _attempt(SEARCH, serving.warm_up)
            _warm_up_llm()
    finally:
        connections.close_all()


def _warm_up_llm() -> None:
    """Load the language model, if there is one. Without it answers are quotations, so nobody waits for it."""
    from chatbots.llms import get_llm

    try:
        if llm := get_llm():
            llm.warm_up()
    except Exception as error:
        logger.warning("The language model is not ready: %s: %s", type(error).__name__, error)


def _warm_triage() -> None:
    """Load what triage compares with. It works without, only later, so nobody waits for it to succeed."""
    from chatbots.safety import triage

    try:
        triage.warm_up()
    except Exception as error:
        logger.warning("Triage is not warm: %s: %s", type(error).__name__, error)


def _attempt(part: str, load: Callable[[], Any]) -> None:
    try:
        load()
    except Exception as error:
        _missing[part] = f"{type(error).__name__}: {error}"
        logger.warning("Not ready: %s: %s", part, _missing[part])
    else:
        _missing.pop(part, None)
