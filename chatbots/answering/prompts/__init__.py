"""What a language model is told: strict templates and examples, as files, per bot and language.

What never changes comes first, so that a server can keep it from one question to the next: the rules, then the
examples. Then comes what is not trusted: the evidence, between two lines that nobody can guess, and the question.
"""

from __future__ import annotations

import functools
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

import yaml

from chatbots.llms import Message

_FOLDER = Path(__file__).parent
#: What a chat template would take for the end of a message, or for a message of another role.
_CONTROL = re.compile(
    r"<\|[^|<>\n]{0,40}\|>|</?s>|\[/?INST\]|<</?SYS>>|[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
#: Stands in the examples in place of the mark, which is another one in every question.
_EXAMPLE_MARK = "EXAMPLE"


@dataclass(frozen=True, slots=True)
class Phrases:
    """Sentences that the model may write though no page says them."""

    #: The whole reply, when the evidence holds no answer.
    refusal: str
    #: The last sentence, when the evidence answers a part.
    partial: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of evidence: where it stands, and its statements."""

    place: str
    statements: tuple[str, ...]


def messages_for(bot: str, language: str, question: str, evidence: Sequence[Passage]) -> list[Message]:
    """Return the whole prompt. Raises KeyError for a variable that a template wants and nobody gave."""
    mark = secrets.token_hex(8)
    return [*_stable_part(bot, language), Message("user", _asked(language, question, evidence, mark))]


def phrases(language: str) -> Phrases:
    return Phrases(**_data()["phrases"][language])


@functools.cache
def _stable_part(bot: str, language: str) -> tuple[Message, ...]:
    told = phrases(language)
    rules = fill(f"{bot}.{language}.txt", refusal=told.refusal, partial=told.partial)
    messages = [Message("system", rules)]
    for example in _data()["examples"][bot][language]:
        passages = [Passage(passage["place"], tuple(passage["statements"])) for passage in example["evidence"]]
        messages.append(Message("user", _asked(language, example["question"], passages, _EXAMPLE_MARK)))
        messages.append(Message("assistant", Template(example["answer"]).substitute(vars_of(told))))
    return tuple(messages)


def vars_of(told: Phrases) -> dict[str, str]:
    return {"refusal": told.refusal, "partial": told.partial}


def _asked(language: str, question: str, evidence: Sequence[Passage], mark: str) -> str:
    blocks = [
        "\n".join([f"[{number}] {plain(passage.place)}", *map(plain, passage.statements)])
        for number, passage in enumerate(evidence, 1)
    ]
    return fill(f"question.{language}.txt", mark=mark, evidence="\n\n".join(blocks), question=plain(question))


def plain(text: str) -> str:
    """Return text that no chat template reads as its own marks, on one line."""
    return " ".join(_CONTROL.sub(" ", text).split())


def fill(name: str, **values: str) -> str:
    """Return a template with its variables filled in; raise KeyError for one that is missing."""
    return _template(name).substitute(values)


@functools.cache
def _template(name: str) -> Template:
    return Template((_FOLDER / name).read_text(encoding="utf-8").strip())


@functools.cache
def _data() -> dict[str, Any]:
    return yaml.safe_load((_FOLDER / "examples.yaml").read_text(encoding="utf-8"))
