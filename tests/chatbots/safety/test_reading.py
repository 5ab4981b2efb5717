"""A message is read as a whole where that is worth it, and what is read in it decides with the rest."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from chatbots import safety_admin
from chatbots.embedders import Embedder
from chatbots.embedders.adapter import Adapter
from chatbots.exceptions import BackendError
from chatbots.safety import knowledge, reading, teaching, weights
from chatbots.safety.attached import attached_questions
from chatbots.safety.clauses import parts
from chatbots.safety.knowledge import Knowledge
from chatbots.safety.measuring import figures, try_utterances
from chatbots.safety.reading import ADAPTER_FILE, Reader, reader_of
from chatbots.safety.triage import Outcome, assess
from chatbots.safety.utterances import Utterance, UtteranceError, read_utterances
from chatbots.safety.weights import FittedReading, Scale

GOLDEN = Path(__file__).resolve().parents[3] / "golden"
OUTCOMES = tuple(map(str, Outcome))
#: The reading alone decides.
BY_READING = FittedReading(Scale(0.0, {"read_emergency": 1.0}, 0.5), Scale(0.0, {"read_beside": 1.0}, 0.5), 0.2)

LONG = (
    "Vi skal flytte i næste uge, og jeg pakker kasser hele dagen. Min søster kommer og maler, og naboen vander "
    "blomster. Min onkel {what}. Hvor mange kasser skal man regne med til to værelser og et køkken?"
)

pytestmark = pytest.mark.django_db


class Told:
    """A classifier that is always sure of the same, and keeps what it was asked."""

    def __init__(self, outcome: Outcome) -> None:
        self.asked: list[str] = []
        self._shares = np.log([0.95 if one == outcome else 0.025 for one in OUTCOMES])

    def __call__(self, text: str) -> Mapping[str, np.ndarray]:
        self.asked.append(text)
        return {"outcome": self._shares}


Reads = Callable[[Callable[[str], Mapping[str, np.ndarray]]], Knowledge]


@pytest.fixture
def reads() -> Reads:
    """Return a function that gives triage's knowledge, by words alone, with a reader that has this classifier."""
    knowledge.forget()
    known = knowledge.current()
    return lambda classify: replace(known, reader=Reader(classify, OUTCOMES, BY_READING))


@pytest.mark.parametrize("outcome", [Outcome.EMERGENCY, Outcome.BESIDE])
def test_what_is_read_in_a_long_message_decides(reads: Reads, outcome: Outcome) -> None:
    verdict = assess(LONG.format(what="er her også"), knowledge=reads(Told(outcome)))
    assert verdict.outcome is outcome
    assert verdict.judgements == (verdict.decisive,)
    assert verdict.scales is BY_READING


def test_a_short_message_without_anything_grave_is_not_read(reads: Reads) -> None:
    classify = Told(Outcome.EMERGENCY)
    assert assess("Hvornår har I åbent?", knowledge=reads(classify)).outcome is Outcome.NONE
    assert classify.asked == []


def test_a_short_message_that_sounds_grave_is_read(reads: Reads) -> None:
    classify = Told(Outcome.NONE)
    assert (
        assess("min kone er svimmel og har ondt i hovedet", knowledge=reads(classify)).outcome is not Outcome.EMERGENCY
    )
    assert classify.asked == ["min kone er svimmel og har ondt i hovedet"]


def test_a_rule_that_decides_alone_waits_for_nobody(reads: Reads) -> None:
    classify = Told(Outcome.NONE)
    assert assess("jeg vil ikke leve mere", knowledge=reads(classify)).outcome is Outcome.EMERGENCY
    assert classify.asked == []


def test_in_a_long_message_such_a_rule_puts_the_card_beside_at_least(reads: Reads) -> None:
    message = LONG.format(what="trækker ikke vejret")
    assert any(hit.rule.strict and hit.counts for hit in knowledge.current().book.hits(message))
    assert assess(message, knowledge=reads(Told(Outcome.NONE))).outcome is Outcome.BESIDE
    assert assess(message, knowledge=reads(Told(Outcome.EMERGENCY))).outcome is Outcome.EMERGENCY


def test_when_it_cannot_be_read_its_parts_are_judged(reads: Reads) -> None:
    def broken(text: str) -> Mapping[str, np.ndarray]:
        raise BackendError("gone")

    verdict = assess(LONG.format(what="trækker ikke vejret"), knowledge=reads(broken))
    assert verdict.outcome is Outcome.EMERGENCY
    assert "trækker ikke vejret" in verdict.decisive.text
    assert len(verdict.judgements) > 1


def test_an_editor_is_told_that_a_message_was_read(reads: Reads, monkeypatch: pytest.MonkeyPatch) -> None:
    known = reads(Told(Outcome.EMERGENCY))
    monkeypatch.setattr(safety_admin, "assess", lambda text: assess(text, knowledge=known))
    assert safety_admin.Tried(LONG.format(what="er her også")).read
    assert not safety_admin.Tried("Hvornår har I åbent?").read


