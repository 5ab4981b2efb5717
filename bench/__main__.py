"""Measure the site's speed and memory, and write RESULTS.md: `python -m bench [latency] [edit] [index] [restart]`.

Each part runs in a process of its own, on a data folder of its own, with the site's real processes on this machine.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.report import RESULTS, Report, write_results
from site_project import settings
from site_project.run.processes import HOST, free_port

PARTS = ("latency", "edit", "index", "restart")
#: Parts on the same site share its data folder.
FOLDERS = {"latency": "demo", "restart": "demo", "edit": "edit", "index": "index"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="small sizes: to see that it works, not for the figures")
    parser.add_argument("--passages", type=int, help="passages in the full index (default: 2000, quick 200)")
    parser.add_argument("--pages", type=int, help="pages on the site of the edits (default: 10000, quick 500)")
    parser.add_argument("--edits", type=int, help="edits (default: 50, quick 5)")
    parser.add_argument("--data", type=Path, help="a folder to keep what is made, and to use it again")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the file to write (default: %(default)s)")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"unknown part: {', '.join(sorted(unknown))}")
    data = (options.data or Path(tempfile.mkdtemp(prefix="vejviser-bench-"))).resolve()
    try:
        return run(options, data)
    except KeyboardInterrupt:
        print("\nStopped.")
        return 130
    finally:
        if not options.data:
            shutil.rmtree(data, ignore_errors=True)


def run(options: argparse.Namespace, data: Path) -> int:
    """Run the parts one after the other; results are written after each, so that none is lost."""
    failed = 0
    sizes = [
        *(["--quick"] if options.quick else []),
        *(f"--{name}={value}" for name in ("passages", "pages", "edits") if (value := getattr(options, name))),
    ]
    for part in options.parts or PARTS:
        print(f"── {part}", flush=True)
        began = time.monotonic()
        folder = data / FOLDERS[part]
        folder.mkdir(parents=True, exist_ok=True)
        models = settings.VEJVISER_DATA_DIR / "models"  # prepared once, for the site and for this
        models.mkdir(exist_ok=True)
        if not (folder / "models").exists():
            (folder / "models").symlink_to(models)
        report = data / f"{part}.json"
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "VEJVISER_DATA_DIR": str(folder),
            "DATABASE_URL": "",
            "REDIS_URL": f"redis://{HOST}:{free_port()}/0",
        }
        command = [sys.executable, "-m", "bench.part", part, str(report), *sizes]
        child = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment)
        try:
            code = child.wait()
        except BaseException:
            child.terminate()
            child.wait()
            raise
        if code:
            print(f"{part} failed", file=sys.stderr)
            failed += 1
            continue
        text = Report.load(report)
        command_line = " ".join(["python -m bench", part, *sizes])
        write_results([(text, command_line)], options.results)
        print(f"\n{text.markdown(command_line)}\n{part}: {time.monotonic() - began:.0f} s\n", flush=True)
    print(f"Results are in {options.results}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
