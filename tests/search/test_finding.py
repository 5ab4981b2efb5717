from __future__ import annotations

import io
import shutil

import pytest
from django.conf import LazySettings
from django.core.management import call_command

from chatbots.search import finding
from chatbots.search.finding import find
from content.models import Page
from tests.content.view_pages import make_page

SlugsOf = list[str]


def slugs(words: str, language: str = "da") -> SlugsOf:
    return [found.page.slug for found in find(words, language).pages]


def test_articles_and_site_pages_stand_in_one_list_best_first(indexed: dict[str, Page]) -> None:
    found = slugs("skoldkopper")

    assert found[0] == "skoldkopper"
    assert "sundhedsplejen" in found
    assert "hoste" not in found


def test_a_page_is_shown_once_with_its_best_passage_and_the_way_to_it(indexed: dict[str, Page]) -> None:
    best = find("klip neglene mod skoldkopper", "da").pages[0]

    assert best.url == "/sundhed/skoldkopper/#lindring"
    assert best.heading == "Lindring"
    assert "".join(piece.text for piece in best.excerpt).startswith("Klip neglene korte")
    assert "neglene" in {word for piece in best.excerpt if piece.is_match for word in piece.text.split()}
    assert slugs("klip neglene mod skoldkopper").count("skoldkopper") == 1


def test_a_misspelt_word_is_put_right_and_that_is_said(indexed: dict[str, Page]) -> None:
    findings = find("skoldkoper", "da")

    assert findings.corrected == "skoldkopper"
    assert findings.pages[0].page.slug == "skoldkopper"


def test_letters_without_a_meaning_find_nothing(indexed: dict[str, Page]) -> None:
    assert slugs("qwrtz xcvbn") == []


@pytest.mark.parametrize(
    ("words", "is_named"),
    [
        ("skoldkopper", True),
        ("skoldkoper", True),  # as it was put right
        ("skoldkoppernes", True),  # in another form
        ("chickenpox", True),  # under another name
        ("barnet har sår overalt, det smitter vist", True),  # a question in words of every day
        ("klamydia", False),
        ("fri abort", False),  # a thing goes before the other words
        ("giver lunkne bade abort", False),
        ("iPhone", False),
        ("9 skat", False),  # a number says too little
        ("<script>alert(1)</script>", False),
    ],
)
def test_whether_a_page_names_what_was_searched_for_is_known(
    indexed: dict[str, Page], words: str, is_named: bool
) -> None:
    assert find(words, "da").is_named is is_named


def test_of_pages_that_do_not_name_it_only_a_few_are_kept(
    indexed: dict[str, Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "MEANS_IT", -99.0)
    monkeypatch.setattr(finding, "WORTH", -99.0)
    monkeypatch.setattr(finding, "WORTH_UNSAID", -99.0)
    monkeypatch.setattr(finding, "UNNAMED", 2)

    assert len(find("klamydia", "da").pages) == 2
    assert len(find("skoldkopper", "da").pages) > 2


def test_a_page_that_says_none_of_the_words_must_come_nearer_to_the_best(
    indexed: dict[str, Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "MEANS_IT", -99.0)
    monkeypatch.setattr(finding, "WORTH", -99.0)
    strict = slugs("skoldkopper")
    monkeypatch.setattr(finding, "WORTH_UNSAID", -99.0)

    assert strict == ["skoldkopper", "sundhedsplejen"]
    assert set(slugs("skoldkopper")) > set(strict)


def test_a_part_of_a_longer_word_names_a_thing(indexed: dict[str, Page]) -> None:
    make_page("Slidgigt", "slidgigt", body="<p>Slidgigt slider brusken.</p>")
    call_command("reindex", verbosity=0, stdout=io.StringIO())

    assert find("gigt", "da").is_named


def test_what_is_no_longer_public_is_not_found(indexed: dict[str, Page]) -> None:
    Page.objects.filter(slug="skoldkopper").update(status="draft")

    assert "skoldkopper" not in slugs("skoldkopper")


def test_pages_of_the_other_language_stand_apart(indexed: dict[str, Page]) -> None:
    findings = find("how can I rest when I have a common cold", "da")

    assert "common-cold" in [found.page.slug for found in findings.foreign]
    assert "common-cold" not in [found.page.slug for found in findings.pages]


@pytest.mark.parametrize("words", ["skoldkopper", "SKOLDKOPPER", "skoldkop"])
def test_without_an_index_titles_and_summaries_are_searched(pages: dict[str, Page], words: str) -> None:
    findings = find(words, "da")

    assert findings.is_reduced
    assert [found.page.slug for found in findings.pages] == ["skoldkopper", "sundhedsplejen"]


def test_without_an_index_danish_capitals_are_found(pages: dict[str, Page]) -> None:
    assert slugs("åbningstider") == ["aabningstider"]
    assert slugs("hvad er det") == []


def test_when_one_index_is_lost_the_other_is_searched_as_ever(
    indexed: dict[str, Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = finding.retrieve

    def without_guide(bot: finding.Bot, query: object) -> object:
        if bot.name == "guide":
            raise finding.ChatbotsError("lost")
        return real(bot, query)  # type: ignore[arg-type]

    monkeypatch.setattr(finding, "retrieve", without_guide)
    findings = find("skoldkopper", "da")

    assert findings.is_reduced
    assert {found.page.slug for found in findings.pages} == {"skoldkopper", "sundhedsplejen"}
    assert findings.pages[0].heading or findings.pages[0].excerpt


def test_an_index_whose_files_are_gone_is_made_from_its_rows(indexed: dict[str, Page], settings: LazySettings) -> None:
    shutil.rmtree(settings.CHATBOTS["SNAPSHOT_DIR"])

    assert slugs("skoldkopper")[0] == "skoldkopper"


# ── Words of the other language ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", ["da", "en"])
def test_english_words_lead_to_the_danish_page(indexed: dict[str, Page], language: str) -> None:
    findings = find("chickenpox", language)
    danish = findings.pages if language == "da" else findings.foreign

    assert danish[0].page.slug == "skoldkopper"
    assert findings.is_named is (language == "da")
    assert not any(found.page.language == "en" for found in (*findings.pages, *findings.foreign))


def test_an_english_page_that_names_it_stands_before_danish_ones(indexed: dict[str, Page]) -> None:
    make_page("Forkølelse", "forkoelelse", summary="En forkølelse går over.", body="<p>Hvil dig.</p>")
    call_command("reindex", verbosity=0, stdout=io.StringIO())
    findings = find("common cold", "en")

    assert findings.is_named
    assert findings.pages[0].page.slug == "common-cold"
    assert "forkoelelse" in [found.page.slug for found in findings.foreign]


def test_of_a_few_words_pages_that_say_them_come_first(
    indexed: dict[str, Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "UNSAID", 0.0)
    monkeypatch.setattr(finding, "MEANS_IT", -99.0)
    monkeypatch.setattr(finding, "WORTH_UNSAID", -99.0)
    said = [found.is_said for found in find("skoldkopper", "da").pages]

    assert set(said) == {True, False}
    assert said == sorted(said, reverse=True)
