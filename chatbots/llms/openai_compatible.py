"""Any server that speaks the chat completions API of OpenAI: llama.cpp, vLLM, `transformers serve`, a hosted one.

Requests run on one event loop, in a thread of its own, because only there can a request be given up at any moment:
the connection closes, and the server sees that nobody waits any more.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Generator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.core.checks import CheckMessage, Error, Warning

from chatbots.exceptions import LLMError, LLMInterrupted, LLMTimeout, LLMUnavailable
from chatbots.llms.base import LLM, Message
from chatbots.llms.feed import Feed

if TYPE_CHECKING:
    import openai

#: Seconds before a second and a third try, when the server does not say.
_PAUSES = (0.2, 0.6)
#: A server that wants to be left alone for longer is not tried again for this visitor.
_LONGEST_PAUSE = 2.0
_WORTH_A_RETRY = frozenset({408, 409, 429, 500, 502, 503, 504})
#: Seconds that a server has to say that it is there.
_PROBE = 2.0
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class OpenAICompatibleLLM(LLM):
    """Options: `base_url` (up to and with /v1), `model`, `api_key`; `connect_timeout` in seconds, `retries`.

    A request is tried again only before its first word: when the connection fails, at 429 and at 5xx.
    """

    def __init__(
        self,
        base_url: str = "",
        model: str = "",
        api_key: str = "",
        connect_timeout: float = 2.0,
        retries: int = 1,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self._base_url = base_url
        self._model = model
        self._api_key = api_key
        self._connect_timeout = connect_timeout
        self._retries = min(retries, len(_PAUSES))
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._client: openai.AsyncOpenAI | None = None

    @property
    def model_id(self) -> str:
        return f"{self._model} at {urlsplit(self._base_url).netloc.rpartition('@')[2]}"

    def stream(self, messages: Sequence[Message], *, max_tokens: int) -> Generator[str]:
        loop, client = self._connected()
        work: list[Any] = []
        feed = Feed(self.first_token_timeout, self.total_timeout, lambda: [future.cancel() for future in work])
        work.append(asyncio.run_coroutine_threadsafe(self._produce(client, messages, max_tokens, feed), loop))
        yield from feed.read()

    async def _produce(
        self, client: openai.AsyncOpenAI, messages: Sequence[Message], max_tokens: int, feed: Feed
    ) -> None:
        try:
            async with asyncio.timeout(self.total_timeout):
                stream = await self._begin(client, messages, max_tokens)
                async with stream:
                    feed.end(await _pass_on(stream, feed))
        except LLMError as error:
            feed.end(error)
        except TimeoutError:
            feed.end(LLMTimeout(f"the last word did not come within {self.total_timeout:g} s"))
        except Exception as error:  # whatever the server sends, a visitor waits for an end
            feed.end(LLMInterrupted(_named(error)))

    async def _begin(self, client: openai.AsyncOpenAI, messages: Sequence[Message], max_tokens: int) -> Any:
        """Return the open stream of a reply; raise LLMUnavailable when no try succeeds."""
        for tried in range(self._retries + 1):
            try:
                return await client.chat.completions.create(
                    model=self._model,
                    messages=[{"role": message.role, "content": message.content} for message in messages],  # type: ignore[misc]
                    max_tokens=max_tokens,
                    temperature=0.0,
                    stream=True,
                )
            except Exception as error:
                pause = _pause_before_retry(error, tried)
                if pause is None or tried == self._retries:
                    raise LLMUnavailable(_named(error)) from error
            await asyncio.sleep(pause)
        raise AssertionError("unreachable")

    def _connected(self) -> tuple[asyncio.AbstractEventLoop, openai.AsyncOpenAI]:
        """Return the running loop and the client that keeps its connections there; make both on first use."""
        with self._lock:
            if self._loop is None or self._client is None:
                import openai

                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="llm", daemon=True).start()
                self._client = openai.AsyncOpenAI(
                    base_url=self._base_url,
                    api_key=self._api_key or "none",
                    max_retries=0,  # ours look at the time that the visitor has left
                    timeout=openai.Timeout(self.total_timeout, connect=self._connect_timeout),
                )
            return self._loop, self._client

    def warm_up(self) -> None:
        """Load the client's library, which takes a second. Connects to nobody."""
        self._connected()

    def problem(self) -> str:
        """Ask the server which models it has: any answer but a refusal of the key will do."""
        loop, client = self._connected()
        asking = asyncio.run_coroutine_threadsafe(_first(client.models.list(timeout=_PROBE)), loop)
        try:
            asking.result(timeout=_PROBE)
        except TimeoutError:
            asking.cancel()
            return f"no answer in {_PROBE:g} s"
        except Exception as error:
            status = getattr(error, "status_code", None)
            return "" if status in {404, 405} else _named(error)
        return ""

    def close(self) -> None:
        """Close the connections and end the thread."""
        with self._lock:
            loop, self._loop = self._loop, None
            client, self._client = self._client, None
        if loop is None:
            return

        async def leave() -> None:
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            if client is not None:
                await client.close()

        asyncio.run_coroutine_threadsafe(leave(), loop).add_done_callback(
            lambda done: loop.call_soon_threadsafe(loop.stop)
        )

    @classmethod
    def check(cls, options: Mapping[str, Any]) -> list[CheckMessage]:
        address = str(options.get("BASE_URL") or "")
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            return [
                Error(
                    f"CHATBOTS['LLM']['BASE_URL'] is {address!r}, which is no address of a server.",
                    hint="Set LLM_BASE_URL, for example to http://127.0.0.1:8080/v1.",
                    id="chatbots.E021",
                )
            ]
        found: list[CheckMessage] = []
        if not options.get("MODEL"):
            found.append(
                Error(
                    "CHATBOTS['LLM']['MODEL'] is empty: the server is not told which model to use.",
                    hint=f"Set LLM_MODEL to one that {address.rstrip('/')}/models names.",
                    id="chatbots.E022",
                )
            )
        if options.get("API_KEY") and parts.scheme == "http" and parts.hostname not in _LOCAL:
            found.append(
                Warning(
                    "The key of the language model, and what visitors ask, travel unencrypted to another machine.",
                    hint="Let LLM_BASE_URL begin with https://.",
                    id="chatbots.W021",
                )
            )
        return found


