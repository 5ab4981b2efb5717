"""A site of any number of pages, published and indexed, for what must be fast on a large one too."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from django.conf import settings
from django.test import override_settings
from rich.progress import track

from bench import sites, synthetic
from chatbots.indexing import freshness
from chatbots.indexing.sync import sync
from chatbots.models import IndexState
from content.models import Page

#: Every fifth page is a page of the site, the others are health articles.
SITE_PAGES = 5
STATES_AT_ONCE = 400


def make(pages: int) -> float | None:
    """Make the site unless it is there; return the seconds that publishing its indexes took, None if it was there."""
    sites.make_empty_site()
    if Page.objects.count() == pages:
        return None
    if Page.objects.exists():
        raise SystemExit("The data folder holds another number of pages; choose another one.")
    made = synthetic.make_pages(pages, site_pages=SITE_PAGES)
    for batch in _batches(track(made, description="   making pages", total=pages), 500):
        Page.objects.bulk_create(batch)
    freshness.refresh_wanted()
    _fill()
    sites.say("publishing")
    began = time.perf_counter()
    freshness.publish_all()
    return time.perf_counter() - began


def _fill() -> None:
    """Give every page its rows, the way indexing does, but with random vectors."""
    random_vectors = settings.CHATBOTS["EMBEDDER"] | {"BACKEND": "bench.random_vectors.RandomVectors"}
    with override_settings(CHATBOTS=settings.CHATBOTS | {"EMBEDDER": random_vectors}):
        states = list(IndexState.objects.order_by("pk").values_list("pk", flat=True))
        batches = list(_batches(states, STATES_AT_ONCE))
        for batch in track(batches, description="   making rows "):
            sync(batch)


Item = TypeVar("Item")


def _batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
