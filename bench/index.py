"""Full index: `reindex` of synthetic Danish pages, beside the bare model's encode of the very same texts.

They take turns, a quarter of the pages at a time, so that a change in the machine's speed meets both.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from bench import baseline, sites, synthetic
from bench.figures import shown, verdict
from bench.part import Sizes
from bench.report import Report, Table
from chatbots.embedders import get_embedder
from chatbots.indexing import freshness
from chatbots.indexing.sync import Counts
from content.models import Page

SLICES = 4
AIM = 0.9
#: Passages of one page: its chunks for the health bot, and its summary for the guide.
PASSAGES = synthetic.CHUNKS + 1

Calls = list[tuple[list[str], str]]


def measure(sizes: Sizes) -> Report:
    sites.make_empty_site()
    Page.objects.all().delete()
    freshness.catch_up()
    encode = baseline.load()
    encode(["hej"] * 8, "passage")
    get_embedder().warm_up()
    counts, calls = Counts(), Calls()
    indexing, bare, embedding = 0.0, 0.0, 0.0
    per_slice = -(-sizes.passages // (SLICES * PASSAGES))
    for number in range(SLICES):
        Page.objects.bulk_create(synthetic.make_pages(per_slice, start=number * per_slice))
        sites.say(f"indexing, quarter {number + 1} of {SLICES}")
        with _listening() as heard:
            began = time.perf_counter()
            freshness.refresh_wanted()
            counts += freshness.catch_up()
            indexing += time.perf_counter() - began
        embedding += heard.seconds
        sites.say(f"the bare model on the same texts, quarter {number + 1} of {SLICES}")
        for role in ("passage", "query"):
            texts = [text for call, called_role in heard.calls for text in call if called_role == role]
            began = time.perf_counter()
            encode(texts, role)
            bare += time.perf_counter() - began
        calls += heard.calls
    return _report(counts, calls, indexing, embedding, bare)


class _Heard:
    """What the embedder was given, and how long it took."""

    def __init__(self) -> None:
        self.calls: Calls = []
        self.seconds = 0.0


@contextmanager
def _listening() -> Iterator[_Heard]:
    embedder, heard = get_embedder(), _Heard()
    original = embedder.embed

    def embed(texts: Sequence[str], *, role: str) -> np.ndarray:
        began = time.perf_counter()
        vectors = original(texts, role=role)
        heard.seconds += time.perf_counter() - began
        heard.calls.append((list(texts), role))
        return vectors

    embedder.embed = embed
    try:
        yield heard
    finally:
        del embedder.embed


def _report(counts: Counts, calls: Calls, indexing: float, embedding: float, bare: float) -> Report:
    texts = [text for call, _ in calls for text in call]
    count_tokens = get_embedder().count_tokens
    tokens = sum(map(count_tokens, texts))
    table = Table(("", "seconds", "passages/s", "texts/s", "tokens/s", "of the bare model's", "aim"))
    for name, seconds in (
        ("bare `SentenceTransformer.encode`", bare),
        ("embedding, as indexing does it", embedding),
        ("the whole index: read, chunk, embed, write, publish", indexing),
    ):
        share = bare / seconds
        aim = verdict(share >= AIM, f"≥ {AIM}") if seconds == indexing else ""
        rates = [f"{amount / seconds:.1f}" for amount in (counts.chunks_embedded, len(texts), tokens)]
        table.add(name, shown(seconds), *rates, f"{share:.2f}", aim)
    amounts = (counts.chunks_embedded, counts.statements_embedded, counts.questions_embedded)
    listed = "{} passages, {} statements, {} questions".format(*amounts)
    caption = f"{Page.objects.count()} pages: {listed}; {tokens / len(texts):.0f} tokens on average."
    return Report("Full index", [(caption, table)])
