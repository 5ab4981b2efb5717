from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core import serializers
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from chatbots.embedders.hashing import HashingEmbedder
from chatbots.exceptions import ModelMissing
from chatbots.indexing import freshness
from chatbots.indexing.freshness import BATCH, behind, catch_up, index_page, note_wanted, receipt_for, refresh_wanted
from chatbots.indexing.sync import Counts
from chatbots.models import BotState, Chunk, IndexState
from chatbots.snapshots import SnapshotStore
from content.models import Page
from tests.chatbots.pages import index, make_hours, make_page, rows, served, texts

pytestmark = pytest.mark.django_db

NOW = timezone.now()
HOUR = timedelta(hours=1)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """Return a list whose last element is how far the clock is ahead."""
    ahead = [timedelta()]
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + ahead[-1])
    return ahead


# ── Saves ───────────────────────────────────────────────────────────────────────────────────────


def test_a_save_notes_what_is_wanted_in_its_own_transaction() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_page("tilbage")
        assert IndexState.objects.exists()
        raise IntegrityError
    assert not IndexState.objects.exists()
    page = make_page()
    assert {state.bot for state in IndexState.objects.filter(page=page).exclude(wanted="")} == {"guide", "health"}


def test_only_bots_that_should_know_the_page_get_a_state() -> None:
    make_hours()
    assert set(IndexState.objects.values_list("bot", flat=True)) == {"guide"}


def test_a_draft_needs_no_state_and_wakes_nobody() -> None:
    page = make_page(status="draft")
    assert not IndexState.objects.exists()
    assert note_wanted(page) is False


def test_many_saves_of_one_page_are_one_job() -> None:
    page = make_page()
    for number in range(20):
        page.summary = f"Udgave {number}."
        page.save()
    assert len(behind()) == 2
    assert index().pages == 2
    assert texts(page)[0] == "Udgave 19."


def test_a_save_of_a_failed_page_gives_it_a_new_chance() -> None:
    page = make_page()
    IndexState.objects.update(attempts=5)
    page.summary = "Ny."
    page.save()
    assert set(IndexState.objects.values_list("attempts", flat=True)) == {0}


def test_the_newest_change_comes_first_and_failures_last() -> None:
    first, second, failed = make_page("et"), make_page("to"), make_page("tre")
    for page, hours in ((first, 3), (second, 2), (failed, 1)):
        IndexState.objects.filter(page=page).update(wanted_at=NOW - hours * HOUR)
    IndexState.objects.filter(page=failed).update(attempts=1)
    order = list(dict.fromkeys(page for _, page in behind()))
    assert order == [second.pk, first.pk, failed.pk]


# ── What no save tells of ───────────────────────────────────────────────────────────────────────


def test_a_bulk_update_is_found() -> None:
    page = make_page()
    index()
    Page.objects.filter(pk=page.pk).update(summary="Opdateret forbi save().")
    assert refresh_wanted() == 2
    catch_up()
    assert texts(page)[0] == "Opdateret forbi save()."
    assert refresh_wanted() == 0


def test_pages_made_in_bulk_are_found() -> None:
    Page.objects.bulk_create(
        Page(kind="health", title=slug, slug=slug, summary=f"Om {slug}.", body="<p>Tekst.</p>", status="published")
        for slug in ("et", "to")
    )
    assert not IndexState.objects.exists()
    assert refresh_wanted() == 4
    catch_up()
    assert sorted(Chunk.objects.filter(bot="health").values_list("text", flat=True)) == [
        "Om et.\nTekst.",
        "Om to.\nTekst.",
    ]


def test_pages_from_a_fixture_are_found(tmp_path: Path) -> None:
    page = make_page()
    fixture = tmp_path / "pages.json"
    fixture.write_text(serializers.serialize("json", [page]))
    page.delete()
    index()
    call_command("loaddata", str(fixture), verbosity=0)
    assert not IndexState.objects.exists()
    index()
    assert len(rows(Page.objects.get(slug="hoste"))) == 4


@pytest.mark.parametrize("many", [False, True])
def test_a_deleted_page_leaves_rows_and_index(many: bool) -> None:
    page = make_page()
    other = make_page("feber")
    index()
    if many:
        Page.objects.filter(pk=page.pk).delete()
    else:
        page.delete()
    index()
    assert set(Chunk.objects.values_list("page_id", flat=True)) == {other.pk}
    assert served().chunk_ids() == {row.pk for row in rows(other)}


def test_pages_taken_back_in_bulk_leave_the_index() -> None:
    make_page()
    make_page("feber")
    index()
    Page.objects.update(status="archived")
    index()
    assert not Chunk.objects.exists()
    assert served().chunk_ids() == set()


