from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from django.db import DatabaseError

from chatbots.embedders.hashing import HashingEmbedder
from chatbots.exceptions import ModelMissing
from chatbots.indexing import freshness, sync
from chatbots.indexing.chunking import embedded_statement, embedded_text
from chatbots.indexing.sentences import split_statements
from chatbots.indexing.sync import Counts, current_recipe
from chatbots.models import Chunk, IndexState
from content.models import Page
from tests.chatbots.pages import COUGH, index, make_hours, make_page, make_unreadable, rows, texts

pytestmark = pytest.mark.django_db


def ids(page: Page, bot: str = "health") -> list[int]:
    return [row.pk for row in rows(page, bot)]


def state(page: Page, bot: str = "health") -> IndexState:
    return IndexState.objects.get(page=page, bot=bot)


# ── What is stored ──────────────────────────────────────────────────────────────────────────────


def test_a_page_becomes_one_row_for_each_section_with_its_vectors() -> None:
    page = make_page(questions=["hvad er godt mod hoste"])
    counts = index()
    found = rows(page)
    assert texts(page) == [
        "Om hoste.",
        "Varm te med honning lindrer hosten.",
        "Ring til lægen, hvis du har hostet i tre uger.",
        "Hold afstand, og vask hænder, så du ikke smitter andre.",
    ]
    assert [row.anchor for row in found] == ["", "gode-raad-mod-hoste", "hvornaar-skal-du-ringe-til-laegen", "smitte"]
    assert [row.heading_path for row in found][1] == ["Gode råd mod hoste"]
    assert (counts.pages, counts.chunks_added, counts.chunks_embedded, counts.questions_embedded) == (2, 5, 4, 1)
    embedder = HashingEmbedder()
    for row in found:
        expected = embedder.embed([embedded_text(page.title, tuple(row.heading_path), row.text)], role="passage")
        assert np.array_equal(np.frombuffer(row.vector, np.float32), expected[0])
        said = [embedded_statement(page.title, statement) for statement in split_statements(row.text)]
        statements = np.frombuffer(row.statement_vectors, np.float16).reshape(-1, 64)
        assert np.array_equal(statements, embedder.embed(said, role="passage").astype(np.float16))


def test_the_state_tells_what_was_indexed() -> None:
    page = make_page()
    index()
    reached = state(page)
    assert reached.indexed == reached.wanted != ""
    assert (reached.recipe, reached.chunk_count, reached.error, reached.attempts) == (current_recipe(), 4, "", 0)
    assert reached.indexed_at is not None


def test_an_attached_question_leads_to_the_section_that_answers_it_best() -> None:
    page = make_page(
        questions=["hvornår skal jeg ringe til lægen", "varm te med honning", "hold afstand og vask hænder"]
    )
    index()
    asked = {row.anchor: row.questions for row in rows(page)}
    assert asked == {
        "": [],
        "gode-raad-mod-hoste": ["varm te med honning"],
        "hvornaar-skal-du-ringe-til-laegen": ["hvornår skal jeg ringe til lægen"],
        "smitte": ["hold afstand og vask hænder"],
    }
    row = rows(page)[1]
    expected = HashingEmbedder().embed(["varm te med honning"], role="query")[0]
    assert np.array_equal(np.frombuffer(row.question_vectors, np.float32), expected)


def test_the_guide_knows_of_an_article_only_title_and_summary() -> None:
    page = make_page()
    index()
    assert texts(page, "guide") == ["Om hoste."]


def test_the_health_bot_has_no_row_of_a_site_page() -> None:
    page = make_hours()
    index()
    assert texts(page, "health") == []
    assert len(texts(page, "guide")) == 3


# ── What an edit costs ──────────────────────────────────────────────────────────────────────────


def edit(page: Page, **fields: object) -> Counts:
    for name, value in fields.items():
        setattr(page, name, value)
    page.save()
    return index()


def test_an_edit_of_one_paragraph_embeds_one_passage_and_keeps_the_other_rows() -> None:
    page = make_page()
    index()
    before = ids(page)
    counts = edit(page, body=page.body.replace("tre uger", "fire uger"))
    assert (counts.chunks_embedded, counts.chunks_added, counts.chunks_kept, counts.chunks_removed) == (1, 1, 3, 1)
    assert counts.statements_embedded == 1
    after = ids(page)
    assert [new == old for new, old in zip(after, before, strict=True)] == [True, True, False, True]
    assert texts(page)[2] == "Ring til lægen, hvis du har hostet i fire uger."


