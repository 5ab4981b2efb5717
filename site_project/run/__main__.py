"""Bring the data up to date, start everything, and stop everything on Ctrl-C: `python -m site_project.run`."""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from types import FrameType

from site_project import settings
from site_project.run import processes
from site_project.run.steps import ADMIN, ROOT

#: Seconds until something is surely wrong, and the logs are shown.
READY_WITHIN = 180


class Stopped(Exception):
    """Ctrl-C, or a signal to end."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="port of the site (default: %(default)s)")
    port = parser.parse_args().port
    data: Path = settings.VEJVISER_DATA_DIR
    began = time.monotonic()
    if processes.is_taken(port):
        print(f"Port {port} is taken. Choose another one: make run PORT={port + 1}", file=sys.stderr)
        return 1
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        password = bring_up_to_date()
        if password is None:
            return 1
        supervisor = start(port, data)
    except Stopped:
        print("\nStopped.")
        return 0
    try:
        print("Starting web, worker, beat" + ("" if settings.REDIS_URL else " and broker"), flush=True)
        if not wait_until_ready(port, supervisor, data):
            return 1
        welcome(port, password, data, time.monotonic() - began)
        supervisor.wait()
        print("The process manager ended by itself; see the logs in", data / "log", file=sys.stderr)
        return 1
    except Stopped:
        print("\nStopping …", flush=True)
        return 0
    finally:
        stop(supervisor)
        print("Everything is stopped.", flush=True)


def _stop(number: int, frame: FrameType | None) -> None:
    for signal_number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signal_number, signal.SIG_IGN)  # once is enough
    raise Stopped


def bring_up_to_date() -> str | None:
    """Run the steps in a process of their own; return the new admin's password, "" for none, None on failure."""
    reader, writer = os.pipe()
    # Saved pages wake nobody up here: the index is made by a step, and the broker does not run yet.
    environment = os.environ | {"REDIS_URL": settings.REDIS_URL or "memory://localhost/"}
    command = [sys.executable, "-m", "site_project.run.steps", "--password-to", str(writer)]
    child = subprocess.Popen(command, cwd=ROOT, env=environment, pass_fds=[writer], process_group=0)
    os.close(writer)
    try:
        with os.fdopen(reader) as pipe:
            password = pipe.read()
        return password if child.wait() == 0 else None
    except Stopped:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGTERM)
        child.wait()
        raise


def start(port: int, data: Path) -> subprocess.Popen[bytes]:
    """Start the process manager with the broker, unless the settings name one, and the site."""
    programs = processes.site(port)
    environment = dict(os.environ)
    if not settings.REDIS_URL:
        broker_port = processes.free_port()
        programs = (processes.broker(broker_port, data), *programs)
        environment["REDIS_URL"] = f"redis://{processes.HOST}:{broker_port}/0"
    configuration = processes.write_configuration(programs, ROOT, data)
    command = [sys.executable, "-m", "supervisor.supervisord", "--nodaemon", "-c", str(configuration)]
    # In a session of its own, so that Ctrl-C comes here and the manager hears of it from us, once.
    return subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True, preexec_fn=_end_with_parent)


def _end_with_parent() -> None:
    """Ask Linux to end this process when the one that started it is killed."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def wait_until_ready(port: int, supervisor: subprocess.Popen[bytes], data: Path) -> bool:
    """Return True once /readyz says so; else show what it and the logs say, and return False."""
    reason = "no answer"
    # As a visitor would come: the site refuses a host that is not its own.
    asked = urllib.request.Request(f"http://{processes.HOST}:{port}/readyz", headers={"Host": own_host()})
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until and supervisor.poll() is None:
        try:
            with urllib.request.urlopen(asked, timeout=5):  # noqa: S310 - the address is our own
                return True
        except urllib.error.HTTPError as error:
            reason = error.read().decode(errors="replace")
            with suppress(ValueError):
                reason = json.dumps(json.loads(reason), ensure_ascii=False)
        except OSError as error:
            reason = str(error)
        time.sleep(0.1)
    print(f"The site did not become ready: {reason}", file=sys.stderr)
    for log in sorted((data / "log").glob("*.log")):
        tail = log.read_text(errors="replace").splitlines()[-5:]
        print(f"── {log}", *tail, sep="\n", file=sys.stderr)
    return False


def own_host() -> str:
    """Return a host name that the settings allow, this machine's address if that is one of them."""
    allowed = settings.ALLOWED_HOSTS
    if processes.HOST in allowed or "*" in allowed:
        return processes.HOST
    return next((f"www{name}" if name.startswith(".") else name for name in allowed), processes.HOST)


def welcome(port: int, password: str, data: Path, seconds: float) -> None:
    address = f"http://{processes.HOST}:{port}"
    login = f"{ADMIN} / {password}   (shown this once)" if password else f"{ADMIN}, with the password of the first run"
    print(
        f"\nVejviser is ready after {seconds:.0f} s.\n\n"
        f"  Site    {address}/\n"
        f"  Admin   {address}/admin/\n"
        f"  Login   {login}\n"
        f"  Logs    {data / 'log'}/\n\n"
        "Ctrl-C stops everything.",
        flush=True,
    )


def stop(supervisor: subprocess.Popen[bytes]) -> None:
    """End the process manager, which ends its processes first."""
    with suppress(ProcessLookupError):
        supervisor.terminate()
    try:
        supervisor.wait(timeout=25)
    except subprocess.TimeoutExpired:
        supervisor.kill()
        supervisor.wait()


if __name__ == "__main__":
    sys.exit(main())