def test_a_page_is_known_from_its_time_until_its_expiry(clock: list[timedelta]) -> None:
    page = make_page(publish_at=NOW + HOUR, expire_at=NOW + 3 * HOUR)
    known = []
    for hours in (0, 2, 4):
        clock.append(hours * HOUR)
        index()
        known.append((len(rows(page)), len(served().chunk_ids())))
    assert known == [(0, 0), (4, 4), (0, 0)]


def test_a_save_before_its_time_wakes_nobody_and_the_sweep_finds_the_moment(clock: list[timedelta]) -> None:
    make_page(publish_at=NOW + HOUR)
    assert behind() == []
    assert refresh_wanted() == 0
    clock.append(2 * HOUR)
    assert refresh_wanted() == 2


def test_the_moment_can_be_passed_in() -> None:
    page = make_page(publish_at=NOW + HOUR)
    assert note_wanted(page, NOW) is False
    assert note_wanted(page, NOW + 2 * HOUR) is True
    assert refresh_wanted(NOW) == 2
    assert refresh_wanted(NOW + 2 * HOUR) == 2


# ── Catching up ─────────────────────────────────────────────────────────────────────────────────


def test_one_page_is_brought_up_to_date_in_every_bot_and_published() -> None:
    page, other = make_page(), make_page("feber")
    counts = index_page(page.pk)
    assert (counts.pages, counts.chunks_added) == (2, 5)
    assert served().chunk_ids() == {row.pk for row in rows(page)}
    assert rows(other) == []


def test_a_page_that_is_up_to_date_or_gone_is_no_work() -> None:
    page = make_page()
    index()
    before = SnapshotStore("health").current()
    assert index_page(page.pk) == index_page(10**9) == Counts()
    assert SnapshotStore("health").current() == before


def test_catching_up_goes_in_batches_and_tells_how_far_it_is() -> None:
    for number in range(BATCH + 3):
        make_page(f"side-{number}", body="")
    seen: list[tuple[int, int]] = []
    counts = catch_up(progress=lambda done, total: seen.append((done, total)))
    total = 2 * (BATCH + 3)
    assert counts.pages == total
    assert seen == [(min(done, total), total) for done in range(BATCH, total + BATCH, BATCH)]
    assert served().manifest["count"] == BATCH + 3


def test_a_sweep_out_of_time_publishes_what_it_has_and_leaves_the_rest() -> None:
    for number in range(BATCH + 3):
        make_page(f"side-{number}", body="")
    counts = catch_up(seconds=0)
    assert counts.pages == BATCH
    assert len(behind()) == BATCH + 6
    assert sum(served(bot).manifest["count"] for bot in ("guide", "health")) == BATCH
    catch_up()
    assert behind() == []


def test_a_page_that_fails_is_tried_once_in_each_run(monkeypatch: pytest.MonkeyPatch) -> None:
    make_page()

    def refuse(*args: object) -> None:
        raise ValueError("unreadable")

    monkeypatch.setattr("chatbots.indexing.sync.document_for", refuse)
    assert catch_up().failed == 2
    assert set(IndexState.objects.values_list("attempts", flat=True)) == {1}


def test_without_a_model_nothing_is_lost_and_the_operator_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    page = make_page()
    index()

    def missing(*args: object, **kwargs: object) -> None:
        raise ModelMissing("no model here")

    monkeypatch.setattr(HashingEmbedder, "embed", missing)
    page.summary = "Ny."
    page.save()
    with pytest.raises(ModelMissing) as caught:
        catch_up()
    freshness.note_backend_error(caught.value)
    assert {state.error for state in BotState.objects.all()} == {"no model here"}
    assert len(rows(page)) == 4
    monkeypatch.undo()
    catch_up()
    assert texts(page)[0] == "Ny."
    assert {state.error for state in BotState.objects.all()} == {""}


# ── Receipts ────────────────────────────────────────────────────────────────────────────────────


def test_a_receipt_has_one_line_for_each_bot_that_knows_the_page_or_should() -> None:
    page = make_page()
    assert [(state.bot, state.indexed) for state in receipt_for(page)] == [("guide", ""), ("health", "")]
    index()
    assert [(state.bot, state.chunk_count) for state in receipt_for(page)] == [("guide", 1), ("health", 4)]
    Page.objects.filter(pk=page.pk).update(status="draft")
    refresh_wanted()
    assert len(receipt_for(page)) == 2
    index()
    assert receipt_for(page) == []
