"""A language model without a model: deterministic, for tests and for trying the site's side of things."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Sequence
from typing import Any

from chatbots.exceptions import LLMInterrupted
from chatbots.llms.base import LLM, Message


class EchoLLM(LLM):
    """Replies with what it is told to, word by word; else with the last message.

    Option: `reply_with`, a text, or a function from messages to a text.
    """

    def __init__(self, reply_with: str | Callable[[Sequence[Message]], str] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.reply_with = reply_with
        #: Every list of messages that came.
        self.asked: list[list[Message]] = []

    @property
    def model_id(self) -> str:
        return "echo"

    def stream(self, messages: Sequence[Message], *, max_tokens: int) -> Generator[str]:
        self.asked.append(list(messages))
        told = self.reply_with
        text = told(messages) if callable(told) else messages[-1].content if told is None else told
        for number, word in enumerate(re.findall(r"\s*\S+", text)):
            if number >= max_tokens:
                raise LLMInterrupted(f"more than {max_tokens} words")
            yield word
