"""Another model, another chunker: the index of the former serves until the new one is whole."""

from __future__ import annotations

from collections.abc import Callable
from unittest.mock import Mock

import pytest

from chatbots.bots import BOTS, HEALTH
from chatbots.embedders import reset_embedder
from chatbots.embedders.hashing import HashingEmbedder
from chatbots.exceptions import BackendError
from chatbots.indexing import freshness, publishing, sync
from chatbots.indexing.publishing import publish
from chatbots.indexing.sync import current_recipe
from chatbots.models import Chunk, IndexState
from chatbots.retrieval import retrieve
from chatbots.snapshots import SnapshotStore
from tests.chatbots.pages import index, make_hours, make_page, make_unreadable, row_ids, rows, served

pytestmark = pytest.mark.django_db


def new_chunker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync, "CHUNKER_VERSION", "next")


def recipes_on_disk(bot: str) -> set[str]:
    """Return the recipes of the rows that a bot's index holds."""
    snapshot = served(bot)
    found = set(Chunk.objects.filter(pk__in=snapshot.chunk_ids()).values_list("recipe", flat=True))
    assert found <= {snapshot.recipe}
    return found


@pytest.mark.parametrize("what", ["model", "chunker"])
def test_the_old_index_serves_until_every_page_is_indexed_anew(
    monkeypatch: pytest.MonkeyPatch, change_model: Callable[[], None], what: str
) -> None:
    for slug in ("hoste", "feber", "kol"):
        make_page(slug)
    make_hours()
    index()
    old_recipe = current_recipe()
    old = {bot: (SnapshotStore(bot).current(), row_ids(bot)) for bot in BOTS}
    if what == "model":
        change_model()
    else:
        new_chunker(monkeypatch)
    assert current_recipe() != old_recipe
    pending = [pk for pk, _ in freshness.behind()]
    assert len(pending) == IndexState.objects.exclude(wanted="").count() == 7
    for number, pk in enumerate(pending, 1):
        sync.sync([pk])
        freshness.publish_all()
        for bot in BOTS:
            recipe = served(bot).recipe
            assert recipes_on_disk(bot) == {recipe}
            done = not IndexState.objects.filter(bot=bot).behind(current_recipe()).exists()
            assert recipe == (current_recipe() if done else old_recipe), (number, bot)
            if not done:
                assert (SnapshotStore(bot).current(), served(bot).chunk_ids()) == old[bot]
    assert not Chunk.objects.filter(recipe=old_recipe).exists()
    for bot in BOTS:
        assert served(bot).chunk_ids() == row_ids(bot)


def test_the_old_model_answers_while_the_new_one_is_being_indexed(change_model: Callable[[], None]) -> None:
    make_page()
    make_page("feber", body="<h2>Hvad er feber?</h2><p>Feber er over 38 grader.</p>")
    index()
    change_model()
    sync.sync([freshness.behind()[0][0]])
    assert freshness.publish_all() == {}
    retrieval = retrieve(HEALTH, "Hvad er feber?")
    assert retrieval.query.vector is not None
    assert len(retrieval.query.vector) == HashingEmbedder.dimension
    hit = retrieval.hits("da")[0]
    assert hit.chunk.text == "Feber er over 38 grader."
    assert len(hit.statement_scores) == 1
    freshness.catch_up()
    assert len(retrieve(HEALTH, "Hvad er feber?").query.vector) == 32  # type: ignore[arg-type]


@pytest.mark.parametrize("what", ["model", "chunker"])
def test_a_page_edited_while_another_index_is_being_made_is_known_as_it_stands(
    monkeypatch: pytest.MonkeyPatch, change_model: Callable[[], None], what: str
) -> None:
    page = make_page(body="<h2>Pris</h2><p>Besøget koster 100 kroner.</p><h2>Sted</h2><p>Mød op i Møllegade.</p>")
    make_page("feber")
    index()
    old = current_recipe()
    if what == "model":
        change_model()
    else:
        new_chunker(monkeypatch)
    page.body = page.body.replace("100 kroner", "200 kroner")
    page.save()
    freshness.index_page(page.pk)
    assert served().recipe == old != current_recipe()
    assert recipes_on_disk("health") == {old}
    hits = retrieve(HEALTH, "Hvad koster besøget i kroner?").hits("da")
    assert "200 kroner" in hits[0].chunk.text
    assert not [hit for hit in hits if "100" in hit.chunk.text]
    assert [hit for hit in hits if "Møllegade" in hit.chunk.text]
    added = make_page("nyt", body="<h2>Sauna</h2><p>Saunaen åbner i maj.</p>")
    freshness.index_page(added.pk)
    assert "Saunaen" in retrieve(HEALTH, "Hvornår åbner saunaen?").hits("da")[0].chunk.text
    assert served().recipe == old
    freshness.catch_up()
    assert served().recipe == current_recipe()
    assert not Chunk.objects.filter(recipe=old).exists()
    assert "200 kroner" in retrieve(HEALTH, "Hvad koster besøget i kroner?").hits("da")[0].chunk.text


