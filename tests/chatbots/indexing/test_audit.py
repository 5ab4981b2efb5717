from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from chatbots.indexing import freshness
from chatbots.indexing.audit import audit, repair
from chatbots.indexing.publishing import publish
from chatbots.models import Chunk, IndexState
from chatbots.snapshots import SnapshotStore
from content.models import Page
from tests.chatbots.pages import COUGH, index, make_hours, make_page, rows, served

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site() -> Page:
    make_hours()
    make_page("feber", body="<h2>Hvad er feber?</h2><p>Feber er over 38 grader.</p>")
    page = make_page(questions=["hvad er godt mod hoste"])
    index()
    return page


def copy_of(row: Chunk, **changes: object) -> Chunk:
    row.pk = None
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    return row


def missing(page: Page) -> str:
    rows(page)[1].delete()
    return "lacks 1 chunk"


def orphan(page: Page) -> str:
    Page.objects.filter(pk=page.pk).update(status="draft")
    return "orphan"


def orphan_of_the_wrong_bot(page: Page) -> str:
    hours = Page.objects.get(slug="aabningstider")
    copy_of(rows(hours, "guide")[0], bot="health")
    return "orphan"


def stale(page: Page) -> str:
    Page.objects.filter(pk=page.pk).update(body=COUGH.replace("tre uger", "fire uger"))
    return "stale"


def text_tampered_with(page: Page) -> str:
    row = rows(page)[1]
    Chunk.objects.filter(pk=row.pk).update(text=row.text.replace("honning", "rom"))
    return "stale"


def headings_tampered_with(page: Page) -> str:
    Chunk.objects.filter(pk=rows(page)[1].pk).update(heading_path=["Et andet sted"])
    return "stale"


def digest_tampered_with(page: Page) -> str:
    Chunk.objects.filter(pk=rows(page)[1].pk).update(digest="0" * 64)
    return "its digest is stale"


def text_digest_tampered_with(page: Page) -> str:
    Chunk.objects.filter(pk=rows(page)[1].pk).update(text_digest="0" * 64)
    return "its digest is stale"


def of_a_bot_that_is_no_more(page: Page) -> str:
    copy_of(rows(page)[0], bot="dentist")
    return "dentist: there is no such bot, but 1 row(s) of Chunk are its"


def state_of_a_bot_that_is_no_more(page: Page) -> str:
    IndexState.objects.create(page=page, bot="dentist", wanted="x")
    return "dentist: there is no such bot, but 1 row(s) of IndexState are its"


def stale_though_the_state_says_otherwise(page: Page) -> str:
    IndexState.objects.all().delete()
    Page.objects.filter(pk=page.pk).update(body=COUGH.replace("tre uger", "fire uger"))
    freshness.refresh_wanted()
    for state in IndexState.objects.all():
        IndexState.objects.filter(pk=state.pk).update(indexed=state.wanted)
    return "stale"


def double(page: Page) -> str:
    copy_of(rows(page)[2])
    return "double"


def wrong_norm(page: Page) -> str:
    row = rows(page)[1]
    vector = np.frombuffer(row.vector, np.float32) * 2
    Chunk.objects.filter(pk=row.pk).update(vector=vector.tobytes())
    return "not of length one"


def not_a_number(page: Page) -> str:
    row = rows(page)[1]
    Chunk.objects.filter(pk=row.pk).update(vector=np.full(64, np.nan, np.float32).tobytes())
    return "not of length one"


def wrong_dimension(page: Page) -> str:
    row = rows(page)[1]
    Chunk.objects.filter(pk=row.pk).update(vector=bytes(row.vector)[:128])
    return "vector: wrong dimension"


def statements_missing(page: Page) -> str:
    Chunk.objects.filter(pk=rows(page)[1].pk).update(statement_vectors=b"")
    return "statement vectors: wrong dimension or number"


def question_without_a_vector(page: Page) -> str:
    row = next(row for row in rows(page) if row.questions)
    Chunk.objects.filter(pk=row.pk).update(question_vectors=b"")
    return "question vectors: wrong dimension or number"


def other_questions(page: Page) -> str:
    Page.objects.filter(pk=page.pk).update(questions=["noget andet"])
    return "questions"


