"""Celery's tasks: ids in, one function called, its counts logged."""

from __future__ import annotations

import logging

from celery import shared_task
from celery.signals import worker_process_init

from chatbots import warmup
from chatbots.exceptions import BackendError

logger = logging.getLogger(__name__)

#: A sweep hands over to the next one after this long, so that the wake-ups in the queue get their turn.
SWEEP_SECONDS = 20.0


# Sent in each process that runs tasks, after any fork; never in a web server or in beat.
worker_process_init.connect(warmup.start_in_worker, dispatch_uid="chatbots.warmup")


@shared_task
def index_page(page_id: int) -> None:
    """Bring one page up to date in every bot."""
    from chatbots.indexing import freshness

    try:
        logger.info("page %s: %s", page_id, freshness.index_page(page_id))
    except BackendError as error:
        freshness.note_backend_error(error)


@shared_task
def publish_indexes() -> None:
    """Publish every bot's index where it differs from its rows."""
    from chatbots.indexing import freshness

    try:
        logger.info("published: %s", freshness.publish_all())
    except BackendError as error:
        freshness.note_backend_error(error)


@shared_task
def sweep() -> None:
    """Find what no wake-up told of, bring it up to date, and see that what is on disk is sound."""
    from chatbots.indexing import maintenance

    logger.info("sweep: %s", maintenance.sweep(seconds=SWEEP_SECONDS))
