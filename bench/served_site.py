"""The demo site, served from a folder of its own until it is no longer needed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / "content" / "demo"


@contextmanager
def served_site(address: str = "", *, commands: Sequence[Sequence[str]] = (), seconds: float = 300) -> Iterator[str]:
    """Yield `address`, of a site that is served already; or import, index and serve the demo site, and yield its own.

    `commands` of manage.py make it ready besides. The model is the one that `prepare_model` keeps under var/. Raises
    RuntimeError when the site does not get ready.
    """
    if address:
        yield address.rstrip("/")
        return
    with tempfile.TemporaryDirectory() as folder:
        yield from _serve(Path(folder), commands, seconds)


def _serve(folder: Path, commands: Sequence[Sequence[str]], seconds: float) -> Iterator[str]:
    environ = os.environ | {
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "VEJVISER_DATA_DIR": str(folder),
        "DATABASE_URL": "",
        "REDIS_URL": f"redis://127.0.0.1:{_free_port()}/0",  # Nobody answers there, and nobody needs to.
    }
    (folder / "models").symlink_to(ROOT / "var" / "models")
    for command in (["migrate"], ["import_content", str(DEMO)], ["reindex"], ["collectstatic", "--noinput"], *commands):
        subprocess.run([sys.executable, "manage.py", *command, "--verbosity=0"], cwd=ROOT, env=environ, check=True)
    port = _free_port()
    command = ["-m", "uvicorn", "site_project.asgi:application", f"--port={port}", "--log-level=warning"]
    server = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environ)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(f"{address}/readyz", server, seconds)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait(address: str, server: subprocess.Popen[bytes], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.5)
    raise RuntimeError("The site did not get ready")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