def other_language(page: Page) -> str:
    Page.objects.filter(pk=page.pk).update(language="en")
    return "language"


def other_anchor(page: Page) -> str:
    Chunk.objects.filter(pk=rows(page)[1].pk).update(anchor="et-andet-sted")
    return "anchor"


def other_recipe(page: Page) -> str:
    copy_of(rows(page)[0], recipe="another model")
    return "of another model or chunker"


def not_published(page: Page) -> str:
    row = rows(page)[1]
    row.delete()
    row.save(force_insert=True)
    copy_of(row)
    Chunk.objects.filter(pk=row.pk - 1).delete()
    return "the index lacks"


def published_but_gone(page: Page) -> str:
    row = rows(page)[1]
    old = row.pk
    copy_of(row)
    Chunk.objects.filter(pk=old).delete()
    return "that are gone"


def damaged(name: str) -> Callable[[Page], str]:
    def damage(page: Page) -> str:
        file = sorted(SnapshotStore("health").directory.rglob(name))[0]
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 0xFF
        file.write_bytes(data)
        return "current names no generation" if name == "current" else name

    damage.__name__ = f"damaged {name}"
    return damage


def lost_pointer(page: Page) -> str:
    SnapshotStore("health").pointer.unlink()
    return "no index has been published"


FAULTS = [
    *(missing, orphan, orphan_of_the_wrong_bot, stale, stale_though_the_state_says_otherwise, double, wrong_norm),
    *(not_a_number, wrong_dimension, statements_missing, question_without_a_vector, other_questions, other_language),
    *(text_tampered_with, headings_tampered_with, digest_tampered_with, text_digest_tampered_with),
    *(of_a_bot_that_is_no_more, state_of_a_bot_that_is_no_more),
    *(other_anchor, other_recipe, not_published, published_but_gone, lost_pointer),
    *(damaged(name) for name in ("current", "manifest.json", "vectors.faiss", "arrays.npz", "chunks.npy")),
]


def test_a_sound_index_has_no_faults() -> None:
    assert audit() == []


def test_a_site_without_pages_has_no_faults() -> None:
    Page.objects.all().delete()
    index()
    assert audit() == []


@pytest.mark.parametrize("plant", FAULTS, ids=lambda plant: plant.__name__)
def test_each_planted_fault_is_found_and_mended(site: Page, plant: Callable[[Page], str]) -> None:
    expected = plant(site)
    found = audit()
    assert any(expected in problem for problem in found), found
    repair()
    assert audit() == []


def test_a_text_tampered_with_is_what_its_page_says_again_after_a_repair(site: Page) -> None:
    before = [row.text for row in rows(site)]
    text_tampered_with(site)
    assert [row.text for row in rows(site)] != before
    repair()
    assert [row.text for row in rows(site)] == before


def test_all_faults_at_once_are_mended(site: Page) -> None:
    for plant in (missing, wrong_norm, orphan_of_the_wrong_bot, double, other_recipe, damaged("vectors.faiss")):
        plant(site)
    repair()
    assert audit() == []


def test_a_repair_embeds_only_pages_with_a_fault(site: Page, embedded: list[tuple[str, str]]) -> None:
    kept = {row.pk for row in Chunk.objects.exclude(page=site)}
    missing(site)
    embedded.clear()
    repair()
    assert {row.pk for row in Chunk.objects.exclude(page=site)} == kept
    passages = [text for role, text in embedded if role == "passage"]
    assert passages
    assert all("Hoste" in text for text in passages)


def test_an_index_of_a_former_model_is_told(change_model: Callable[[], None]) -> None:
    change_model()
    found = audit()
    assert any("the index is of another model or chunker" in problem for problem in found)
    repair()
    assert audit() == []
    assert served().recipe.startswith("hashing-32")


def test_a_damaged_index_is_told_once_a_file(site: Page) -> None:
    assert publish("health") is None
    file = next(SnapshotStore("health").directory.rglob("vectors.faiss"))
    file.unlink()
    (problem,) = audit()
    assert problem.startswith("health: ")
    assert "vectors.faiss" in problem
