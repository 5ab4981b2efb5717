"""What is read is weighed on utterances and on questions that pages list; only the former set thresholds."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatbots.embedders import Embedder
from chatbots.safety.fitting_reading import ATTACHED_WEIGHT, STORY_WEIGHT, _rows, fit_reading
from chatbots.safety.knowledge import Knowledge, shipped_knowledge
from chatbots.safety.measuring import harmless_questions, worried_questions
from chatbots.safety.thresholds import TOLD
from chatbots.safety.triage import Outcome
from chatbots.safety.utterances import Utterance, read_utterances

GOLDEN = Path(__file__).resolve().parents[3] / "golden"

pytestmark = [pytest.mark.django_db, pytest.mark.model]


@pytest.fixture(scope="module")
def utterances() -> list[Utterance]:
    """Return a few short utterances of each outcome."""
    said = [one for one in read_utterances(GOLDEN / "triage.yaml") if len(one.text.split()) < 15]
    return [one for outcome in Outcome for one in [one for one in said if one.outcome is outcome][:20]]


@pytest.fixture
def known(real_embedder: Embedder) -> Knowledge:
    return shipped_knowledge(real_embedder)


def test_each_text_has_the_say_that_its_kind_has() -> None:
    story = "Vi var på ferie, og børnene badede. " * 5
    urgent = Utterance("e1", "Han er bevidstløs", "da", "unconscious", Outcome.EMERGENCY)
    worried = Utterance("b1", "Hvornår er feber farlig?", "da", "general", Outcome.BESIDE)
    listed = {"Hvad er feber?": Outcome.NONE, "Hun ånder ikke": Outcome.EMERGENCY}
    rows = {row.text: row for row in _rows([urgent], [worried], [story], listed)}
    assert [text for text, row in rows.items() if row.urgent and not row.group] == [urgent.text, "Hun ånder ikke"]
    assert rows[worried.text].deserves_card and not rows[worried.text].urgent
    told = [row for row in rows.values() if row.group]
    assert [(row.group, row.outcome, row.counts, row.urgent) for row in told] == [
        (urgent.text, TOLD, STORY_WEIGHT, True)
    ]
    assert {row.text for row in rows.values() if not row.measured} == {worried.text, *listed}
    assert {row.text for row in rows.values() if not row.decides} == set(listed)
    assert {text: rows[text].counts for text in listed} == {"Hvad er feber?": ATTACHED_WEIGHT, "Hun ånder ikke": 1.0}


def test_what_pages_list_has_a_say_in_the_weights_and_none_in_what_is_read(
    utterances: list[Utterance], known: Knowledge, real_embedder: Embedder
) -> None:
    ordinary = harmless_questions(GOLDEN / "demo.yaml")[:20]
    listed = {f"Hvad koster det at låne en cykel i {number} timer?": Outcome.NONE for number in range(20)}
    urgent = dict.fromkeys(listed, Outcome.EMERGENCY)
    calm = fit_reading(utterances, [], ordinary, listed, known, real_embedder)
    alarmed = fit_reading(utterances, [], ordinary, urgent, known, real_embedder)
    assert calm["glance"] == alarmed["glance"]
    assert calm["ordinary_read"] == alarmed["ordinary_read"]
    assert calm["emergency"]["weights"] != alarmed["emergency"]["weights"]
    assert calm["card"]["weights"] != alarmed["card"]["weights"]
    assert f"{len(utterances)} utterances, {len(ordinary)} ordinary questions and 20 that" in calm["fitted_on"]


def test_questions_that_are_examples_too_are_left_out(
    utterances: list[Utterance], known: Knowledge, real_embedder: Embedder
) -> None:
    example = known.likeness.examples[0].text
    fitted = fit_reading(utterances, [], [example], {example: Outcome.NONE}, known, real_embedder)
    assert "0 ordinary questions and 0 that" in fitted["fitted_on"]


def test_worried_questions_are_harmless_ones_whose_answer_deserves_a_card() -> None:
    worried = worried_questions(GOLDEN / "demo.yaml")
    assert {one.outcome for one in worried} == {Outcome.BESIDE}
    assert {one.text for one in worried} < set(harmless_questions(GOLDEN / "demo.yaml"))
    assert worried_questions(GOLDEN / "lay-questions" / "site.jsonl") == []
