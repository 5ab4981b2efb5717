from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chatbots import retrieval, serving
from chatbots.bots import GUIDE, HEALTH, Bot
from chatbots.embedders import reset_embedder
from chatbots.embedders.hashing import HashingEmbedder
from chatbots.exceptions import ModelMissing, SnapshotError
from chatbots.indexing import freshness
from chatbots.models import Chunk, IndexState
from chatbots.retrieval import Hit, retrieve
from chatbots.serving import current_snapshot
from content.models import Page
from tests.chatbots.pages import COUGH, index, make_hours, make_page

pytestmark = pytest.mark.django_db

NOW = timezone.now()
HOUR = timedelta(hours=1)
FEVER = "<h2>Hvad er feber?</h2><p>Feber er over 38 grader.</p><h2>Råd</h2><p>Drik vand, og hold sengen.</p>"


def hits(question: str, bot: Bot = HEALTH, language: str = "da", hint: str | None = "da") -> tuple[Hit, ...]:
    return retrieve(bot, question, language=hint).hits(language)


def slugs(question: str, bot: Bot = HEALTH, language: str = "da") -> list[str]:
    return list(dict.fromkeys(hit.page.slug for hit in hits(question, bot, language)))


@pytest.fixture
def site() -> Page:
    make_hours()
    make_page("feber", body=FEVER)
    make_page("eksem", body="<h2>Creme</h2><p>Smør huden med en fed creme.</p>")
    page = make_page()
    index()
    return page


# ── What is found ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("question", "slug", "text"),
    [
        ("hvornår skal jeg ringe til lægen med hoste", "hoste", "Ring til lægen, hvis du har hostet i tre uger."),
        ("hvor mange grader er feber", "feber", "Feber er over 38 grader."),
        ("hvilken creme er god til huden", "eksem", "Smør huden med en fed creme."),
    ],
)
def test_the_best_passage_of_the_best_page_comes_first(site: Page, question: str, slug: str, text: str) -> None:
    best = hits(question)[0]
    assert (best.page.slug, best.chunk.text) == (slug, text)
    assert set(best.signals) == {"passage", "question", "statement", "stems", "grams"}
    assert len(best.statement_scores) == len(best.statements)


def test_each_page_is_named_once_before_its_other_passages(site: Page) -> None:
    found = hits("feber og hoste")
    pages = [hit.page.pk for hit in found]
    first = pages[: len(set(pages))]
    assert len(set(first)) == len(first)
    assert len({hit.chunk.pk for hit in found}) == len(found)
    scores = [hit.page_score for hit in found[: len(first)]]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("question", ["faar jeg feber af hoste", "hvad er feeber", "naar er det febber"])
def test_a_question_typed_badly_finds_its_page(site: Page, question: str) -> None:
    assert slugs(question)[0] == "feber"


def test_an_attached_question_leads_to_its_page() -> None:
    make_page(
        "kol",
        title="KOL",
        body="<h2>Tegn</h2><p>Du bliver forpustet.</p>",
        questions=["rallen i brystkassen om natten"],
    )
    make_page("feber", body=FEVER)
    index()
    best = hits("rallen i brystkassen")[0]
    assert best.page.slug == "kol"
    assert best.signals["question"] > 0


def test_english_questions_find_english_pages_first(site: Page) -> None:
    make_page("cough", title="Cough", language="en", body="<h2>Advice</h2><p>Warm tea with honey soothes a cough.</p>")
    make_page("fever", title="Fever", language="en", body="<h2>Advice</h2><p>Drink water and stay in bed.</p>")
    index()
    found = retrieve(HEALTH, "What should I do about my cough?")
    assert found.query.language == "en"
    assert found.hits("en")[0].page.slug == "cough"
    assert {hit.chunk.language for hit in found.hits("en")} == {"en"}
    assert {hit.chunk.language for hit in found.hits("da")} == {"da"}


def test_a_language_without_pages_has_no_hits(site: Page) -> None:
    assert hits("What about a cough?", language="en") == ()


@pytest.mark.parametrize("question", ["", "?", "🙂", "og", "x" * 1000, "æ" * 3, "1 2 3", "\n"])
def test_whatever_is_asked_is_searched_without_harm(site: Page, question: str) -> None:
    assert isinstance(hits(question), tuple)


