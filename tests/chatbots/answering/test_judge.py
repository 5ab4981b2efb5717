from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from chatbots.answering import judge
from chatbots.answering.context import Context, Question
from chatbots.answering.features import names_what_no_page_names
from chatbots.bots import HEALTH
from chatbots.retrieval import Retrieval, retrieve
from chatbots.types import Status
from content.models import Page

pytestmark = pytest.mark.django_db

SHIPPED = Path(judge.__file__).with_name("sufficiency.json")


def judged(question: str) -> Context:
    context = Context(HEALTH, Question(question), retrieve(HEALTH, question, language="da"))
    judge.judge(context)
    return context


def found(question: str) -> Retrieval:
    return retrieve(HEALTH, question, language="da")


def test_enough_evidence_is_left_with_how_sure_it_is(site: Page) -> None:
    context = judged("hvad lindrer hosten")
    assert context.status is None
    assert context.evidence[0].page.slug == "hoste"
    assert 0.5 <= context.confidence <= 1


def test_too_little_evidence_ends_the_answer(site: Page) -> None:
    context = judged("hvordan reparerer jeg en punkteret cykel")
    assert context.status == Status.NO_ANSWER
    assert context.evidence == ()
    assert len(context.suggestions) == len({suggestion.url for suggestion in context.suggestions}) > 0


def test_coverage_is_the_share_of_the_questions_words_that_the_page_has(site: Page) -> None:
    retrieval = found("varm te med raketbrændstof")
    hits = retrieval.hits("da")
    features = judge.features(retrieval, hits)
    idf = retrieval.indexes["da"].stems.idf
    warm, tea, missing = idf("varm"), idf("te"), idf("raketbrændstof")
    assert features["page_coverage"] == pytest.approx((warm + tea) / (warm + tea + missing))
    assert features["length"] == pytest.approx(math.log(4))


def test_signals_of_a_question_without_a_subject_are_numbers_too(site: Page) -> None:
    retrieval = found("hvad er det")
    hits = retrieval.hits("da")
    features = judge.features(retrieval, hits)
    assert features["page_coverage"] == 0
    assert all(math.isfinite(value) for value in features.values())


def test_a_named_thing_that_the_page_does_not_name_is_told(site: Page) -> None:
    asked = {question: judge.features(found(question), found(question).hits("da")) for question in (
        "hvad lindrer hosten", "hvad lindrer hosten ved kighoste", "hvad lindrer rosacea")}  # fmt: skip
    assert asked["hvad lindrer hosten"]["named_missing"] == 0
    assert asked["hvad lindrer rosacea"]["named_missing"] == 1
    assert asked["hvad lindrer hosten ved kighoste"]["named_missing"] > 0


def test_a_price_or_a_time_that_is_asked_for_and_would_not_be_quoted_is_told(site: Page) -> None:
    asked = {question: judge.features(found(question), found(question).hits("da")) for question in (
        "hvad lindrer hosten", "hvad koster te med honning")}  # fmt: skip
    assert [(one["form_asked"], one["form_missing"]) for one in asked.values()] == [(0, 0), (1, 1)]


def test_nothing_is_said_about_an_illness_that_the_page_does_not_name(site: Page) -> None:
    assert judged("hvad lindrer hosten").evidence
    assert judged("hvad lindrer rosacea, te med honning").status == Status.NO_ANSWER


def test_nothing_is_said_when_a_short_question_names_what_stands_on_no_page(site: Page) -> None:
    assert judged("hvad lindrer hosten, er te godt").evidence
    assert judged("hvad lindrer hosten, er akupunktur godt").status == Status.NO_ANSWER


def test_what_a_story_names_by_the_way_need_not_stand_on_a_page(site: Page) -> None:
    story = "vi var til begravelse i mandags, og nu kan jeg hverken sove eller synge, så hvad lindrer hosten om natten"
    assert not names_what_no_page_names(found(story))
    assert names_what_no_page_names(found("hvad lindrer hosten efter en begravelse"))


def test_the_margin_is_to_the_pages_that_follow(site: Page) -> None:
    retrieval = found("hvad lindrer hosten")
    hits = retrieval.hits("da")
    pages = list({hit.page.pk: hit.page_score for hit in hits}.values())
    expected = pages[0] - sum(pages[1:]) / len(pages[1:])
    assert judge.features(retrieval, hits)["margin"] == pytest.approx(expected)


def test_confidence_is_the_logistic_of_the_weighted_signals(site: Page) -> None:
    retrieval = found("hvad lindrer hosten")
    hits = retrieval.hits("da")
    signals = judge.features(retrieval, hits)
    fitted = {"intercept": 0.5, "weights": {"margin": 2.0}, "means": {"margin": 1.0}, "deviations": {"margin": 4.0}}
    expected = 1 / (1 + math.exp(-(0.5 + 2 * (signals["margin"] - 1) / 4)))
    assert judge.confidence_in(signals, fitted) == pytest.approx(expected)


@pytest.mark.parametrize("intercept", [-1e9, 1e9])
def test_confidence_never_overflows(site: Page, intercept: float) -> None:
    retrieval = found("hvad lindrer hosten")
    fitted = {"intercept": intercept, "weights": {}, "means": {}, "deviations": {}}
    assert 0 < judge.confidence_in(judge.features(retrieval, retrieval.hits("da")), fitted) <= 1


def test_the_judge_that_ships_weighs_signals_that_there_are(site: Page) -> None:
    retrieval = found("hvad lindrer hosten")
    signals = judge.features(retrieval, retrieval.hits("da"))
    for fitted in json.loads(SHIPPED.read_text()).values():
        if not isinstance(fitted, dict):
            continue
        assert fitted["weights"].keys() == fitted["means"].keys() == fitted["deviations"].keys() <= signals.keys()
        assert all(deviation > 0 for deviation in fitted["deviations"].values())
        assert all(0 < threshold < 1 for threshold in fitted["thresholds"].values())
