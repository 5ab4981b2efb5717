"""Run one part, in the environment that `python -m bench` made for it, and save its report."""

from __future__ import annotations

import argparse
import importlib
import logging
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

import django

#: (whole, quick)
SIZES = {"passages": (2000, 200), "pages": (10_000, 500), "edits": (50, 5)}


@dataclass(frozen=True)
class Sizes:
    """How much to measure."""

    quick: bool
    passages: int
    pages: int
    edits: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part")
    parser.add_argument("report", type=Path)
    parser.add_argument("--quick", action="store_true")
    for name in SIZES:
        parser.add_argument(f"--{name}", type=int)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))  # the processes it started end with it
    django.setup()
    logging.getLogger("chatbots").setLevel(logging.ERROR)  # no broker runs while a site is being made
    sizes = {name: getattr(options, name) or pair[options.quick] for name, pair in SIZES.items()}
    measure = importlib.import_module(f"bench.{options.part}").measure
    measure(Sizes(quick=options.quick, **sizes)).save(options.report)


if __name__ == "__main__":
    main()