# ── Whose pages ─────────────────────────────────────────────────────────────────────────────────


def test_the_health_bot_never_finds_site_pages(site: Page) -> None:
    for question in ("hvornår har sundhedscentret åbent", "lørdag og søndag lukket", "åbningstider"):
        assert {hit.page.kind for hit in hits(question)} == {"health"}


def test_the_guide_finds_site_pages_and_of_articles_title_and_summary_alone(site: Page) -> None:
    assert slugs("hvornår har sundhedscentret åbent", GUIDE)[0] == "aabningstider"
    found = hits("varm te med honning lindrer hosten", GUIDE)
    article = [hit for hit in found if hit.page.kind == "health"]
    assert article
    assert all(hit.chunk.text == hit.page.summary for hit in article)


def test_a_row_of_the_wrong_bot_in_an_index_is_not_shown(site: Page) -> None:
    assert "hoste" in slugs("hoste")
    Chunk.objects.filter(page=site, bot="health").update(bot="guide")
    assert "hoste" not in slugs("hoste")


# ── The check against the database ──────────────────────────────────────────────────────────────


def unpublished(page: Page) -> None:
    Page.objects.filter(pk=page.pk).update(status="draft")


def archived(page: Page) -> None:
    page.status = "archived"
    page.save()


def deleted(page: Page) -> None:
    page.delete()


def deleted_in_bulk(page: Page) -> None:
    Page.objects.filter(pk=page.pk).delete()


def expired(page: Page) -> None:
    Page.objects.filter(pk=page.pk).update(expire_at=NOW - HOUR)


def put_off(page: Page) -> None:
    Page.objects.filter(pk=page.pk).update(publish_at=NOW + HOUR)


def made_a_site_page(page: Page) -> None:
    Page.objects.filter(pk=page.pk).update(kind="page")


@pytest.mark.parametrize(
    "change",
    [unpublished, archived, deleted, deleted_in_bulk, expired, put_off, made_a_site_page],
    ids=lambda f: f.__name__,
)
@pytest.mark.parametrize("bot", [HEALTH, GUIDE])
def test_a_page_that_is_gone_is_gone_from_the_very_next_answer(
    site: Page, change: Callable[[Page], None], bot: Bot
) -> None:
    assert "hoste" in slugs("om hoste", bot)
    change(site)
    found = hits("om hoste", bot)
    if change is made_a_site_page and bot is GUIDE:
        assert all(hit.chunk.text == site.summary for hit in found if hit.page.slug == "hoste")
    else:
        assert all(hit.page.slug != "hoste" for hit in found)
    assert found  # the others are still there


def test_an_expired_page_is_gone_without_anything_being_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    make_page(expire_at=NOW + HOUR)
    make_page("feber", body=FEVER)
    index()
    assert "hoste" in slugs("hoste")
    monkeypatch.setattr(timezone, "now", lambda: NOW + 2 * HOUR)
    assert "hoste" not in slugs("hoste")


@pytest.mark.parametrize("how", ["save", "update"])
def test_an_edited_passage_is_not_cited_before_it_is_indexed_and_the_others_are(site: Page, how: str) -> None:
    body = Page.objects.get(pk=site.pk).body.replace("tre uger", "fire uger")
    if how == "save":
        site.body = body
        site.save()
    else:
        Page.objects.filter(pk=site.pk).update(body=body)
    texts = [hit.chunk.text for hit in hits("ringe til lægen når jeg har hostet i uger") if hit.page.slug == "hoste"]
    assert not [text for text in texts if "tre uger" in text]
    assert "Varm te med honning lindrer hosten." in texts
    index()
    assert "fire uger" in hits("ringe til lægen når jeg har hostet i uger")[0].chunk.text


def test_a_new_title_takes_effect_at_once(site: Page) -> None:
    assert "hoste" in slugs("hoste")
    Page.objects.filter(pk=site.pk).update(title="Noget helt andet")
    assert "hoste" not in slugs("hoste")


