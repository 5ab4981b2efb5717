from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command

from chatbots.embedders.hashing import HashingEmbedder
from chatbots.exceptions import ModelMissing
from chatbots.indexing.audit import audit
from chatbots.models import Chunk
from content.models import Page
from tests.chatbots.indexing import test_audit as faults
from tests.chatbots.pages import make_hours, make_page

pytestmark = pytest.mark.django_db


NAMED = (
    *(faults.missing, faults.orphan, faults.stale, faults.double, faults.wrong_norm, faults.wrong_dimension),
    faults.damaged("vectors.faiss"),
)


def reindex(*options: str) -> tuple[int, str, str]:
    """Run the command; return its exit status, what it wrote, and what it complained of."""
    out, complaints = io.StringIO(), io.StringIO()
    try:
        call_command("reindex", *options, verbosity=0, stdout=out, stderr=complaints)
    except CommandError as error:
        return error.returncode, out.getvalue(), f"{complaints.getvalue()}{error}"
    return 0, out.getvalue(), complaints.getvalue()


def test_it_indexes_what_is_behind_without_a_broker_and_says_what_it_did() -> None:
    make_page(questions=["hvad er godt mod hoste"])
    status, out, _ = reindex()
    assert status == 0
    assert "2 page(s) indexed: 5 chunk(s) added, 0 kept, 0 removed; 4 passage(s)" in out
    assert "1 question(s) embedded" in out
    assert reindex("--verify")[0] == 0


def test_a_second_run_embeds_nothing(embedded: list[tuple[str, str]]) -> None:
    make_page()
    reindex()
    embedded.clear()
    assert "0 page(s) indexed" in reindex()[1]
    assert embedded == []


def test_it_finds_what_no_save_told_of() -> None:
    page = make_page()
    reindex()
    Page.objects.filter(pk=page.pk).update(title="Hosten")
    reindex()
    assert audit() == []


def test_a_page_that_cannot_be_indexed_is_told_with_an_exit_status(monkeypatch: pytest.MonkeyPatch) -> None:
    make_page()

    def refuse(*args: object) -> None:
        raise ValueError("unreadable")

    monkeypatch.setattr("chatbots.indexing.sync.document_for", refuse)
    status, _, complaints = reindex()
    assert status == 1
    assert "2 page(s) could not be indexed" in complaints


def test_a_missing_model_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    make_page()

    def missing(*args: object, **kwargs: object) -> None:
        raise ModelMissing("no model here")

    monkeypatch.setattr(HashingEmbedder, "embed", missing)
    assert reindex() == (1, "", "no model here")


@pytest.mark.parametrize("plant", NAMED, ids=lambda plant: plant.__name__)
def test_verify_finds_each_fault_and_repair_mends_it(plant: Callable[[Page], str]) -> None:
    make_hours()
    make_page("feber", body="<h2>Hvad er feber?</h2><p>Feber er over 38 grader.</p>")
    page = make_page(questions=["hvad er godt mod hoste"])
    reindex()
    assert reindex("--verify")[0] == 0
    expected = plant(page)
    status, _, complaints = reindex("--verify")
    assert status == 1
    assert expected in complaints
    assert "problem(s)" in complaints
    assert reindex("--repair")[0] == 0
    assert reindex("--verify") == (0, "The indexes hold just what is published.\n", "")


def test_verify_changes_nothing() -> None:
    page = make_page()
    reindex()
    Chunk.objects.filter(page=page).first().delete()  # type: ignore[union-attr]
    before = list(Chunk.objects.values_list("pk", flat=True))
    reindex("--verify")
    assert list(Chunk.objects.values_list("pk", flat=True)) == before
