"""What a sentence is like: figures a human can check."""

from __future__ import annotations

import numpy as np
import pytest

from chatbots.safety.likeness import Example, Kernel, Likeness, WordIndex

MEANING = Kernel(meaning=1.0, sharp=0.0, sharpness=1.0, words=0.0, ridge=1.0)
WORDS = Kernel(meaning=0.0, sharp=0.0, sharpness=1.0, words=1.0, ridge=0.1)
TWO = [Example("ondt i brystet", "chest_pain", "emergency"), Example("hvad koster det", "general", "none")]


def test_the_ridge_halves_what_two_examples_at_right_angles_say() -> None:
    # K = I, ridge 1: worth = y / 2. The sentence is the first example, so its urgency is ½ · 1.
    likeness = Likeness(TWO, np.eye(2, dtype=np.float32), MEANING)
    signals = likeness.signals(likeness.near("", np.array([1.0, 0.0], np.float32)))
    assert signals["urgency"] == pytest.approx(0.5)
    assert signals["lead"] == pytest.approx(1.0)


def test_what_is_like_nothing_is_not_urgent() -> None:
    likeness = Likeness(TWO, None, WORDS)
    assert likeness.signals(likeness.near("zebraer galopperer", None))["urgency"] == 0.0


def test_words_alone_tell_the_frame_of_a_sentence() -> None:
    likeness = Likeness(
        [
            Example("jeg har ondt i brystet nu", "chest_pain", "emergency"),
            Example("min far har ondt i brystet nu", "chest_pain", "emergency"),
            Example("hvad er forskellen på ondt i brystet og halsbrand", "chest_pain", "none"),
            Example("hvad er forskellen på stress og angst", "general", "none"),
        ],
        None,
        WORDS,
    )
    now, ask = (
        likeness.near(text, None) for text in ("mor har ondt i brystet nu", "hvad er forskellen på brystsmerter")
    )
    assert likeness.signals(now)["urgency"] > 0.6 > 0.2 > likeness.signals(ask)["urgency"]
    assert likeness.topic(now) == "chest_pain"
    assert likeness.nearest(now, 1)[0][0].outcome == "emergency"


def test_a_sentence_shares_all_its_words_with_itself() -> None:
    index = WordIndex(["ondt i brystet", "ondt i halsen"])
    same, other = index.cosines("ondt i brystet")
    assert same == pytest.approx(1.0)
    assert 0 < other < 1


def test_an_example_left_out_is_judged_as_if_it_had_never_been_one() -> None:
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(6, 4)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    examples = [Example(f"ord{n}", "general", "emergency" if n % 2 else "none") for n in range(6)]
    left_out = Likeness(examples, vectors, MEANING).signals_left_out()
    for row in range(6):
        rest = [n for n in range(6) if n != row]
        without = Likeness([examples[n] for n in rest], vectors[rest], MEANING)
        expected = without.signals(without.near(examples[row].text, vectors[row]))
        assert left_out[row]["urgency"] == pytest.approx(expected["urgency"], abs=1e-5)


def test_no_examples_say_nothing() -> None:
    likeness = Likeness([], None, WORDS)
    assert set(likeness.signals(likeness.near("ondt", None)).values()) == {0.0}