def test_a_page_saved_while_others_are_embedded_joins_the_index_that_serves(
    monkeypatch: pytest.MonkeyPatch, change_model: Callable[[], None]
) -> None:
    page = make_page(body="<h2>Pris</h2><p>Besøget koster 100 kroner.</p>")
    for slug in ("feber", "kol"):
        make_page(slug)
    index()
    change_model()
    real, saved = sync._embed_missing, []

    def embed_missing(jobs: object, embedder: object) -> sync.Counts:
        if not saved:
            saved.append(page)
            page.body = page.body.replace("100 kroner", "200 kroner")
            page.save()
        return real(jobs, embedder)  # type: ignore[arg-type]

    monkeypatch.setattr(sync, "_embed_missing", embed_missing)
    freshness.index_page(page.pk)
    assert saved and served().recipe != current_recipe()
    assert "200 kroner" in retrieve(HEALTH, "Hvad koster besøget i kroner?").hits("da")[0].chunk.text


def test_rows_of_a_text_that_was_never_indexed_do_not_join_the_index_that_serves(
    change_model: Callable[[], None],
) -> None:
    page = make_page(body="<h2>Pris</h2><p>Besøget koster 100 kroner.</p>")
    make_page("feber")
    index()
    change_model()
    former = publishing.former_of("health")
    assert former is not None
    page.body = page.body.replace("100 kroner", "300 kroner")
    page.save()
    state = IndexState.objects.get(page=page, bot="health")
    assert sync._sync_former("health", [state.pk], former).chunks_added == 0
    assert not [row for row in rows(page) if "300" in row.text]


def test_a_former_backend_that_is_gone_does_not_end_indexing(
    monkeypatch: pytest.MonkeyPatch, change_model: Callable[[], None]
) -> None:
    make_page()
    make_page("feber")
    index()
    change_model()
    monkeypatch.delattr("chatbots.embedders.hashing.HashingEmbedder")
    reset_embedder()
    freshness.catch_up()
    assert served().recipe == current_recipe()


def test_without_the_former_model_an_edited_page_is_not_cited_as_it_was(
    monkeypatch: pytest.MonkeyPatch, change_model: Callable[[], None]
) -> None:
    page = make_page(body="<h2>Pris</h2><p>Besøget koster 100 kroner.</p><h2>Sted</h2><p>Mød op i Møllegade.</p>")
    make_page("feber")
    index()
    change_model()
    monkeypatch.setattr(publishing, "embedder_that_made", Mock(side_effect=BackendError("gone")))
    page.body = page.body.replace("100 kroner", "200 kroner")
    page.save()
    freshness.index_page(page.pk)
    assert served().recipe != current_recipe()
    hits = retrieve(HEALTH, "Hvad koster besøget i kroner?").hits("da")
    assert not [hit for hit in hits if "100" in hit.chunk.text]
    assert [hit for hit in hits if "Møllegade" in hit.chunk.text]


def test_a_page_that_cannot_be_indexed_does_not_hold_back_a_new_model(
    monkeypatch: pytest.MonkeyPatch, change_model: Callable[[], None]
) -> None:
    bad = make_page("daarlig")
    make_page()
    index()
    change_model()
    make_unreadable(monkeypatch, bad)
    index()
    assert served().recipe == current_recipe()
    assert rows(bad) == []


@pytest.mark.parametrize("damaged", ["current", "manifest.json", "vectors.faiss"])
def test_damage_while_a_new_model_is_being_indexed_does_not_empty_the_index(
    change_model: Callable[[], None], damaged: str
) -> None:
    for slug in ("hoste", "feber", "kol"):
        make_page(slug)
    index()
    old = row_ids()
    change_model()
    sync.sync([freshness.behind()[0][0]])
    for file in SnapshotStore("health").directory.rglob(damaged):
        file.write_bytes(b"damaged")
    assert publish("health") is None
    assert publish("health", rebuild=True) is None
    assert old <= row_ids()
    freshness.catch_up()
    assert publishing.publish("health") is None
    assert served().chunk_ids() == row_ids()
    assert old.isdisjoint(row_ids())


def test_going_back_to_the_old_chunker_leaves_no_rows_of_the_new(monkeypatch: pytest.MonkeyPatch) -> None:
    make_page()
    make_page("feber")
    index()
    with monkeypatch.context() as changed:
        new_chunker(changed)
        sync.sync([freshness.behind()[0][0]])
        assert Chunk.objects.filter(recipe=current_recipe()).exists()
    index()
    assert set(Chunk.objects.values_list("recipe", flat=True)) == {current_recipe()}


def test_a_new_chunker_embeds_only_passages_that_it_cuts_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    make_page(questions=["hvad er godt mod hoste"])
    index()
    new_chunker(monkeypatch)
    counts = index()
    assert (counts.chunks_added, counts.chunks_embedded, counts.questions_embedded) == (5, 0, 0)
