from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from chatbots.bots import GUIDE, HEALTH, Bot
from chatbots.embedders.hashing import HashingEmbedder
from chatbots.indexing.chunking import Section
from chatbots.indexing.documents import NOTHING, bots_for, document_for, wanted_digest
from content.models import Page

NOW = timezone.now()
HOUR = timedelta(hours=1)


def page(**fields: object) -> Page:
    defaults = {
        "kind": "health",
        "title": "Hoste",
        "summary": "Om hoste.",
        "body": "<p>Drik te.</p>",
        "status": "published",
    }
    return Page(slug="hoste", **(defaults | fields))


def sections(bot: Bot, **fields: object) -> list[Section]:
    embedder = HashingEmbedder()
    return list(document_for(page(**fields), bot).sections(embedder.count_tokens, embedder.max_tokens))


def test_both_bots_know_articles_and_only_the_guide_knows_site_pages() -> None:
    assert set(bots_for("health")) == {GUIDE, HEALTH}
    assert set(bots_for("page")) == {GUIDE}


def test_the_health_bot_knows_the_whole_article_and_the_guide_its_title_and_summary() -> None:
    assert sections(HEALTH) == [Section((), "", "Om hoste.\nDrik te.")]
    assert sections(GUIDE) == [Section((), "", "Om hoste.")]
    assert sections(GUIDE, kind="page") == [Section((), "", "Om hoste.\nDrik te.")]


def test_a_page_that_says_nothing_yet_is_known_by_its_title() -> None:
    assert sections(HEALTH, summary=" ", body="") == [Section((), "", "")]


def test_a_page_longer_than_the_model_reads_is_several_sections() -> None:
    body = "<p>" + "Et langt afsnit om hoste. " * 60 + "</p>"
    assert len(sections(HEALTH, body=body)) > 1


def test_questions_are_tidied() -> None:
    assert document_for(page(questions=["  hvor \n længe ", ""]), HEALTH).questions == ("hvor", "længe")


@pytest.mark.parametrize("bot", [GUIDE, HEALTH])
@pytest.mark.parametrize(
    "fields",
    [
        {"status": "draft"},
        {"status": "archived"},
        {"publish_at": NOW + HOUR},
        {"expire_at": NOW - HOUR},
        {"expire_at": NOW},
    ],
)
def test_no_bot_should_know_a_page_that_is_not_public(bot: Bot, fields: dict[str, object]) -> None:
    assert wanted_digest(page(**fields), bot, NOW) == NOTHING


@pytest.mark.parametrize("fields", [{"publish_at": NOW}, {"publish_at": NOW - HOUR, "expire_at": NOW + HOUR}])
def test_a_page_within_its_time_is_wanted(fields: dict[str, object]) -> None:
    assert wanted_digest(page(**fields), HEALTH, NOW) == wanted_digest(page(), HEALTH, NOW) != NOTHING


def test_the_health_bot_should_know_nothing_of_a_site_page() -> None:
    assert wanted_digest(page(kind="page"), HEALTH, NOW) == NOTHING


@pytest.mark.parametrize(
    "fields",
    [{"title": "Hosten"}, {"summary": "Ny."}, {"questions": ["hvorfor"]}, {"language": "en"}],
)
def test_what_either_bot_knows_of_changes_what_is_wanted(fields: dict[str, object]) -> None:
    for bot in (GUIDE, HEALTH):
        assert wanted_digest(page(**fields), bot, NOW) != wanted_digest(page(), bot, NOW)


def test_the_body_of_an_article_is_no_concern_of_the_guide() -> None:
    changed = page(body="<p>Andet.</p>")
    assert wanted_digest(changed, GUIDE, NOW) == wanted_digest(page(), GUIDE, NOW)
    assert wanted_digest(changed, HEALTH, NOW) != wanted_digest(page(), HEALTH, NOW)


@pytest.mark.parametrize("fields", [{"order": 7}, {"reviewed_by": "Læge A"}, {"sources": [{"title": "x", "url": "y"}]}])
def test_what_is_not_searched_changes_nothing(fields: dict[str, object]) -> None:
    assert wanted_digest(page(**fields), HEALTH, NOW) == wanted_digest(page(), HEALTH, NOW)
