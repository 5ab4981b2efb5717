from __future__ import annotations

from dataclasses import replace

from chatbots.evaluation.sample import sample
from tests.chatbots.evaluation.outcomes import FACT, REFUSAL

MANY = [replace(FACT, id=f"f{number}") for number in range(20)] + [replace(REFUSAL, id=f"r{n}") for n in range(3)]


def test_a_sample_holds_every_kind_and_is_always_the_same() -> None:
    chosen = sample(MANY, 6)
    assert len(chosen) == 6
    assert [question.kind for question in chosen] == ["fact"] * 3 + ["unanswerable"] * 3
    assert chosen == sample(list(reversed(MANY)), 6)[::-1]


def test_a_sample_larger_than_all_is_all() -> None:
    assert sample(MANY, 99) == MANY
