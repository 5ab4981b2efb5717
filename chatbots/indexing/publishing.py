"""From Chunk rows to the next generation of a bot's index. Level-triggered: it compares, so it can always be run."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from django.db.models import F, Q
from django.utils import timezone

from chatbots.conf import settings_for
from chatbots.embedders import embedder_that_made, get_embedder
from chatbots.exceptions import BackendError, SnapshotDamaged
from chatbots.indexing.chunking import embedded_text
from chatbots.indexing.sync import Former, current_recipe
from chatbots.models import BotState, Chunk, IndexState
from chatbots.snapshots import FIRST_STORE, IndexRow, Segment, Snapshot, SnapshotStore, build_segment
from chatbots.vectorstores import VectorStore, get_vector_store, store_path

logger = logging.getLogger(__name__)

#: Segments of one language before the small ones are merged.
MAX_SEGMENTS = 8
#: When the small segments and the dead reach this share of the largest segment, the language is merged whole.
MERGE_ALL_SHARE = 0.25


def publish(bot: str, *, rebuild: bool = False) -> str | None:
    """Publish a generation that holds the rows of the current recipe; return its name, None when nothing changed.

    Until every page has rows of that recipe, the index of the former one serves, and what was edited joins it.
    With `rebuild`, or when the current generation is damaged, it is made from the rows alone, embedding nothing.
    """
    store, vectors = SnapshotStore(bot), get_vector_store()
    with store.lock():
        recipe, manifest = current_recipe(), None if rebuild else _sound_manifest(store)
        made_with = _made_with(recipe, vectors)
        if manifest is None or manifest["recipe"] != recipe:
            if _is_held_back(bot, recipe):
                return _publish_former(store, vectors, manifest) if manifest else None
            manifest = None
        elif manifest.get("vector_store", store_path(FIRST_STORE)) != vectors.path:
            manifest = None
        name = _publish_rows(store, vectors, made_with, manifest)
    Chunk.objects.filter(bot=bot).exclude(recipe=recipe).delete()
    vectors.prune(bot)
    _note_published(bot, name)
    BotState.objects.filter(bot=bot).exclude(error="").update(error="")  # its rows and its files agree again
    return name


def _publish_former(store: SnapshotStore, vectors: VectorStore, manifest: Mapping[str, Any]) -> str | None:
    """Publish the rows of the recipe that serves; return the generation, None when nothing changed."""
    if manifest.get("vector_store", store_path(FIRST_STORE)) != vectors.path:
        return None
    made_with = {name: manifest[name] for name in ("recipe", "embedder", "dimension")} | {"vector_store": vectors.path}
    name = _publish_rows(store, vectors, made_with, manifest)
    vectors.prune(store.bot)
    _note_published(store.bot, name)
    return name


def _note_published(bot: str, name: str | None) -> None:
    if name:
        BotState.objects.update_or_create(bot=bot, defaults={"published_at": timezone.now()})


def former_of(bot: str) -> Former | None:
    """Return what made the index that serves, where that is not what rows are made with now; None when it is.

    None too when it can no longer be had, or centred its vectors otherwise than would be done now.
    """
    recipe, rows = current_recipe(), Chunk.objects.filter(bot=bot)
    # Told without reading a file, or all rows: so it is after every edit but those few.
    if not (rows.filter(recipe__lt=recipe).exists() or rows.filter(recipe__gt=recipe).exists()):
        return None
    manifest = _sound_manifest(SnapshotStore(bot))
    if manifest is None or manifest["recipe"] == recipe:
        return None
    try:
        embedder = embedder_that_made(manifest["embedder"])
    except BackendError as error:
        logger.warning("%s: edits wait for the new index: %s", bot, error)
        return None
    same = current_recipe(embedder).rpartition(" ")[0] == manifest["recipe"].rpartition(" ")[0]
    return Former(manifest["recipe"], embedder) if same else None


def _is_held_back(bot: str, recipe: str) -> bool:
    """Tell whether a new recipe must wait: it lacks pages, and rows of another recipe answer for them."""
    waiting = IndexState.objects.filter(bot=bot).behind(recipe).filter(_in_use(recipe))
    return waiting.exists() and Chunk.objects.filter(bot=bot).exclude(recipe=recipe).exists()


def _in_use(recipe: str) -> Q:
    """States that hold back a new recipe: pages that should be known and were not indexed under it.

    A page that an error keeps from being indexed holds back nothing: the others would wait for good.
    """
    return ~Q(wanted="") & ~Q(recipe=recipe) & Q(error="")


def _sound_manifest(store: SnapshotStore) -> dict[str, Any] | None:
    try:
        current = store.current()
        return store.manifest(current) if current else None
    except SnapshotDamaged as error:
        logger.error("%s; the index is made anew from its rows", error)
        return None


def _publish_rows(
    store: SnapshotStore, vectors: VectorStore, made_with: Mapping[str, Any], manifest: Mapping[str, Any] | None
) -> str | None:
    """Publish what `manifest` lacks of a recipe's rows. Arrays and not sets: every edit compares the whole index."""
    ids_of_rows = Chunk.objects.filter(bot=store.bot, recipe=made_with["recipe"]).values_list("pk", flat=True)
    wanted = np.fromiter(ids_of_rows.iterator(chunk_size=5000), dtype=np.int64)
    entries = manifest["segments"] if manifest else []
    try:
        ids = store.chunk_ids(manifest) if manifest else {}
    except SnapshotDamaged as error:
        logger.error("%s; the index is made anew from its rows", error)
        manifest, entries, ids = None, [], {}
    dead = {name: present[~np.isin(present, wanted)] for name, present in ids.items()}
    added = wanted[~np.isin(wanted, _joined(ids.values()))]
    if manifest and not len(added) and set(_joined(dead.values()).tolist()) == set(manifest["dead"]):
        return None
    merged = _to_merge(entries, ids, dead, len(added))
    kept = [entry for entry in entries if entry["name"] not in merged]
    taken = np.union1d(added, np.setdiff1d(_joined(ids[name] for name in merged), _joined(dead.values())))
    rows = list(_index_rows(taken.tolist()))
    new = set(added.tolist())
    vectors.put(store.bot, made_with["recipe"], [row for row in rows if row.chunk_id in new])
    return store.publish(
        **made_with,
        kept=kept,
        kept_from=manifest["generation"] if manifest else None,
        dead=_joined(dead[entry["name"]] for entry in kept).tolist(),
        added=_build_segments(rows, vectors),
    )


