"""The client's side of the chat completions API, against a real HTTP server."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from chatbots.exceptions import CircuitOpen, LLMError, LLMInterrupted, LLMTimeout, LLMUnavailable
from chatbots.llms import Message
from chatbots.llms.openai_compatible import OpenAICompatibleLLM
from tests.chatbots.llms.scripted_server import Reply, ScriptedServer, saying

ASKED = [Message("system", "Vær kort."), Message("user", "Hej?")]


@pytest.fixture
def llm(server: ScriptedServer) -> Iterator[OpenAICompatibleLLM]:
    made = make(server.url)
    yield made
    made.close()


def make(url: str, **options: Any) -> OpenAICompatibleLLM:
    usual = {"connect_timeout": 2.0, "first_token_timeout": 8.0, "total_timeout": 10.0, "breaker_rest": 0.5}
    return OpenAICompatibleLLM(base_url=url, model="m", api_key="secret", **(usual | options))


@pytest.fixture
def impatient(server: ScriptedServer) -> Iterator[OpenAICompatibleLLM]:
    made = make(server.url, first_token_timeout=0.8, total_timeout=1.6)
    made.warm_up()
    yield made
    made.close()


def said(llm: OpenAICompatibleLLM) -> str:
    return "".join(llm.reply(ASKED, max_tokens=50))


def wait_for(found: list[Any], seconds: float = 2.0) -> None:
    ends = time.monotonic() + seconds
    while not found and time.monotonic() < ends:
        time.sleep(0.01)
    assert found


def test_a_reply_comes_in_pieces_and_the_request_is_what_servers_know(
    server: ScriptedServer, llm: OpenAICompatibleLLM
) -> None:
    server.script = saying("Hej med dig, æøå.")
    pieces = [piece for piece in llm.reply(ASKED, max_tokens=50) if piece]
    assert pieces == ["Hej", " med", " dig,", " æøå."]
    assert server.bodies == [
        {
            "model": "m",
            "messages": [{"role": "system", "content": "Vær kort."}, {"role": "user", "content": "Hej?"}],
            "max_tokens": 50,
            "temperature": 0.0,
            "stream": True,
        }
    ]
    assert server.keys == ["Bearer secret"]


def test_the_first_piece_is_there_before_the_last_is_made(server: ScriptedServer, llm: OpenAICompatibleLLM) -> None:
    go = threading.Event()

    def script(reply: Reply) -> None:
        reply.say("Første")
        go.wait(5)
        reply.say(" sidste")
        reply.finish()

    server.script = script
    pieces = (piece for piece in llm.reply(ASKED, max_tokens=9) if piece)
    assert next(pieces) == "Første"
    go.set()
    assert "".join(pieces) == " sidste"


def test_silence_is_filled_so_that_the_caller_can_leave(server: ScriptedServer, llm: OpenAICompatibleLLM) -> None:
    server.script = lambda reply: reply.wait(5)
    pieces = llm.reply(ASKED, max_tokens=9)
    assert next(pieces) == ""
    pieces.close()


@pytest.mark.parametrize("before", ["the headers", "the first word", "the end"])
def test_the_server_sees_at_once_that_the_visitor_has_left(
    server: ScriptedServer, llm: OpenAICompatibleLLM, before: str
) -> None:
    def script(reply: Reply) -> None:
        if before != "the headers":
            reply.begin()
        if before == "the end":
            reply.say("Hej")
        reply.wait(10)

    server.script = script
    pieces = llm.reply(ASKED, max_tokens=9)
    assert next(piece for piece in pieces if piece or before != "the end") == ("Hej" if before == "the end" else "")
    left = time.monotonic()
    pieces.close()
    wait_for(server.left)
    assert server.left[0] - left < 0.5
    assert llm.breaker.state == "closed"


def test_a_server_that_says_nothing_has_until_the_first_timeout(
    server: ScriptedServer, impatient: OpenAICompatibleLLM
) -> None:
    server.script = lambda reply: reply.wait(10)
    began = time.monotonic()
    with pytest.raises(LLMTimeout, match="first"):
        said(impatient)
    assert 0.7 < time.monotonic() - began < 1.3
    wait_for(server.left)


def test_a_slow_drip_ends_with_the_total_timeout(server: ScriptedServer, impatient: OpenAICompatibleLLM) -> None:
    server.script = lambda reply: reply.say("og " * 200, pause=0.1)
    began = time.monotonic()
    with pytest.raises(LLMTimeout, match="last"):
        said(impatient)
    assert 1.4 < time.monotonic() - began < 2.2
    wait_for(server.left)


def test_a_reply_that_is_cut_at_its_length_is_not_whole(server: ScriptedServer, llm: OpenAICompatibleLLM) -> None:
    server.script = saying("Drik vand og", finish="length")
    pieces: list[str] = []
    with pytest.raises(LLMInterrupted, match="length"):
        pieces.extend(llm.reply(ASKED, max_tokens=3))
    assert "".join(pieces) == "Drik vand og"


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(lambda reply: reply.say("Drik"), id="the connection closes in mid-reply"),
        pytest.param(lambda reply: reply.raw(b"data: {nonsense\n\n"), id="no JSON"),
        pytest.param(lambda reply: reply.raw(b"data: [1, 2]\n\n"), id="other JSON"),
        pytest.param(lambda reply: reply.raw(b'data: {"choices": [{"delta": null}]}\n\n'), id="no delta"),
        pytest.param(lambda reply: reply.raw(b'data: {"error": {"message": "out of memory"}}\n\n'), id="an error"),
        pytest.param(lambda reply: reply.raw(b"\xff\xfe\x00" * 50), id="bytes"),
        pytest.param(lambda reply: reply.raw(b"data: [DONE]\n\n"), id="nothing at all"),
    ],
)
def test_garbage_is_an_interruption(server: ScriptedServer, llm: OpenAICompatibleLLM, script: Any) -> None:
    server.script = script
    with pytest.raises(LLMInterrupted):
        said(llm)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_refusal_is_tried_once_more(server: ScriptedServer, llm: OpenAICompatibleLLM, status: int) -> None:
    server.scripts = [lambda reply: reply.refuse(status), saying("Nu.")]
    assert said(llm) == "Nu."
    assert llm.breaker.last_error == ""


def test_a_refusal_that_lasts_is_told_without_the_servers_words(
    server: ScriptedServer, llm: OpenAICompatibleLLM
) -> None:
    server.script = lambda reply: reply.refuse(500)
    with pytest.raises(LLMUnavailable, match=r"^InternalServerError 500$"):
        said(llm)
    assert len(server.bodies) == 2


@pytest.mark.parametrize(
    ("status", "headers"), [(401, {}), (404, {}), (400, {}), (429, {"retry_after": "30"})], ids=str
)
def test_what_a_second_try_cannot_mend_is_not_tried_again(
    server: ScriptedServer, llm: OpenAICompatibleLLM, status: int, headers: dict[str, str]
) -> None:
    server.script = lambda reply: reply.refuse(status, **headers)
    with pytest.raises(LLMUnavailable, match=str(status)):
        said(llm)
    assert len(server.bodies) == 1


def test_a_server_that_is_not_there_is_unavailable() -> None:
    llm = make("http://127.0.0.1:1/v1")
    with pytest.raises(LLMUnavailable, match="APIConnectionError"):
        said(llm)
    llm.close()


def test_after_three_failures_the_server_is_left_alone_and_then_tried_again(
    server: ScriptedServer, llm: OpenAICompatibleLLM
) -> None:
    server.script = lambda reply: reply.refuse(401)
    for _ in range(3):
        with pytest.raises(LLMUnavailable):
            said(llm)
    assert llm.breaker.state == "open"
    began = time.monotonic()
    with pytest.raises(CircuitOpen, match="401"):
        said(llm)
    assert time.monotonic() - began < 0.05
    assert len(server.bodies) == 3
    server.script = saying("Igen.")
    time.sleep(llm.breaker.seconds_left)
    assert said(llm) == "Igen."
    assert llm.breaker.state == "closed"


def test_many_visitors_are_served_at_once(server: ScriptedServer, llm: OpenAICompatibleLLM) -> None:
    together = threading.Barrier(8, timeout=5)

    def script(reply: Reply) -> None:
        together.wait()
        reply.say("Sammen.")
        reply.finish()

    server.script = script
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(said(llm))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["Sammen."] * 8


def test_after_close_it_can_be_used_again(server: ScriptedServer, llm: OpenAICompatibleLLM) -> None:
    assert said(llm) == "Hej."
    llm.close()
    assert said(llm) == "Hej."


def test_closing_ends_what_is_under_way(server: ScriptedServer, impatient: OpenAICompatibleLLM) -> None:
    server.script = lambda reply: reply.wait(10)
    pieces = impatient.reply(ASKED, max_tokens=9)
    next(pieces)
    impatient.close()
    wait_for(server.left)
    with pytest.raises(LLMError):
        list(pieces)


def test_the_name_for_the_operator_holds_no_key() -> None:
    assert OpenAICompatibleLLM("http://u:pw@host:8080/v1", "qwen", "secret").model_id == "qwen at host:8080"