def test_an_edit_of_one_sentence_embeds_only_that_statement_again() -> None:
    page = make_page(body="<h2>Råd</h2><p>Drik te. Hvil dig. Luft ud.</p>")
    index()
    counts = edit(page, body="<h2>Råd</h2><p>Drik te. Sov længe. Luft ud.</p>")
    assert (counts.chunks_embedded, counts.statements_embedded) == (1, 1)


def test_a_save_that_changes_nothing_embeds_nothing_and_publishes_nothing(embedded: list[tuple[str, str]]) -> None:
    page = make_page(questions=["hvad er godt mod hoste"])
    index()
    embedded.clear()
    assert freshness.note_wanted(page) is False
    assert edit(page, order=5) == Counts()
    assert freshness.publish_all() == {}
    assert embedded == []


def test_a_new_title_embeds_every_passage() -> None:
    page = make_page()
    index()
    before = ids(page)
    counts = edit(page, title="Hoste hos voksne")
    assert counts.chunks_embedded == 4
    assert set(ids(page)).isdisjoint(before)


def test_moving_sections_embeds_none_and_keeps_the_rows() -> None:
    page = make_page()
    index()
    before = ids(page)
    sections = page.body.split("<h2")[1:]
    counts = edit(page, body="".join(f"<h2{section}" for section in reversed(sections)))
    assert (counts.chunks_embedded, counts.statements_embedded, counts.chunks_kept) == (0, 0, 4)
    assert ids(page) == [before[0], *reversed(before[1:])]
    assert [row.ordinal for row in rows(page)] == [0, 1, 2, 3]


def test_a_new_anchor_is_no_new_passage() -> None:
    page = make_page(body="<h2 id='raad'>Råd</h2><p>Drik te.</p>")
    index()
    before = ids(page)
    counts = edit(page, body="<h2 id='gode-raad'>Råd</h2><p>Drik te.</p>")
    assert counts.chunks_embedded == 0
    assert ids(page) == before
    assert rows(page)[1].anchor == "gode-raad"


def test_the_same_paragraph_on_two_pages_is_two_chunks() -> None:
    same = {"title": "Hoste", "summary": "Samme.", "body": ""}
    first, second = make_page("et", **same), make_page("to", **same)
    counts = index()
    assert len(rows(first)) == len(rows(second)) == 1
    assert rows(first)[0].text_digest == rows(second)[0].text_digest
    assert counts.chunks_embedded == 1


def test_the_same_section_twice_on_a_page_is_two_chunks() -> None:
    page = make_page(body="<h2>Råd</h2><p>Drik te.</p><h2>Råd</h2><p>Drik te.</p>")
    assert index().chunks_embedded == 2
    assert [row.anchor for row in rows(page)] == ["", "raad", "raad-2"]
    counts = edit(page, body="<h2 id='raad'>Råd</h2><p>Drik te.</p>")
    assert (counts.chunks_kept, counts.chunks_removed, counts.chunks_embedded) == (2, 1, 0)


def test_a_new_question_embeds_no_passage() -> None:
    page = make_page()
    index()
    before = ids(page)
    counts = edit(page, questions=["hold afstand og vask hænder"])
    assert (counts.chunks_embedded, counts.statements_embedded, counts.questions_embedded) == (0, 0, 1)
    assert [new == old for new, old in zip(ids(page), before, strict=True)] == [True, True, True, False]


def test_both_bots_share_what_was_embedded(embedded: list[tuple[str, str]]) -> None:
    make_page()
    index()
    passages = [text for role, text in embedded if role == "passage"]
    assert len(passages) == len(set(passages))


def test_another_language_makes_other_rows() -> None:
    page = make_page()
    index()
    before = ids(page)
    edit(page, language="en")
    assert {row.language for row in rows(page)} == {"en"}
    assert set(ids(page)).isdisjoint(before)


def test_a_page_taken_back_leaves_no_rows() -> None:
    page = make_page()
    index()
    counts = edit(page, status="draft")
    assert counts.chunks_removed == 5
    assert not Chunk.objects.exists()
    assert (state(page).indexed, state(page).chunk_count) == ("", 0)


def test_an_article_that_becomes_a_site_page_leaves_the_health_bot() -> None:
    page = make_page()
    index()
    edit(page, kind="page")
    assert texts(page, "health") == []
    assert len(texts(page, "guide")) == 4


# ── Changes meanwhile ───────────────────────────────────────────────────────────────────────────


