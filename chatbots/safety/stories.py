"""Tell a brief text in the midst of a story, as people do who do not come to the point. Pure."""

from __future__ import annotations

import re

#: Words of a text that is told in a story, at most, and of the story, at least.
BRIEF, STORY = 25, 25
#: Where in the story it may be told.
PLACES = AFTER, BEFORE, MIDDLE = range(3)

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def is_brief(text: str) -> bool:
    return len(text.split()) <= BRIEF


def is_story(text: str) -> bool:
    return len(text.split()) >= STORY


def tell(text: str, story: str, place: int) -> str:
    """Return a story with a text at one of PLACES."""
    sentences = _SENTENCE_END.split(story)
    at = (len(sentences), 0, len(sentences) // 2)[place]
    return " ".join([*sentences[:at], text if text[-1] in ".!?" else f"{text}.", *sentences[at:]])
