"""A real HTTP server that speaks the chat completions API as it is told: on good days and on bad ones."""

from __future__ import annotations

import json
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Left(Exception):
    """The client has gone."""


class Reply:
    """What a script does with one request: send words, wait, break off."""

    def __init__(self, handler: BaseHTTPRequestHandler, server: ScriptedServer, body: dict[str, Any]) -> None:
        self._handler = handler
        self._server = server
        self._begun = False
        self.body = body

    def refuse(self, status: int, **headers: str) -> None:
        """Answer with an error."""
        data = json.dumps({"error": {"message": "no", "type": "scripted", "code": status}}).encode()
        self._handler.send_response(status)
        for name, value in {"content-type": "application/json", "content-length": str(len(data)), **headers}.items():
            self._handler.send_header(name.replace("_", "-"), value)
        self._handler.end_headers()
        self._handler.wfile.write(data)

    def begin(self) -> None:
        if not self._begun:
            self._begun = True
            self._handler.send_response(200)
            self._handler.send_header("content-type", "text/event-stream")
            self._handler.send_header("connection", "close")
            self._handler.end_headers()

    def raw(self, data: bytes) -> None:
        """Send bytes as they are, and see whether anybody is there."""
        self.begin()
        try:
            self._handler.wfile.write(data)
            self._handler.wfile.flush()
        except OSError as error:
            raise Left from error
        self.wait(0)

    def event(self, delta: dict[str, Any], finish: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        chunk = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "scripted", "choices": [choice]}
        self.raw(f"data: {json.dumps(chunk)}\n\n".encode())

    def say(self, text: str, *, pause: float = 0.0) -> None:
        """Send a text word by word."""
        for number, word in enumerate(text.split(" ")):
            self.wait(pause)
            self.event({"content": word if not number else f" {word}"})

    def finish(self, reason: str = "stop") -> None:
        self.event({}, reason)
        self.raw(b"data: [DONE]\n\n")

    def wait(self, seconds: float) -> None:
        """Wait; raise Left as soon as the client has closed its connection."""
        ends = time.monotonic() + seconds
        while True:
            readable, _, _ = select.select([self._handler.connection], [], [], max(0.0, ends - time.monotonic()))
            if readable:
                try:
                    gone = not self._handler.connection.recv(1, socket.MSG_PEEK)
                except OSError:
                    gone = True
                if gone:
                    raise Left
            if time.monotonic() >= ends or self._server.stopping.is_set():
                return


Script = Callable[[Reply], None]


def saying(text: str, finish: str = "stop") -> Script:
    """Return a script that says a text and ends well."""

    def script(reply: Reply) -> None:
        reply.say(text)
        reply.finish(finish)

    return script


class ScriptedServer:
    """Set `script`, or `scripts` for one request after the other; look at `bodies`, `keys` and `left`."""

    def __init__(self) -> None:
        self.script: Script = saying("Hej.")
        self.scripts: list[Script] = []
        self.bodies: list[dict[str, Any]] = []
        self.keys: list[str] = []
        #: When a client closed its connection before the end.
        self.left: list[float] = []
        self.stopping = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                outer.bodies.append(body)
                outer.keys.append(self.headers.get("authorization", ""))
                assert self.path == "/v1/chat/completions"
                assert body["stream"] is True
                self.close_connection = True
                script = outer.scripts.pop(0) if outer.scripts else outer.script
                try:
                    script(Reply(self, outer, body))
                except Left:
                    outer.left.append(time.monotonic())

            def do_GET(self) -> None:
                assert self.path == "/v1/models"
                data = b'{"object": "list", "data": [{"id": "m", "object": "model", "created": 0, "owned_by": "t"}]}'
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"

    @contextmanager
    def serving(self) -> Iterator[ScriptedServer]:
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.stopping.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join()