def meanwhile(monkeypatch: pytest.MonkeyPatch, change: Callable[[], object], times: int = 1) -> None:
    """Make `change` happen between reading a page and writing its rows."""
    real, left = sync._embed_missing, iter(range(times))

    def embed(*args: object) -> Counts:
        counts = real(*args)  # type: ignore[arg-type]
        if next(left, None) is not None:
            change()
        return counts

    monkeypatch.setattr(sync, "_embed_missing", embed)


def test_older_work_never_overwrites_newer_text(monkeypatch: pytest.MonkeyPatch) -> None:
    page = make_page(body="<p>Gammel tekst.</p>")

    def save() -> None:
        Page.objects.get(pk=page.pk).save()
        newer = Page.objects.get(pk=page.pk)
        newer.body = "<p>Ny tekst.</p>"
        newer.save()

    meanwhile(monkeypatch, save)
    index()
    assert texts(page) == ["Om hoste.\nNy tekst."]
    assert state(page).indexed == state(page).wanted


def test_a_change_that_no_save_noted_is_seen_too(monkeypatch: pytest.MonkeyPatch) -> None:
    page = make_page(body="<p>Gammel tekst.</p>")
    meanwhile(monkeypatch, lambda: Page.objects.filter(pk=page.pk).update(body="<p>Ny tekst.</p>"))
    index()
    assert texts(page) == ["Om hoste.\nNy tekst."]


def test_a_page_that_keeps_changing_waits_for_its_next_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    page = make_page(body="<p>Tekst 0.</p>")
    numbers = iter(range(1, 100))
    meanwhile(
        monkeypatch, lambda: Page.objects.filter(pk=page.pk).update(summary=f"Tekst {next(numbers)}."), sync.MAX_ROUNDS
    )
    index()
    assert texts(page) == []
    assert freshness.behind() != []
    monkeypatch.undo()
    index()
    assert texts(page) == [f"Tekst {sync.MAX_ROUNDS}.\nTekst 0."]


def test_a_page_deleted_meanwhile_stays_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    page = make_page()
    meanwhile(monkeypatch, lambda: page.delete())
    assert index().failed == 0
    assert not Chunk.objects.exists()


def test_a_page_taken_back_meanwhile_is_not_indexed(monkeypatch: pytest.MonkeyPatch) -> None:
    page = make_page()
    meanwhile(monkeypatch, lambda: Page.objects.filter(pk=page.pk).update(status="archived"))
    index()
    assert not Chunk.objects.exists()


# ── Errors ──────────────────────────────────────────────────────────────────────────────────────


def test_one_bad_page_does_not_keep_the_others_from_being_indexed(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = make_page("daarlig"), make_page("god")
    make_unreadable(monkeypatch, bad)
    counts = index()
    assert counts.failed == 2
    assert len(rows(good)) == 4
    assert state(bad).error == "ValueError: unreadable"
    assert state(bad).attempts == 1
    index()
    assert state(bad).attempts == 2
    monkeypatch.undo()
    assert index().failed == 0
    assert (state(bad).error, state(bad).attempts) == ("", 0)
    assert len(rows(bad)) == 4


def test_rows_that_cannot_be_written_leave_those_that_were_there(monkeypatch: pytest.MonkeyPatch) -> None:
    page = make_page()
    index()
    before = ids(page)

    def refuse(*args: object, **kwargs: object) -> None:
        raise DatabaseError("database is locked")

    monkeypatch.setattr(Chunk.objects, "bulk_create", refuse)
    assert edit(page, body=COUGH.replace("tre", "fire")).failed == 1
    assert ids(page) == before
    monkeypatch.undo()
    index()
    assert "fire uger" in texts(page)[2]


def test_a_missing_model_is_nobodys_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    page = make_page()

    def missing(*args: object, **kwargs: object) -> None:
        raise ModelMissing("no model here")

    monkeypatch.setattr(HashingEmbedder, "embed", missing)
    with pytest.raises(ModelMissing):
        index()
    assert (state(page).error, state(page).attempts) == ("", 0)


def test_vectors_of_the_wrong_size_are_made_anew_rather_than_reused() -> None:
    page = make_page(questions=["hold afstand og vask hænder"])
    index()
    Chunk.objects.filter(page=page).update(vector=b"x", statement_vectors=b"yy", question_vectors=b"z")
    counts = edit(page, body=page.body + "<p>Mere.</p>")
    assert (counts.failed, counts.chunks_embedded) == (0, 4)


def test_counts_add_up_field_by_field() -> None:
    assert Counts(1, 2, 3, 4, 5, 6, 7, 8) + Counts(1, 1, 1, 1, 1, 1, 1, 1) == Counts(2, 3, 4, 5, 6, 7, 8, 9)
