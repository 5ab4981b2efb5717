"""What every language model must do, run on each of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from chatbots.exceptions import BackendError, CircuitOpen, LLMInterrupted
from chatbots.llms import LLM, Message, get_llm, llm_class
from chatbots.llms.echo import EchoLLM
from chatbots.llms.openai_compatible import OpenAICompatibleLLM
from chatbots.llms.transformers import TransformersLLM
from tests.chatbots.llms.scripted_server import Reply, ScriptedServer
from tests.chatbots.llms.tiny_chat_model import make_tiny_chat_model

ASKED = [Message("system", "Vær kort."), Message("user", "hej med dig")]
#: Makes a language model whose replies never end by themselves, or end at once.
Make = Callable[..., LLM]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Path]:
    """Return the folders of two tiny models: one that ends at its first word, one that never does."""
    return {ends: make_tiny_chat_model(tmp_path_factory.mktemp("tiny"), ends=ends) for ends in (True, False)}


@pytest.fixture(params=["echo", "openai", "transformers"])
def make(request: pytest.FixtureRequest) -> Iterator[Make]:
    made: list[LLM] = []

    def make_echo(ends: bool, **options: Any) -> LLM:
        return EchoLLM(reply_with="hej" if ends else "hej " * 100_000, **options)

    def make_openai(ends: bool, **options: Any) -> LLM:
        server: ScriptedServer = request.getfixturevalue("server")

        def script(reply: Reply) -> None:
            for _ in range(1 if ends else reply.body["max_tokens"]):
                reply.event({"content": "hej "})
            reply.finish("stop" if ends else "length")

        server.script = script
        return OpenAICompatibleLLM(base_url=server.url, model="m", **options)

    def make_transformers(ends: bool, **options: Any) -> LLM:
        return TransformersLLM(model=str(request.getfixturevalue("folders")[ends]), **options)

    makers = {"echo": make_echo, "openai": make_openai, "transformers": make_transformers}

    def make_one(*, ends: bool = True, **options: Any) -> LLM:
        made.append(makers[request.param](ends, **({"first_token_timeout": 60, "total_timeout": 60} | options)))
        return made[-1]

    yield make_one
    for llm in made:
        llm.close()


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer().serving() as server:
        yield server


def test_a_reply_is_text_in_pieces(make: Make) -> None:
    pieces = list(make().stream(ASKED, max_tokens=20))
    assert all(isinstance(piece, str) for piece in pieces)
    assert "".join(pieces).strip()


def test_a_reply_that_is_longer_than_allowed_is_interrupted_after_what_was_allowed(make: Make) -> None:
    pieces: list[str] = []
    with pytest.raises(LLMInterrupted):
        pieces.extend(make(ends=False).stream(ASKED, max_tokens=12))
    assert 1 <= len("".join(pieces).split()) <= 12


def test_closing_stops_the_model_and_the_next_is_served(make: Make) -> None:
    llm = make(ends=False)
    pieces = llm.stream(ASKED, max_tokens=1500)
    assert next(piece for piece in pieces if piece)
    pieces.close()
    began = time.monotonic()
    second = llm.stream(ASKED, max_tokens=1500)
    assert next(piece for piece in second if piece)
    second.close()
    assert time.monotonic() - began < 5
    assert llm.breaker.state == "closed"


def test_nothing_begins_before_the_first_piece_is_asked_for(make: Make) -> None:
    llm = make(ends=False, breaker_failures=1)
    llm.reply(ASKED, max_tokens=5).close()
    llm.stream(ASKED, max_tokens=5).close()
    assert llm.breaker.state == "closed"


def test_threads_can_ask_at_once(make: Make) -> None:
    llm = make()
    expected = "".join(llm.stream(ASKED, max_tokens=20))
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append("".join(llm.stream(ASKED, max_tokens=20)))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 3


def test_a_failure_opens_the_circuit_and_the_next_is_turned_away_at_once(make: Make) -> None:
    llm = make(ends=False, breaker_failures=1, breaker_rest=60)
    with pytest.raises(LLMInterrupted):
        list(llm.reply(ASKED, max_tokens=3))
    with pytest.raises(CircuitOpen):
        list(llm.reply(ASKED, max_tokens=3))


def test_the_name_for_the_operator_is_a_short_line(make: Make) -> None:
    name = make().model_id
    assert name.isprintable()
    assert 0 < len(name) <= 100


def test_it_can_be_closed_and_used_again(make: Make) -> None:
    llm = make()
    llm.warm_up()
    llm.close()
    assert "".join(llm.stream(ASKED, max_tokens=20)).strip()


# ── Settings ────────────────────────────────────────────────────────────────────────────────────
def use(settings: LazySettings, **options: Any) -> None:
    settings.CHATBOTS = settings.CHATBOTS | {"LLM": options}


def test_without_a_setting_there_is_none() -> None:
    assert get_llm() is None


@pytest.mark.parametrize("name", ["echo", "chatbots.llms.echo.EchoLLM"])
def test_settings_name_the_model_of_the_process_shortly_or_in_full(settings: LazySettings, name: str) -> None:
    use(settings, BACKEND=name, REPLY_WITH="hej", BASE_URL="", MODEL="", API_KEY="")
    llm = get_llm()
    assert isinstance(llm, EchoLLM)
    assert get_llm() is llm
    assert "".join(llm.stream(ASKED, max_tokens=5)) == "hej"
    use(settings, BACKEND="")
    assert get_llm() is None


@pytest.mark.parametrize(
    "name", ["nowhere.LLM", "chatbots.llms.nothing.LLM", "chatbots.bots.Bot", "chatbots.bots.BOTS"]
)
def test_a_backend_that_is_none_is_named(settings: LazySettings, name: str) -> None:
    use(settings, BACKEND=name)
    with pytest.raises(BackendError, match=name.replace(".", r"\.")):
        get_llm()


def test_every_short_name_is_a_backend() -> None:
    for name in ("echo", "openai", "transformers"):
        assert issubclass(llm_class(name), LLM)
