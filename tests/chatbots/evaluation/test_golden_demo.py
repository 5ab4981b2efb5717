"""The golden questions of the demo site hold together, with each other and with the pages they are about."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from chatbots.bots import BOTS
from chatbots.evaluation.golden import GoldenQuestion, read_golden
from content.models import PATH_PREFIXES

ROOT = Path(__file__).parents[3]
HALVES = ("demo.yaml", "demo-heldout.yaml")
ENGLISH = ("english.yaml", "english-heldout.yaml")
FOR_THE_GUIDE = ("guide.yaml", "guide-heldout.yaml")
FILES = HALVES + ENGLISH + FOR_THE_GUIDE
KINDS = {
    "fact",
    "paraphrase",
    "typo",
    "long",
    "crosslingual",
    "way",
    "unanswerable",
    "follow-up",
    "handover",
    "dosage",
    "emergency",
    "injection",
}
#: They measure something other than search.
BEYOND_SEARCH = {"unanswerable", "follow-up", "handover", "dosage", "emergency", "injection"}


def pages() -> dict[str, list[Path]]:
    """Give the Markdown files of each slug; a few slugs are the same in both languages."""
    files: dict[str, list[Path]] = {}
    for path in sorted((ROOT / "content" / "demo").rglob("*.md")):
        files.setdefault(path.stem, []).append(path)
    return files


def kind_of(path: Path) -> str:
    return "health" if path.parent.name == "health" else "page"


def path_of(path: Path) -> str:
    """Give the address of a page of the demo site."""
    return f"{PATH_PREFIXES[path.parents[1].name, kind_of(path)]}{path.stem}/"


PAGES = pages()
PATHS = {path_of(path) for paths in PAGES.values() for path in paths}
QUESTIONS = {name: read_golden(ROOT / "golden" / name) for name in FILES}
EACH = [question for questions in QUESTIONS.values() for question in questions]


def known_to(bot: str, slug: str) -> bool:
    """Say whether a bot may answer from the page: from its text, or from its title and summary."""
    kind = kind_of(PAGES[slug][0])
    return kind in BOTS[bot].full_kinds | BOTS[bot].title_kinds


@pytest.mark.parametrize("name", HALVES)
def test_each_half_has_questions_of_every_kind(name: str) -> None:
    assert {question.kind for question in QUESTIONS[name]} == KINDS


@pytest.mark.parametrize("name", ENGLISH)
def test_the_english_halves_ask_for_danish_pages_for_english_ones_and_for_what_no_page_says(name: str) -> None:
    assert {question.kind for question in QUESTIONS[name]} == {"crosslingual", "fact", "unanswerable"}
    assert {question.language for question in QUESTIONS[name]} == {"en"}
    for question in QUESTIONS[name]:
        languages = {path.parents[1].name for slug in question.pages for path in PAGES[slug]}
        assert {"crosslingual": "da", "fact": "en"}.get(question.kind) in {None, *languages}, question.id


def test_an_id_stands_once_in_all_files_together() -> None:
    ids = [question.id for question in EACH]
    assert len(ids) == len(set(ids))


def test_a_question_with_the_same_turns_is_asked_once_of_a_bot() -> None:
    asked = [(q.bot, q.question.casefold(), q.turns, q.page) for q in EACH]
    assert len(asked) == len(set(asked))


def test_every_page_that_should_answer_is_there() -> None:
    assert {slug for question in EACH for slug in question.pages} <= set(PAGES)


def words_of(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold()))


def attached_to(slug: str) -> list[str]:
    """Give the questions that the pages of a slug say they answer."""
    fronts = [yaml.safe_load(path.read_text(encoding="utf-8").split("\n---\n")[0]) for path in PAGES[slug]]
    return [attached for front in fronts for attached in front.get("questions") or ()]


@pytest.mark.parametrize("name", FILES)
def test_no_question_of_search_is_one_that_its_page_lists_in_other_words(name: str) -> None:
    searching = [q for q in QUESTIONS[name] if q.kind not in BEYOND_SEARCH]
    attached = {slug: list(map(words_of, attached_to(slug))) for q in searching for slug in q.pages}
    assert any(attached.values())
    for question in searching:
        asked = words_of(question.question)
        shared = [len(asked & listed) / len(asked) for slug in question.pages for listed in attached[slug]]
        assert max(shared, default=0.0) <= 0.5, question.id


@pytest.mark.parametrize("question", EACH, ids=lambda question: question.id)
def test_a_question_is_well_formed(question: GoldenQuestion) -> None:
    assert question.language in {"da", "en"}
    assert question.question.strip() == question.question != ""
    assert bool(question.pages) == (question.answerable or question.handover != "")
    if question.page:
        assert question.page in PATHS
    if question.handover and not question.both:
        assert question.status == "handover"
        assert not question.answerable
        assert any(known_to(question.handover, slug) for slug in question.pages)
    elif question.both:
        kinds = {kind_of(PAGES[slug][0]) for slug in question.pages}
        assert kinds == {"health", "page"}
    else:
        assert all(known_to(question.bot, slug) for slug in question.pages)
    if question.kind == "emergency":
        assert question.accepted == ("emergency",)
    if question.kind == "dosage":
        assert question.caution
    if question.kind == "injection":
        assert question.never


@pytest.mark.parametrize("question", [q for q in EACH if q.contains], ids=lambda question: question.id)
def test_what_an_answer_must_hold_stands_on_a_page(question: GoldenQuestion) -> None:
    texts = [path.read_text(encoding="utf-8") for slug in question.pages for path in PAGES[slug]]
    for expected in question.contains:
        assert any(expected in text for text in texts), expected
