"""English questions are put into Danish words, and Danish pages answer them."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import Mock

import pytest

from chatbots import query, retrieval
from chatbots.answering import Question
from chatbots.answering.contextualise import _as_said_on
from chatbots.answering.judge import assess
from chatbots.answering.pipeline import as_json, run
from chatbots.bots import GUIDE, HEALTH
from chatbots.conversation_models import Turn
from chatbots.embedders import Embedder
from chatbots.exchange import earlier
from chatbots.glossary import GLOSSARY_FILE, glossary, in_danish_words
from chatbots.lexical import is_stop_word, words
from chatbots.retrieval import Retrieval, retrieve
from content.models import Page
from tests.chatbots.pages import index, make_page


@pytest.mark.parametrize(
    ("english", "danish"),
    [
        ("how long should I rest a sprained ankle", {"hvor", "længe", "hvile", "forstuvet", "ankel"}),
        ("The bites of my child's dog", {"barn", "bid"}),
        ("Where is the out-of-hours doctor?", {"lægevagt"}),
        ("is it contageous", {"smitsom"}),
        ("athlete’s foot", {"fodsvamp"}),
        ("opening hours on Ascension Day", {"åbningstider", "kristi", "himmelfartsdag"}),
    ],
)
def test_words_and_phrases_become_danish_in_any_ending_and_misspelt(english: str, danish: set[str]) -> None:
    assert danish <= set(words(in_danish_words(english)))


@pytest.mark.parametrize(
    ("question", "danish"),
    [("", ""), ("?", ""), ("🙂 !", ""), ("zzyzx", "zzyzx"), ("Åvang", "åvang"), ("the of a", ""), ("'", "")],
)
def test_what_is_not_listed_stays_and_what_danish_has_no_word_for_goes(question: str, danish: str) -> None:
    assert in_danish_words(question) == danish


def test_each_entry_is_found_as_it_is_listed() -> None:
    assert {english: in_danish_words(english) for english in glossary()} == glossary()


def test_a_word_with_hyphens_that_is_not_listed_is_taken_apart() -> None:
    assert in_danish_words("3-year-old") == f"3 {in_danish_words('year old')}"


def test_a_danish_title_in_an_english_question_stays() -> None:
    known = set(words("Feber hos børn"))
    assert in_danish_words("Feber hos børn: how long?", known) == f"feber hos børn {in_danish_words('how long')}"


def test_the_longest_phrase_is_taken() -> None:
    assert in_danish_words("pass out") == glossary()["pass out"] != in_danish_words("pass")


def test_every_line_is_an_entry_once_and_in_lower_case() -> None:
    lines = [line for line in GLOSSARY_FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert all(line.count("|") == 1 and line == line.lower() for line in lines)
    english = [line.partition("|")[0].strip() for line in lines]
    assert english == sorted(set(english))
    empty = [word for word, danish in glossary().items() if not danish]
    assert all(is_stop_word(word, "en") for word in empty), empty


# ── Danish pages answer ─────────────────────────────────────────────────────────────────────────


def asked(question: str) -> Retrieval:
    return retrieve(HEALTH, question, language="en")


@pytest.fixture
def site(db: None) -> None:
    """Make Danish pages, and English ones about other things."""
    make_page("forstuvet-ankel", title="Forstuvet ankel", body="<h2>Hvile</h2><p>Hvil anklen i to døgn.</p>")
    make_page("hovedlus", title="Hovedlus", body="<h2>Kæmning</h2><p>Kæm håret hver anden dag i to uger.</p>")
    make_page("fever", title="Fever", language="en", body="<h2>Advice</h2><p>Drink water and stay in bed.</p>")
    index()


def test_a_danish_page_is_found_by_the_words_of_an_english_question(site: None) -> None:
    found = asked("how long do I rest a sprained ankle")
    assert found.hits("da")[0].page.slug == "forstuvet-ankel"
    assert found.query_in("en") is found.query
    assert "forstuvet" in found.query_in("da").repaired
    assert found.query.repaired == "how long do I rest a sprained ankle"


def test_what_the_question_names_is_looked_for_under_its_danish_names_too(site: None) -> None:
    assert "hovedlus" in asked("what about head lice").query_in("da").names


def test_a_danish_question_stays_as_it_is_for_english_pages(site: None) -> None:
    found = retrieve(HEALTH, "hvor længe varer feber", language="da")
    assert found.query_in("en").repaired == found.query.repaired
    assert found.query_in("en").vector is found.query.vector


def test_a_question_is_put_into_danish_once_for_both_bots(site: None, embedded: list[tuple[str, str]]) -> None:
    found = asked("how long do I rest a sprained ankle")
    embedded.clear()
    found.hits("da")
    retrieve(GUIDE, found.query).hits("da")
    assert len(embedded) == 1


def test_a_question_with_another_focus_is_put_into_danish_anew(site: None) -> None:
    query = asked("how long do I rest a sprained ankle").query
    retrieve(HEALTH, query).query_in("da")
    narrowed = replace(query, focus="how long")
    assert retrieve(HEALTH, narrowed).query_in("da").asks == in_danish_words("how long")


def test_without_a_model_words_alone_are_put_into_danish(site: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from chatbots.exceptions import BackendError

    def none_there(*args: object) -> Embedder:
        raise BackendError("no model")

    monkeypatch.setattr(query, "embedder_of", none_there)
    monkeypatch.setattr(retrieval, "embedder_of", none_there)
    found = asked("how long do I rest a sprained ankle")
    assert found.query_in("da").vector is None
    assert found.hits("da")[0].page.slug == "forstuvet-ankel"


@pytest.mark.parametrize("linked", [True, False])
def test_a_page_that_is_there_in_both_languages_is_shown_in_the_questions_own(
    site: None, judge_by_shared_words: None, linked: bool
) -> None:
    danish = make_page("hoste", title="Hoste", body="<h2>Råd</h2><p>Varm te lindrer hoste.</p>")
    make_page(
        "cough",
        title="Cough",
        language="en",
        body="<h2>Advice</h2><p>Hot tea helps against a cough.</p>",
        translation_of=danish if linked else None,
    )
    index()
    judged = assess(asked("does warm tea soothe a cough"))
    assert judged.answers
    assert judged.evidence[0].page.slug == ("cough" if linked else "hoste")


def test_danish_answers_a_danish_question_whatever_an_english_page_says(
    site: None, judge_by_shared_words: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched = Mock(wraps=retrieval.search)
    monkeypatch.setattr(retrieval, "search", searched)
    judged = assess(retrieve(HEALTH, "hvor længe skal anklen hvile", language="da"))
    assert judged.answers and judged.evidence[0].page.slug == "forstuvet-ankel"
    assert [call.args[0].language for call in searched.call_args_list] == ["da"]


@pytest.mark.parametrize("follow_up", ["and how long does it rest?", "and for the elbow?"])
def test_a_follow_up_stays_with_the_danish_page_that_answered(
    site: None, judge_by_shared_words: None, follow_up: str
) -> None:
    page = Page.objects.get(slug="forstuvet-ankel")
    page.body += "<p>Albuen hviler kun kort.</p>"
    page.save()
    index()
    first = run(HEALTH, Question("how do I rest a sprained ankle", language="en", conversation="c"))
    assert first.sources[0].title == "Forstuvet ankel"
    said = earlier(Turn(bot="health", question="how do I rest a sprained ankle", answer=as_json(first)))
    again = run(HEALTH, Question(follow_up, language="en", conversation="c", turns=(said,)))
    assert {source.title for source in again.sources} == {"Forstuvet ankel"}, (again.status, again.asked)


def test_a_follow_ups_words_are_compared_with_a_danish_page_in_danish(site: None) -> None:
    query = asked("and for toddlers?").query
    danish, english = (Page.objects.get(slug=slug) for slug in ("hovedlus", "fever"))
    assert "smabarn" in _as_said_on(danish, ["toddlers"], query)
    assert _as_said_on(english, ["toddlers"], query) == ["toddlers"]
