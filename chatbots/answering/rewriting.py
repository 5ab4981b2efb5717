"""Let a language model, where one is set, put a follow-up into a question of its own. The rules stay the measure.

Whatever it writes is only a wording to search with, and only of the visitor's own words: a rewriting that takes too
long, brings a new subject or is no question counts as none.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Sequence
from contextlib import closing

from chatbots.answering.context import EarlierTurn
from chatbots.answering.prompts import fill, plain
from chatbots.exceptions import BackendError, LLMError
from chatbots.lexical import stems
from chatbots.llms import Message, llm_to_ask

logger = logging.getLogger(__name__)

#: Seconds that a rewriting may take, and its tokens and characters.
SECONDS = 3.0
_TOKENS = 60
_MOST_CHARACTERS = 250
#: Turns that the model is shown.
_TURNS = 3
_NUMBER = re.compile(r"\d+")


def rewrite(question: str, turns: Sequence[EarlierTurn], language: str) -> str | None:
    """Return the question as it reads without its conversation; None without a model, and whenever in doubt."""
    llm = llm_to_ask()
    if llm is None or not turns:
        return None
    conversation = "\n".join(_said(turn) for turn in turns[-_TURNS:])
    mark = f"===== {secrets.token_hex(8)}"
    prompt = fill(f"rewrite.{language}.txt", mark=mark, conversation=conversation, question=plain(question))
    ends, text = time.monotonic() + SECONDS, ""
    try:
        with closing(llm.reply([Message("user", prompt)], max_tokens=_TOKENS)) as pieces:
            for piece in pieces:
                text += piece
                if time.monotonic() > ends:
                    return None
                if "\n" in text.strip() or len(text) > _MOST_CHARACTERS:
                    break
    except (BackendError, LLMError) as error:
        logger.info("A follow-up was not rewritten: %s", type(error).__name__)
        return None
    return _checked(text, question, conversation, language)


def _said(turn: EarlierTurn) -> str:
    titles = "; ".join(dict.fromkeys(plain(source.title) for source in turn.sources[:2]))
    return f"- {plain(turn.asked or turn.question)}" + (f" ({titles})" if titles else "")


def _checked(text: str, question: str, conversation: str, language: str) -> str | None:
    """Return the first line when it keeps every number and has no word that the visitor or a title did not have."""
    line = plain(text.strip().split("\n")[0]).strip("\"'“”» «")
    said = set(stems(f"{conversation} {question}", language))
    new = set(stems(line, language)) - said
    kept = set(_NUMBER.findall(question)) <= set(_NUMBER.findall(line))
    if not line or len(line) > _MOST_CHARACTERS or new or not kept or line == plain(question):
        return None
    return line