def test_without_a_file_or_with_another_model_triage_does_without(
    real_embedder: Embedder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(reading, "ADAPTER_FILE", tmp_path / "gone.npz")
    assert reader_of(real_embedder) is None
    assert "cannot be read" in caplog.text
    replace(Adapter.load(ADAPTER_FILE), model="another").save(tmp_path / "other.npz")
    monkeypatch.setattr(reading, "ADAPTER_FILE", tmp_path / "other.npz")
    assert reader_of(real_embedder) is None
    monkeypatch.setattr(reading, "fitted_reading", lambda: None)
    assert reader_of(real_embedder) is None


# ── What the program brings ─────────────────────────────────────────────────────────────────────


@pytest.fixture
def meaning(monkeypatch: pytest.MonkeyPatch, real_embedder: Embedder) -> Iterator[None]:
    monkeypatch.setattr(knowledge, "get_embedder", lambda: real_embedder)
    yield
    knowledge.forget()


@pytest.mark.model
def test_the_frame_of_a_long_message_is_read(meaning: None) -> None:
    story = (
        "Vi har holdt min fars 80-års fødselsdag i weekenden, og det var så hyggeligt med sange og lagkage. {what} Nu "
        "skal vi have sendt takkekort ud, og jeg ville høre, om I har en kalender over kurserne til efteråret."
    )
    now = "Han sidder lige nu og er helt grå i ansigtet og siger, at det trykker for brystet og ud i armen."
    then = "Han holdt tale om dengang i 1998, hvor det trykkede for brystet og ud i armen, og hvor godt han nu har det."
    assert assess(story.format(what=now)).outcome is Outcome.EMERGENCY
    assert assess(story.format(what=then)).outcome is not Outcome.EMERGENCY


@pytest.mark.model
def test_long_messages_are_told_apart(meaning: None) -> None:
    """A floor, not a measurement: what is read was weighed on these, though never taught."""
    # Those with higher numbers were written to deceive the triage of their day.
    blind = [one for one in read_utterances(GOLDEN / "triage.yaml") if int(one.id.rsplit("-", 1)[1]) <= 150]
    utterances = [one for one in blind if parts(one.text)]
    assert len(utterances) > 150
    found = figures(try_utterances(utterances))
    assert found["recall"] >= 0.97
    assert found["false_alarms"] <= 0.17


def test_the_weights_of_what_is_read_say_where_they_come_from() -> None:
    stored = weights.read_weights()[weights.WITH_READING]
    assert "utterances" in stored["fitted_on"]
    assert stored["cross_validated"]["recall"] >= 0.965
    assert stored["cross_validated"]["recall_in_stories"] >= 0.92
    # 0.05 holds without those that were written to deceive triage: test_triage.py. With all it is what it is.
    assert stored["cross_validated"]["false_alarms"] <= 0.065
    assert stored["cross_validated"]["ordinary_alarms"] <= 0.02


# ── What it is taught ───────────────────────────────────────────────────────────────────────────


def test_it_is_taught_examples_messages_and_both_in_stories() -> None:
    story = " ".join(["Vi var på ferie i sommer, og børnene badede hver eneste dag i den kolde sø."] * 3)
    messages = [
        Utterance("n1", story, "da", "general", Outcome.NONE),
        Utterance("e1", "Zorbikken blomper", "da", "seizure", Outcome.EMERGENCY),
    ]
    samples = teaching.samples(messages)
    taught = {sample.text: sample for sample in samples}
    assert taught["Zorbikken blomper"].classes == {"outcome": "emergency", "topic": "seizure"}
    assert taught[story].classes == {"outcome": "none"}
    assert len(samples) == len(teaching.example_rows()) + len(messages) + teaching.TOLD
    assert all(story != sample.text for sample in samples[-teaching.TOLD :])
    assert any(story in sample.text for sample in samples[-teaching.TOLD :])
    assert teaching.samples(messages) == samples


def test_no_utterance_is_near_what_else_triage_learns_from() -> None:
    """Counts only: whoever reads a failure must not learn what is held out."""

    attached = attached_questions(GOLDEN.parent / "content" / "demo", GOLDEN / "triage-attached.yaml")
    files = ("triage-training.yaml", "triage-weighing.yaml")
    said = [frozenset(one.text.lower().split()) for file in files for one in read_utterances(GOLDEN / file)]
    said += [frozenset(question.lower().split()) for question in attached]
    sayings = defaultdict(list)
    for number, words in enumerate(said):
        for word in words:
            sayings[word].append(number)

    def is_near(text: str) -> bool:
        words = frozenset(text.lower().split())
        shared = Counter(number for word in words for number in sayings[word])
        return any(count > 0.5 * (len(words) + len(said[number]) - count) for number, count in shared.items())

    examples = {row["text"] for row in teaching.example_rows()}
    for file in ("triage.yaml", "triage-heldout.yaml"):
        measured = [one.text for one in read_utterances(GOLDEN / file)]
        assert len(examples & set(measured)) == 0
        assert sum(map(is_near, measured)) == 0, file


def test_attached_questions_are_ordinary_but_for_those_that_are_marked(tmp_path: Path) -> None:
    page = "---\ntitle: T\nslug: {slug}\nkind: health\nlanguage: da\nsummary: S\nquestions:\n{questions}\n---\nTekst."
    for slug, questions in {
        "a": ["Hvad er A?", "Jeg kan ikke få luft", "Hvornår er A farligt?"],
        "b": ["Hvad er A?", "Er A smitsomt?"],
    }.items():
        listed = "\n".join(f"  - {question}" for question in questions)
        (tmp_path / f"{slug}.md").write_text(page.format(slug=slug, questions=listed), encoding="utf-8")
    marked = tmp_path / "marked.yaml"
    emergency = "emergency:\n- Jeg kan ikke få luft\n"
    marked.write_text(emergency + "beside:\n- Hvornår er A farligt?\nleft_out:\n- Er A smitsomt?\n", encoding="utf-8")
    assert attached_questions(tmp_path, marked) == {
        "Hvad er A?": Outcome.NONE,
        "Jeg kan ikke få luft": Outcome.EMERGENCY,
        "Hvornår er A farligt?": Outcome.BESIDE,
    }
    for wrong in (emergency + "beside: [Står ingen steder]\nleft_out: []\n", "emergency: []\n", "- x\n", "{"):
        marked.write_text(wrong, encoding="utf-8")
        with pytest.raises(UtteranceError, match=r"marked\.yaml"):
            attached_questions(tmp_path, marked)
