"""A chat model in this process, through transformers: by name, from a folder, or from a GGUF file.

One thread owns the model and writes one reply at a time; a few may wait, the next is turned away at once. torch is
imported by the first reply.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.core.checks import CheckMessage, Error

from chatbots.exceptions import LLMBusy, LLMError, LLMInterrupted, LLMUnavailable
from chatbots.llms.base import LLM, Message
from chatbots.llms.feed import Feed

logger = logging.getLogger(__name__)

_GGUF = ".gguf"
#: What transformers needs to read such a file.
_GGUF_PACKAGES = ("gguf", "accelerate")


@dataclass(frozen=True, slots=True)
class _Job:
    messages: Sequence[Message]
    max_tokens: int
    feed: Feed


class TransformersLLM(LLM):
    """Options: `model`: a name on the model hub, a folder, a GGUF file, or `name:file.gguf`; `waiting`, how many may
    wait for the one reply in the making; `dtype`, a name of torch's, "auto" for the model's own.

    The prompt's beginning, when it is that of the last prompt, is not read again.
    """

    def __init__(self, model: str = "", waiting: int = 2, dtype: str = "auto", **options: Any) -> None:
        super().__init__(**options)
        self._model_name = model
        self._dtype = dtype
        self._jobs: queue.Queue[_Job | None] = queue.Queue(maxsize=1 + waiting)
        self._pending = threading.Semaphore(1 + waiting)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._loading = threading.Lock()
        self._loaded: _ChatModel | None = None

    @property
    def model_id(self) -> str:
        return f"{Path(self._model_name).name} in this process"

    def stream(self, messages: Sequence[Message], *, max_tokens: int) -> Generator[str]:
        if not self._pending.acquire(blocking=False):
            raise LLMBusy("as many as may wait for the language model do so already")
        feed = Feed(self.first_token_timeout, self.total_timeout, lambda: None)
        self._start()
        self._jobs.put(_Job(list(messages), max_tokens, feed))
        yield from feed.read()

    def warm_up(self) -> None:
        self._model()

    def close(self) -> None:
        """Let the model go when the reply in the making has ended."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._jobs.put(None)
        self._loaded = None

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="llm", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            error: LLMError | None = None
            try:
                if not job.feed.cancelled.is_set():
                    error = self._model().write(job.messages, job.max_tokens, job.feed)
            except LLMError as failed:
                error = failed
            except Exception as failed:  # whatever the library raises, a visitor waits for an end
                logger.exception("The language model failed")
                error = LLMInterrupted(type(failed).__name__)
            finally:
                self._pending.release()
                job.feed.end(error)

    def _model(self) -> _ChatModel:
        with self._loading:
            if self._loaded is None:
                began = time.monotonic()
                try:
                    self._loaded = _ChatModel(self._model_name, self._dtype)
                except LLMUnavailable:
                    raise
                except Exception as error:
                    raise LLMUnavailable(f"{self._model_name} cannot be loaded: {_first_line(error)}") from error
                logger.info("The language model was loaded in %.1f s", time.monotonic() - began)
            return self._loaded

    @classmethod
    def check(cls, options: Mapping[str, Any]) -> list[CheckMessage]:
        name = str(options.get("MODEL") or "")
        if not name:
            return [
                Error(
                    "CHATBOTS['LLM']['MODEL'] is empty: there is no model to load.",
                    hint="Set LLM_MODEL to a name on the model hub, a folder or a GGUF file.",
                    id="chatbots.E023",
                )
            ]
        source, file = _split(name)
        path = Path(source)
        is_path = path.is_absolute() or source.startswith((".", "~"))
        wanted = path / (file or "config.json")
        if is_path and not wanted.is_file():
            return [
                Error(
                    f"CHATBOTS['LLM']['MODEL'] is {name!r}, but there is no {wanted}.",
                    hint="Set LLM_MODEL to a folder that holds a model's config.json, or to a GGUF file.",
                    id="chatbots.E024",
                )
            ]
        if file and (missing := [package for package in _GGUF_PACKAGES if find_spec(package) is None]):
            return [
                Error(
                    f"A GGUF file cannot be read: {' and '.join(missing)} must be installed.",
                    hint=f"pip install {' '.join(_GGUF_PACKAGES)}",
                    id="chatbots.E025",
                )
            ]
        return []


