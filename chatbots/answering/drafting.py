"""From the pieces of a reply to its sentences, as soon as each is whole. Pure."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass

from chatbots.answering.grounding import Grounds
from chatbots.answering.prompts import Phrases
from chatbots.exceptions import LLMInterrupted
from chatbots.indexing.sentences import split_sentences
from chatbots.llms import LLM

#: Characters after which a reply is no longer read: four short sentences were asked for.
MOST_CHARACTERS = 2_000
#: What begins a line of Markdown: an item's mark, a quotation's, a heading's.
_ITEM = re.compile(r"\s*(?:[-*•+]|\d{1,2}[.)])\s+")
_LINE_MARK = re.compile(r"^\s*[>#]+\s*")
_EMPHASIS = re.compile(r"\*\*|__|`+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a reply, without marks. `text` is "" for a sign of life: nothing whole has come yet."""

    text: str
    is_item: bool = False


WAITING = Sentence("")


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply in the making: its sentences, and the statements that it was asked to put into words.

    Close `sentences` to stop the model.
    """

    llm: LLM
    sentences: Generator[Sentence]
    grounds: Grounds
    phrases: Phrases


def sentences(pieces: Generator[str]) -> Generator[Sentence]:
    """Yield each sentence when the first of the next has come. What is cut off in mid-sentence is left out.

    Raises what `pieces` raises, after the whole sentences before it; LLMInterrupted when the reply is far too long.
    """
    line, read = "", 0
    with closing(pieces):
        for piece in pieces:
            read += len(piece)
            if read > MOST_CHARACTERS:
                raise LLMInterrupted(f"more than {MOST_CHARACTERS} characters")
            *whole, line = (line + piece).split("\n")
            *ended, begun = _raw_parts(line)
            line = line[line.rindex(begun) :]
            for text in (*whole, *ended):
                yield from _of_line(text)
            if not piece:
                yield WAITING
        yield from _of_line(line)


def _raw_parts(line: str) -> list[str]:
    """Return the sentences of a line as they stand, the last perhaps not whole; an item is one, whatever it holds."""
    return [line] if _ITEM.match(line) else split_sentences(line) or [line]


def _of_line(line: str) -> Iterator[Sentence]:
    is_item = bool(_ITEM.match(line))
    for part in _raw_parts(line):
        if text := _bare(_ITEM.sub("", part, count=1) if is_item else part):
            yield Sentence(text, is_item)


def _bare(text: str) -> str:
    return _EMPHASIS.sub("", _LINE_MARK.sub("", text, count=1)).strip()
