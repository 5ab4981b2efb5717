"""Audit the index against the pages, and mend what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from django.utils import timezone

from chatbots.bots import BOTS, Bot
from chatbots.embedders import get_embedder
from chatbots.exceptions import SnapshotDamaged
from chatbots.indexing.chunking import Section
from chatbots.indexing.documents import NOTHING, Document, document_for, wanted_digest
from chatbots.indexing.freshness import catch_up, publish_all, refresh_wanted
from chatbots.indexing.sentences import split_statements
from chatbots.indexing.sync import current_recipe, digest_of, text_digest
from chatbots.models import Chunk, IndexState
from chatbots.snapshots import SnapshotStore
from chatbots.vectorstores import get_vector_store
from content.models import Page


def audit() -> list[str]:
    """Return everything wrong between pages, rows and snapshots, one line each; nothing when all is sound."""
    return [*_audit_strangers(), *(problem for bot in BOTS.values() for problem in _audit_bot(bot))]


def repair() -> None:
    """Index anew what the audit finds wrong, and publish from the rows."""
    recipe, dimension = current_recipe(), get_embedder().dimension
    for name in {*_of_strangers(Chunk), *_of_strangers(IndexState)}:
        for model in (Chunk, IndexState):
            model.objects.filter(bot=name).delete()
        get_vector_store().prune(name)
    for bot in BOTS.values():
        wrong = {page_id for page_id, _ in _audit_rows(bot, recipe, dimension)}
        Chunk.objects.filter(bot=bot.name, recipe=recipe, page_id__in=wrong).delete()
        IndexState.objects.filter(bot=bot.name, page_id__in=wrong).update(indexed="", recipe="")
    refresh_wanted()
    catch_up()
    publish_all(rebuild=True)


def _audit_strangers() -> Iterator[str]:
    """Give what is kept for bots that are no more."""
    for model in (Chunk, IndexState):
        for bot, count in sorted(_of_strangers(model).items()):
            yield f"{bot}: there is no such bot, but {count} row(s) of {model.__name__} are its"


def _of_strangers(model: type[Chunk] | type[IndexState]) -> Counter[str]:
    """Return how many rows there are for each name that is no bot's."""
    return Counter(model.objects.exclude(bot__in=BOTS).values_list("bot", flat=True))


def _audit_bot(bot: Bot) -> Iterator[str]:
    recipe, dimension = current_recipe(), get_embedder().dimension
    for _, problem in _audit_rows(bot, recipe, dimension):
        yield f"{bot.name}: {problem}"
    for problem in (*_audit_snapshot(bot, recipe), *get_vector_store().audit(bot.name, recipe)):
        yield f"{bot.name}: {problem}"


def _audit_rows(bot: Bot, recipe: str, dimension: int) -> Iterator[tuple[int, str]]:
    """Give (page id, problem): rows missing, orphaned, stale or double, and vectors that cannot be right."""
    now, embedder = timezone.now(), get_embedder()
    rows: dict[int, list[Chunk]] = {}
    for row in Chunk.objects.filter(bot=bot.name).order_by("ordinal").iterator(chunk_size=500):
        if row.recipe == recipe:
            rows.setdefault(row.page_id, []).append(row)
        else:
            yield row.page_id, f"chunk {row.pk} of page {row.page_id} is of another model or chunker: {row.recipe}"
    for page in Page.objects.iterator(chunk_size=500):
        present = rows.get(page.pk, [])
        wanted: Counter[str] = Counter()
        title = page.title
        if wanted_digest(page, bot, now) != NOTHING:
            document = document_for(page, bot)
            title = document.title
            sections = document.sections(embedder.count_tokens, embedder.max_tokens)
            wanted.update(text_digest(document.title, section) for section in sections)
            for problem in _audit_places(document, sections, present):
                yield page.pk, f"page {page.pk} ({page.slug}) {problem}"
        said = {row.pk: text_digest(title, _section(row)) for row in present}
        found = Counter(said.values())
        for digest, missing in (wanted - found).items():
            yield page.pk, f"page {page.pk} ({page.slug}) lacks {missing} chunk(s) {digest[:8]}"
        for digest, extra in (found - wanted).items():
            kind = "double" if digest in wanted else "orphan" if not wanted else "stale"
            yield page.pk, f"page {page.pk} ({page.slug}) has {extra} {kind} chunk(s) {digest[:8]}"
        for row in present:
            if row.text_digest != said[row.pk] or row.digest != digest_of(said[row.pk], row.language, *row.questions):
                yield page.pk, f"chunk {row.pk} of page {page.pk} ({page.slug}): its digest is stale"
            for problem in _audit_vectors(row, dimension):
                yield page.pk, f"chunk {row.pk} of page {page.pk} ({page.slug}): {problem}"


def _section(row: Chunk) -> Section:
    return Section(tuple(row.heading_path), row.anchor, row.text)


def _audit_places(document: Document, sections: Sequence[Section], present: Sequence[Chunk]) -> Iterator[str]:
    """Give what is wrong with rows that say what they should: where they lead, and what leads to them."""
    anchors: dict[str, set[str]] = {}
    for section in sections:
        anchors.setdefault(text_digest(document.title, section), set()).add(section.anchor)
    for row in present:
        if row.anchor not in anchors.get(row.text_digest, {row.anchor}):
            yield f"has chunk {row.pk} at a stale anchor: {row.anchor}"
        if row.language != document.language:
            yield f"has chunk {row.pk} in a stale language: {row.language}"
    if Counter(question for row in present for question in row.questions) != Counter(set(document.questions)):
        yield "has other questions than its chunks"


def _audit_vectors(row: Chunk, dimension: int) -> Iterator[str]:
    expected = {
        "vector": (row.vector, np.float32, 1, 1e-3),
        "question vectors": (row.question_vectors, np.float32, len(row.questions), 1e-3),
        "statement vectors": (row.statement_vectors, np.float16, len(split_statements(row.text)), 5e-3),
    }
    for name, (data, dtype, count, tolerance) in expected.items():
        if len(data) != count * dimension * np.dtype(dtype).itemsize:
            yield f"{name}: wrong dimension or number"
            continue
        norms = np.linalg.norm(np.frombuffer(data, dtype).astype(np.float32).reshape(-1, dimension), axis=1)
        if not np.all(np.abs(norms - 1) < tolerance):
            yield f"{name}: not of length one"


def _audit_snapshot(bot: Bot, recipe: str) -> Iterator[str]:
    store = SnapshotStore(bot.name)
    wanted = set(Chunk.objects.filter(bot=bot.name, recipe=recipe).values_list("pk", flat=True))
    try:
        current = store.current()
        if current is None:
            if wanted:
                yield "no index has been published"
            return
        yield from (problems := store.verify(current))
        if problems:
            return
        snapshot = store.open(current)
    except SnapshotDamaged as error:
        yield str(error)
        return
    if snapshot.recipe != recipe:
        yield f"the index is of another model or chunker: {snapshot.recipe}"
        return
    if snapshot.vector_store != get_vector_store().path:
        yield f"the index has its vectors in another store: {snapshot.vector_store}"
    present = [int(i) for index in snapshot.languages.values() for i in index.chunk_ids[index.alive]]
    if double := [i for i, count in Counter(present).items() if count > 1]:
        yield f"the index holds chunks twice: {double[:10]}"
    if missing := wanted - set(present):
        yield f"the index lacks {len(missing)} chunk(s): {sorted(missing)[:10]}"
    if orphans := set(present) - wanted:
        yield f"the index holds {len(orphans)} chunk(s) that are gone: {sorted(orphans)[:10]}"
