"""A terminal at which an operator types management commands; Django is loaded once, and each command is a fork of it.

What a command loads or remembers dies with it, as it does with a process of its own.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import django
from django.core.management import CommandError, call_command, load_command_class

COMMANDS = ("index_status", "reindex")


def run(command: list[str], output: Path) -> int:
    """Run a command in this process; write what it prints to `output`, and return its exit status."""
    with output.open("w") as file, redirect_stdout(file), redirect_stderr(file):
        try:
            call_command(*command)
        except CommandError as error:
            file.write(f"{error}\n")
            return 1
    return 0


def main() -> None:
    """Read commands, a JSON list [words, file for the output] a line; answer each with its exit status."""
    django.setup()
    for name in COMMANDS:
        load_command_class("chatbots", name)
    for line in sys.stdin:
        words, output = json.loads(line)
        child = os.fork()
        if not child:
            os._exit(run(words, Path(output)))
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