def test_without_a_model_nothing_of_an_edited_page_is_shown_and_the_others_are(
    site: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*args: object, **kwargs: object) -> None:
        raise ModelMissing("no model here")

    for name in ("embed", "count_tokens"):
        monkeypatch.setattr(HashingEmbedder, name, missing)
    monkeypatch.setattr(HashingEmbedder, "model_id", property(missing))
    found = retrieve(HEALTH, "hvor mange grader er feber")
    assert found.query.vector is None
    assert found.hits("da")[0].chunk.text == "Feber er over 38 grader."
    Page.objects.filter(pk=site.pk).update(body="<p>Andet om feber.</p>")
    assert slugs("hvor mange grader er feber og hoste")[0] == "feber"
    assert "hoste" not in slugs("hvor mange grader er feber og hoste")


def test_rows_replaced_while_the_check_runs_are_not_shown(site: Page) -> None:
    old, question = "Ring til lægen, hvis du har hostet i tre uger.", "ringe til lægen hostet i tre uger"
    with CaptureQueriesContext(connection) as queries:
        assert hits(question)[0].chunk.text == old
    for moment in range(len(queries)):
        Page.objects.filter(pk=site.pk).update(body=COUGH)
        index()
        found = retrieve(HEALTH, question)
        left = iter(range(moment, -1, -1))

        def index_before(execute: Callable[..., object], *query: object, left: Iterator[int] = left) -> object:
            if next(left, None) == 0:
                Page.objects.filter(pk=site.pk).update(body=COUGH.replace("tre uger", "fire uger"))
                index()
            return execute(*query)

        with connection.execute_wrapper(index_before):
            texts = [hit.chunk.text for hit in found.hits("da")]
        assert texts
        assert old not in texts, f"indexed before query {moment}"
        assert Chunk.objects.filter(text__contains="fire uger").exists()


# ── What a process serves from ──────────────────────────────────────────────────────────────────


def test_a_new_generation_is_served_without_a_restart(site: Page) -> None:
    before = current_snapshot("health").generation
    make_page("kol", body="<h2>Tegn</h2><p>Du bliver forpustet på trapper.</p>")
    index()
    assert current_snapshot("health").generation > before
    assert slugs("forpustet på trapper")[0] == "kol"


def test_a_bot_that_knows_nothing_says_so() -> None:
    with pytest.raises(SnapshotError):
        retrieve(HEALTH, "hoste")


def test_warming_up_opens_every_index_and_embeds_once(site: Page, embedded: list[tuple[str, str]]) -> None:
    embedded.clear()
    serving.warm_up()
    assert {role for role, _ in embedded} == {"query"}


def test_warming_up_without_an_index_says_so() -> None:
    with pytest.raises(SnapshotError):
        serving.warm_up()


def test_a_model_that_is_gone_leaves_the_words(
    site: Page, change_model: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    change_model()
    assert retrieve(HEALTH, "feber").query.vector is not None  # with the former one
    monkeypatch.setattr(HashingEmbedder, "model_id", property(lambda self: f"renamed-{self.dimension}"))
    reset_embedder()
    found = retrieve(HEALTH, "hvor mange grader er feber")
    assert found.query.vector is None
    assert found.hits("da")[0].page.slug == "feber"


def test_weights_can_be_given_to_measure_one_signal_alone(site: Page) -> None:
    found = retrieve(HEALTH, "hvor mange grader er feber", weights={"passage": 1.0}).hits("da")
    assert found
    for hit in found:
        assert hit.score == pytest.approx(hit.signals["passage"])


def test_fitted_weights_name_signals_that_there_are() -> None:
    for crosslingual in (False, True):
        weights = retrieval.fusion_weights(crosslingual=crosslingual)
        assert set(weights) <= {"passage", "question", "statement", "stems", "grams"}
        assert all(np.isfinite(weight) for weight in weights.values())


@pytest.mark.django_db(transaction=True)
def test_threads_share_one_index(site: Page) -> None:
    found, errors = [], []

    def ask() -> None:
        try:
            found.append(hits("hvor mange grader er feber")[0].page.slug)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert found == ["feber"] * 6


def test_a_page_that_is_behind_for_another_reason_is_still_shown(site: Page) -> None:
    IndexState.objects.filter(page=site).update(indexed="")
    assert "hoste" in slugs("varm te mod hoste")
    assert freshness.behind() != []