async def _first(models: Any) -> None:
    async for _model in models:
        return


async def _pass_on(stream: Any, feed: Feed) -> LLMError | None:
    """Put the stream's text into the feed; return what is wrong with its end."""
    finish = None
    async for chunk in stream:
        for choice in chunk.choices or ():
            feed.put(choice.delta.content or "")
            finish = choice.finish_reason or finish
    return None if finish == "stop" else LLMInterrupted(f"the reply ended with {finish or 'nothing'}")


def _pause_before_retry(error: Exception, tried: int) -> float | None:
    """Return the seconds to wait before another try; None when none is worth it."""
    import openai

    if isinstance(error, openai.APITimeoutError):
        return None
    if isinstance(error, openai.APIStatusError):
        if error.status_code not in _WORTH_A_RETRY:
            return None
        wanted = error.response.headers.get("retry-after", "")
        pause = float(wanted) if wanted.replace(".", "", 1).isdigit() else _PAUSES[min(tried, len(_PAUSES) - 1)]
        return pause if pause <= _LONGEST_PAUSE else None
    return _PAUSES[min(tried, len(_PAUSES) - 1)] if isinstance(error, openai.APIConnectionError) else None


def _named(error: Exception) -> str:
    """Say what went wrong, without the text of a server that may repeat what it was sent."""
    status = getattr(error, "status_code", None)
    return f"{type(error).__name__}{f' {status}' if status else ''}"
