"""What the reader of messages is taught: the program's examples, messages told at length, and both in stories.

Never the utterances that triage is developed against, nor those held out: what is weighed on them must be new to it.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from chatbots.embedders.finetuning import Recipe, Sample
from chatbots.safety.reading import OUTCOME, TOPIC
from chatbots.safety.seeding import example_rows
from chatbots.safety.stories import AFTER, BEFORE, MIDDLE, is_brief, is_story, tell
from chatbots.safety.topics import TOPICS
from chatbots.safety.triage import Outcome
from chatbots.safety.utterances import Utterance

#: Brief texts that are told in a story once more.
TOLD = 3500
#: What one of those counts, beside a message as it was written.
TOLD_WEIGHT = 1.0
#: The topic is worth less than the outcome.
RECIPE = Recipe(head_weights={TOPIC: 0.3})
SEED = 20261123


@dataclass(frozen=True, slots=True)
class _Labelled:
    text: str
    outcome: str
    topic: str

    def sample(self, text: str = "", weight: float = 1.0) -> Sample:
        # What calls for no card has no topic: its label says whose words it borrows.
        classes = {OUTCOME: self.outcome} | ({} if self.outcome == Outcome.NONE else {TOPIC: self.topic})
        return Sample(text or self.text, classes, weight)


def samples(messages: Sequence[Utterance]) -> list[Sample]:
    """Return everything to learn from: the examples, these messages, and brief ones told in harmless stories."""
    chance = random.Random(SEED)  # noqa: S311
    labelled = [_Labelled(row["text"], row["outcome"], row["topic"]) for row in example_rows()]
    labelled += [_Labelled(message.text, str(message.outcome), message.topic) for message in messages]
    brief = [one for one in labelled if is_brief(one.text)]
    stories = [one.text for one in labelled if one.outcome == Outcome.NONE and is_story(one.text)]
    told = chance.sample(brief, min(TOLD, len(brief))) if stories else []
    return [one.sample() for one in labelled] + [
        one.sample(tell(one.text, chance.choice(stories), chance.choice((BEFORE, MIDDLE, AFTER))), TOLD_WEIGHT)
        for one in told
    ]


def heads() -> dict[str, tuple[str, ...]]:
    """Return the heads of the reader and their classes."""
    return {OUTCOME: tuple(map(str, Outcome)), TOPIC: tuple(TOPICS)}
