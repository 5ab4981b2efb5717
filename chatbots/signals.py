"""From a saved page to a wake-up. Nothing here depends on the message: the sweep finds what it would have told."""

from __future__ import annotations

import functools
import logging
import time
from typing import Any

from django.db import transaction

from chatbots import tasks
from chatbots.indexing import freshness
from content.models import Page

logger = logging.getLogger(__name__)

#: After the broker failed, nobody waits for it again for this long.
BROKER_PAUSE_SECONDS = 15.0
_broker_failed_at = float("-inf")


def page_saved(sender: type, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """Note what the bots should know, in the page's own transaction; wake the worker after it."""
    if isinstance(instance, Page) and not raw and freshness.note_wanted(instance):
        transaction.on_commit(functools.partial(wake, tasks.index_page, instance.pk), robust=True)


def page_deleted(sender: type, instance: Any, **kwargs: Any) -> None:
    if isinstance(instance, Page):
        transaction.on_commit(functools.partial(wake, tasks.publish_indexes), robust=True)


def wake(task: Any, *args: Any) -> bool:
    """Queue a task if the broker takes it at once, and tell whether it did; else leave it to the sweep."""
    global _broker_failed_at
    if time.monotonic() - _broker_failed_at < BROKER_PAUSE_SECONDS:
        return False
    try:
        task.apply_async(args, retry=False)
    except Exception as error:
        _broker_failed_at = time.monotonic()
        logger.warning("the broker did not take %s: %s; the sweep will do it", task.name, error)
        return False
    return True
