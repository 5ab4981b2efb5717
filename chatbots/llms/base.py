"""The contract of a language model, and the one that settings name, if any."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from django.core.checks import CheckMessage
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from chatbots.conf import settings_for
from chatbots.exceptions import BackendError
from chatbots.llms.breaker import CircuitBreaker

#: Short names of the backends that ship, beside dotted paths.
SHORT_NAMES = {
    "echo": "chatbots.llms.echo.EchoLLM",
    "openai": "chatbots.llms.openai_compatible.OpenAICompatibleLLM",
    "transformers": "chatbots.llms.transformers.TransformersLLM",
}


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat, as every chat model knows it."""

    role: Literal["system", "user", "assistant"]
    content: str


class LLM(ABC):
    """Writes text from messages. A backend implements `stream`, and loads or connects there on first use.

    Options of every backend: `first_token_timeout` and `total_timeout`, in seconds from the call; `breaker_failures`
    in a row that open the circuit, and `breaker_rest`, seconds until it is tried again.
    """

    def __init__(
        self,
        first_token_timeout: float = 10.0,
        total_timeout: float = 30.0,
        breaker_failures: int = 3,
        breaker_rest: float = 30.0,
        **options: Any,
    ) -> None:
        self.first_token_timeout = first_token_timeout
        self.total_timeout = total_timeout
        self.breaker = CircuitBreaker(breaker_failures, breaker_rest)
        #: How often each thing became of what it wrote, in this process, for the operator.
        self.outcomes: Counter[str] = Counter()

    @property
    @abstractmethod
    def model_id(self) -> str:
        """Name of the model and where it runs, for the operator. Never loads it, never holds a key."""

    @abstractmethod
    def stream(self, messages: Sequence[Message], *, max_tokens: int) -> Generator[str]:
        """Yield the reply in pieces, as they come, and "" several times a second while none comes.

        Close the generator to cancel: the model then stops working on it. Raises LLMBusy, LLMUnavailable and
        LLMTimeout; LLMInterrupted when what came is not all, as with more than `max_tokens`.
        """

    def reply(self, messages: Sequence[Message], *, max_tokens: int) -> Generator[str]:
        """Stream through the circuit breaker: raises CircuitOpen at once when the model failed of late."""
        with self.breaker.attempt():
            yield from self.stream(messages, max_tokens=max_tokens)

    def warm_up(self) -> None:
        """Load the model, so that the first visitor need not wait. May take long; raises LLMUnavailable."""
        return

    def problem(self) -> str:
        """Say why it cannot be used now, "" when it can. Takes two seconds at most, and loads nothing."""
        return ""

    def close(self) -> None:
        """Give back what the backend holds; the next `stream` takes it again."""
        return

    @classmethod
    def check(cls, options: Mapping[str, Any]) -> list[CheckMessage]:
        """Return what is wrong with the options, as system checks, without loading or connecting."""
        return []


logger = logging.getLogger(__name__)

_lock = threading.Lock()
_llm: LLM | None = None


def llm_class(name: str) -> type[LLM]:
    """Return the backend that a short name or a dotted path names; raise BackendError."""
    path = SHORT_NAMES.get(name, name)
    try:
        found = import_string(path)
    except ImportError as error:
        raise BackendError(f"CHATBOTS['LLM']['BACKEND'] {path!r} cannot be imported: {error}") from error
    if not (isinstance(found, type) and issubclass(found, LLM)):
        raise BackendError(f"CHATBOTS['LLM']['BACKEND'] {path!r} is no language model backend")
    return found


def get_llm() -> LLM | None:
    """Return this process's language model, None when settings name none. Cheap: it loads on first use.

    Raises BackendError when it cannot be made as it is set.
    """
    global _llm
    if _llm is None:
        options = dict(settings_for("LLM"))
        name = options.pop("BACKEND", "")
        if not name:
            return None
        with _lock:
            if _llm is None:
                backend = llm_class(name)
                try:
                    _llm = backend(**{key.lower(): value for key, value in options.items()})
                except TypeError as error:
                    raise BackendError(f"CHATBOTS['LLM'] does not suit {name!r}: {error}") from error
    return _llm


def llm_to_ask() -> LLM | None:
    """Return the language model that may be asked; None, too, where it cannot be made as it is set.

    Answers are quotations then, and the operator is told by the system checks, `index_status` and the admin.
    """
    try:
        return get_llm()
    except BackendError as error:
        logger.warning("Answers are quotations: %s", error)
        return None


@contextmanager
def using(llm: LLM) -> Iterator[None]:
    """Let another language model write in this process meanwhile, whatever the settings say. For measuring."""
    global _llm
    with _lock:
        former, _llm = _llm, llm
    try:
        yield
    finally:
        with _lock:
            _llm = former


def reset_llm(**kwargs: Any) -> None:
    """Forget the language model when a test overrides the settings."""
    global _llm
    if kwargs.get("setting") in (None, "CHATBOTS"):
        with _lock:
            forgotten, _llm = _llm, None
        if forgotten is not None:
            forgotten.close()


setting_changed.connect(reset_llm)