def _joined(arrays: Iterable[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.zeros(0, np.int64), *arrays])


def _to_merge(
    entries: Sequence[Mapping[str, Any]], ids: Mapping[str, np.ndarray], dead: Mapping[str, np.ndarray], added: int
) -> set[str]:
    """Return the names of the segments to write anew: all-dead ones, and small ones when there are many."""
    names = {name for name, present in ids.items() if len(dead[name]) == len(present)}
    for language in {entry["language"] for entry in entries}:
        group = sorted((e for e in entries if e["language"] == language), key=lambda e: e["chunks"])
        small, largest = group[:-1], group[-1]
        if len(group) >= MAX_SEGMENTS:
            names |= {entry["name"] for entry in small}
            loose = sum(entry["chunks"] for entry in small) + len(dead[largest["name"]])
            if loose + added > MERGE_ALL_SHARE * largest["chunks"]:
                names.add(largest["name"])
    return names


def _made_with(recipe: str, vectors: VectorStore) -> dict[str, Any]:
    """Return what a generation's manifest says of how it was made."""
    embedder = get_embedder()
    return {
        "recipe": recipe,
        "embedder": settings_for("EMBEDDER") | {"MODEL_ID": embedder.model_id},
        "dimension": embedder.dimension,
        "vector_store": vectors.path,
    }


def _build_segments(rows: Iterable[IndexRow], vectors: VectorStore) -> list[Segment]:
    """Make one segment for each language of these rows."""
    by_language: dict[str, list[IndexRow]] = {}
    for row in rows:
        by_language.setdefault(row.language, []).append(row)
    return [build_segment(group, vectors) for _, group in sorted(by_language.items())]


def _index_rows(chunk_ids: Sequence[int], batch: int = 500) -> Iterable[IndexRow]:
    for start in range(0, len(chunk_ids), batch):
        rows = Chunk.objects.filter(pk__in=chunk_ids[start : start + batch]).annotate(title=F("page__title"))
        for row in rows.order_by("pk").iterator(chunk_size=batch):
            own = np.frombuffer(row.vector, dtype=np.float32)
            questions = np.frombuffer(row.question_vectors, dtype=np.float32).reshape(-1, len(own))
            yield IndexRow(
                chunk_id=row.pk,
                language=row.language,
                text="\n".join([embedded_text(row.title, tuple(row.heading_path), row.text), *row.questions]),
                vectors=np.vstack([own[None, :], questions]),
            )


def snapshot_from_rows(bot: str, before: Snapshot | None = None) -> Snapshot | None:
    """Return the index that the rows give, in memory: what serves when no generation on disk is sound.

    `before` is what this returned last; it is returned again while it holds just these rows, and else added to.
    """
    recipe, vectors = current_recipe(), get_vector_store()
    ids = Chunk.objects.filter(bot=bot, recipe=recipe).values_list("pk", flat=True)
    wanted = np.fromiter(ids.iterator(chunk_size=5000), dtype=np.int64)
    if not len(wanted):
        return None
    made_with, kept = _made_with(recipe, vectors), list[Segment]()
    if before is not None and made_with.items() <= before.manifest.items():
        kept = list(before.segments.values())
    present = _joined(segment.chunk_ids for segment in kept)
    dead, added = present[~np.isin(present, wanted)], wanted[~np.isin(wanted, present)]
    if kept and not len(added) and set(dead.tolist()) == set(before.manifest["dead"]):
        return before
    if len(kept) >= MAX_SEGMENTS or len(dead) > MERGE_ALL_SHARE * len(wanted):
        kept, dead, added = [], dead[:0], wanted
    manifest = {"generation": "memory", "bot": bot, **made_with, "dead": dead.tolist(), "count": len(wanted)}
    return Snapshot(manifest, [*kept, *_build_segments(_index_rows(added.tolist()), vectors)])
