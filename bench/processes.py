"""The site's real processes on this machine, started and ended by their ids."""

from __future__ import annotations

import os
import re
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import httpx

from site_project.run.processes import HOST, Program, broker, free_port, site
from site_project.settings import BASE_DIR, REDIS_URL, VEJVISER_DATA_DIR

#: Seconds that a process has to become ready, and to end when asked to.
READY_WITHIN = 120.0
END_WITHIN = 20.0


@dataclass(frozen=True)
class Memory:
    """Bytes of one process. `pss` counts a page that is shared with n processes as its n-th part."""

    rss: int
    pss: int


def memory_of(process: subprocess.Popen[bytes]) -> Memory:
    text = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
    sizes = {name: int(kilobytes) * 1024 for name, kilobytes in re.findall(r"^(\w+):\s+(\d+) kB", text, re.MULTILINE)}
    return Memory(sizes["Rss"], sizes["Pss"])


class Processes:
    """What has been started; it all ends with the block."""

    def __init__(self) -> None:
        self._running: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Processes:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in reversed(self._running):
            self.end(process)

    def start(self, program: Program) -> subprocess.Popen[bytes]:
        """Start a program of the site, with its output in its log."""
        log = log_of(program)
        log.parent.mkdir(exist_ok=True)
        with log.open("ab") as out:
            process = subprocess.Popen(program.command, cwd=BASE_DIR, stdout=out, stderr=subprocess.STDOUT)
        self._running.append(process)
        return process

    def end(self, process: subprocess.Popen[bytes]) -> None:
        with suppress(ValueError):
            self._running.remove(process)
        process.terminate()
        try:
            process.wait(timeout=END_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def start_broker(self) -> None:
        """Start the broker at the address that this process's settings have."""
        self.start(broker(int(REDIS_URL.split(":")[-1].split("/")[0]), VEJVISER_DATA_DIR))

    def start_worker(self) -> subprocess.Popen[bytes]:
        """Start the worker, and wait until it takes messages."""
        program = named("worker")
        before = log_of(program).stat().st_size if log_of(program).exists() else 0
        process = self.start(program)
        until = time.monotonic() + READY_WITHIN
        while b" ready." not in log_of(program).read_bytes()[before:]:
            _must_run(process, program, until)
            time.sleep(0.05)
        return process

    def start_web(self, *options: str, path: str = "/readyz") -> tuple[subprocess.Popen[bytes], str, float]:
        """Start a web server and wait for 200 at `path`; return it, its address and the seconds it took."""
        port = free_port()
        program = named("web", port)
        program = Program(program.name, (*program.command, *options))
        address = f"http://{HOST}:{port}"
        began = time.perf_counter()
        process = self.start(program)
        until = time.monotonic() + READY_WITHIN
        with httpx.Client(base_url=address) as client:
            while True:
                with suppress(httpx.TransportError):
                    if client.get(path).status_code == 200:
                        return process, address, time.perf_counter() - began
                _must_run(process, program, until)
                time.sleep(0.02)


def named(name: str, port: int = 0) -> Program:
    """Return a program as `make run` starts it."""
    return next(program for program in site(port) if program.name == name)


def log_of(program: Program) -> Path:
    return VEJVISER_DATA_DIR / "log" / f"{program.name}.log"


def _must_run(process: subprocess.Popen[bytes], program: Program, until: float) -> None:
    if process.poll() is not None or time.monotonic() > until:
        log = log_of(program).read_text(errors="replace").splitlines()[-15:]
        raise RuntimeError("\n".join([f"{program.name} did not become ready:", *log]))


def environment(**changes: str | None) -> dict[str, str]:
    """Return this process's environment with `changes`; None takes a variable out."""
    merged = {**os.environ, **changes}
    return {name: value for name, value in merged.items() if value is not None}