class _ChatModel:
    """A loaded model with its tokenizer, and what it remembers of the last prompt. For one thread at a time."""

    def __init__(self, name: str, dtype: str) -> None:
        from transformers import AutoModelForCausalLM, AutoTokenizer
        from transformers.utils import logging as library_logging

        library_logging.disable_progress_bar()  # nobody looks at a server's terminal
        source, file = _split(name)
        options: dict[str, Any] = {"gguf_file": file} if file else {}
        self._tokenizer = AutoTokenizer.from_pretrained(source, **options)
        if not self._tokenizer.chat_template:
            raise LLMUnavailable(f"{name} is no chat model: it has no chat template")
        self._model = AutoModelForCausalLM.from_pretrained(source, dtype=dtype, **options).eval()
        self._read: list[int] = []
        self._memory: Any = None

    def write(self, messages: Sequence[Message], max_tokens: int, feed: Feed) -> LLMError | None:
        """Put the reply into the feed, word by word; return what is wrong with its end. Stops when it is cancelled."""
        import torch
        from transformers import StoppingCriteria, StoppingCriteriaList, TextStreamer

        class Cancelled(StoppingCriteria):
            def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor, **kwargs: Any) -> Any:
                return torch.full((len(input_ids),), feed.cancelled.is_set(), dtype=torch.bool, device=input_ids.device)

        class Streamer(TextStreamer):
            def on_finalized_text(self, text: str, stream_end: bool = False) -> None:
                feed.put(text)

        prompt = self._tokenizer.apply_chat_template(
            [{"role": message.role, "content": message.content} for message in messages],
            add_generation_prompt=True,
            return_tensors="pt",
            return_dict=True,
        ).to(self._model.device)
        ids = prompt["input_ids"]
        with torch.inference_mode():
            written = self._model.generate(
                **prompt,
                past_key_values=self._remembered(ids[0].tolist()),
                max_new_tokens=max_tokens,
                do_sample=False,
                streamer=Streamer(self._tokenizer, skip_prompt=True, skip_special_tokens=True),
                stopping_criteria=StoppingCriteriaList([Cancelled()]),
                pad_token_id=self._tokenizer.pad_token_id or self._tokenizer.eos_token_id,
            )
        self._read = written[0].tolist()
        ended = self._read[-1] in _ends(self._model.generation_config.eos_token_id, self._tokenizer.eos_token_id)
        if ended or feed.cancelled.is_set():
            return None
        return LLMInterrupted(f"more than {max_tokens} tokens")

    def _remembered(self, ids: list[int]) -> Any:
        """Return the memory of the last prompt, cut to what both begin with; a new one where that is not possible."""
        from transformers import DynamicCache

        memory, self._memory = self._memory, None  # none is left, should this reply fail half way
        common = 0
        for one, other in zip(self._read, ids[:-1], strict=False):
            if one != other:
                break
            common += 1
        if memory is not None and common:
            if (surplus := memory.get_seq_length() - common) > 0:
                memory.crop(-surplus)
        else:
            memory = DynamicCache(config=self._model.config)
        self._memory = memory
        return memory


def _split(name: str) -> tuple[str, str]:
    """Return where a model is, and the GGUF file in there; "" for none."""
    if not name.endswith(_GGUF):
        return name, ""
    source, colon, file = name.rpartition(":")
    if colon:
        return source, file
    path = Path(name)
    return str(path.parent), path.name


def _ends(*ids: Any) -> set[int]:
    return {token for value in ids if value is not None for token in (value if isinstance(value, list) else [value])}


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
