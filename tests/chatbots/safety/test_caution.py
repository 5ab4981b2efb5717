"""What asks for a dose, a diagnosis or the reading of a result is told from what only sounds like it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from chatbots.safety.caution import KINDS, caution_of, read_numbers

GOLDEN = Path(__file__).resolve().parents[3] / "golden"


def labelled(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.safe_load((GOLDEN / name).read_text())
    return rows


def recognised(row: dict[str, Any]) -> str:
    return caution_of(row["text"], "en" if row["language"] == "en" else "da") or "none"


def precision_and_recall(rows: list[dict[str, Any]]) -> tuple[float, float]:
    """Return both for caution against none."""
    counts = Counter((row["label"] != "none", recognised(row) != "none") for row in rows)
    return (
        counts[True, True] / (counts[True, True] + counts[False, True]),
        counts[True, True] / (counts[True, True] + counts[True, False]),
    )


def test_the_half_to_develop_against_is_told_apart() -> None:
    rows = labelled("caution.yaml")
    wrong = [(row["text"], row["label"], recognised(row)) for row in rows if recognised(row) != row["label"]]
    assert wrong == []


def test_the_figures_on_the_untouched_half_stay_what_the_readme_says() -> None:
    precision, recall = precision_and_recall(labelled("caution-heldout.yaml"))
    assert precision >= 0.98
    assert recall >= 0.92


def test_no_utterance_stands_in_both_halves_and_every_label_is_known() -> None:
    dev, held_out = labelled("caution.yaml"), labelled("caution-heldout.yaml")
    assert not {row["text"] for row in dev} & {row["text"] for row in held_out}
    assert {row["label"] for row in dev + held_out} == {*KINDS, "none"}
    assert len(dev + held_out) >= 320


@pytest.mark.parametrize(
    ("message", "language", "kind"),
    [
        ("hvor meget hostesaft kan et barn på 20 kg få ad gangen?", "da", "dosing"),
        ("har jeg diabetes?", "da", "diagnosis"),
        ("mit ferritin er 9, er det farligt?", "da", "test_result"),
        ("Har jeg diabetes? Jeg er altid tørstig.", "da", "diagnosis"),
        ("hvor mange grader er feber?", "da", None),
        ("hvor meget vand skal man drikke?", "da", None),
        ("hvordan stilles diagnosen?", "da", None),
        ("er far farlig at smitte", "da", None),
        ("I have diabetes, what should I eat", "en", None),
        ("in which week do I get the vaccine, week 20?", "en", None),
        ("", "da", None),
        ("?!", "en", None),
    ],
)
def test_a_question_about_one_person_is_told_from_one_about_anyone(
    message: str, language: str, kind: str | None
) -> None:
    assert caution_of(message, language) == kind


def test_of_a_long_story_only_what_it_asks_counts() -> None:
    story = (
        "Min bror fik en blodprop, da han var 49, og jeg har selv været til tjek. "
        "Lægen sagde, at mit kolesterol var 5,8, og at jeg skulle spise mere fisk og gå en tur hver dag. "
    )
    assert caution_of(story + "Er det arveligt?", "da") is None
    assert caution_of(story + "Hvor mange mg simvastatin skal jeg tage?", "da") == "dosing"


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("et barn på 20 kg", "et barn på qkg"),
        ("9kg", "qkg"),
        ("min 3-årige", "min qalder"),
        ("en treårig", "en qalder"),
        ("my 7 year old", "my qalder"),
        ("5 ml", "qdosis"),
        ("hba1c på 52", "hba1c på qtal"),
        ("150/95", "qtal"),
        ("type 2-diabetes og covid-19", "-diabetes og"),
        ("3 gange om dagen i 2 uger kl. 9", "om dagen i"),
    ],
)
def test_numbers_are_read_as_what_they_measure(said: str, read: str) -> None:
    assert " ".join(read_numbers(said).split()) == read
