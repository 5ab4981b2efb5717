"""A few of many golden questions, of every kind and both bots. Pure."""

from __future__ import annotations

import random
from collections.abc import Sequence

from chatbots.evaluation.golden import GoldenQuestion

SEED = 20261121


def sample(questions: Sequence[GoldenQuestion], count: int) -> list[GoldenQuestion]:
    """Return `count` questions in their order, the same each time: the kinds of each bot take turns."""
    groups: dict[tuple[str, str], list[GoldenQuestion]] = {}
    for question in sorted(questions, key=lambda question: question.id):
        groups.setdefault((question.kind, question.bot), []).append(question)
    generator = random.Random(SEED)  # noqa: S311  # nothing is kept secret with it
    for _, group in sorted(groups.items()):
        generator.shuffle(group)
    chosen: set[str] = set()
    while len(chosen) < min(count, len(questions)):
        for _, group in sorted(groups.items()):
            if group and len(chosen) < count:
                chosen.add(group.pop().id)
    return [question for question in questions if question.id in chosen]
