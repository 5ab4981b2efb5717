"""Make .venv and install what the site needs into it, unless that has been done: `python3 site_project/install.py`.

Standard library only, and nothing newer than Python 3.8 before the version has been looked at.
"""

import hashlib
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)


def main():
    if sys.version_info < OLDEST:
        here = ".".join(map(str, sys.version_info[:3]))
        sys.exit(
            "Vejviser needs Python 3.11 or newer; {} is {}.\n"
            "If a newer one is installed, name it: make run PYTHON=python3.12".format(sys.executable, here)
        )
    extra = "dev" if "--dev" in sys.argv[1:] else ""
    if installed(extra):
        return
    began = time.monotonic()
    if not works():
        make_venv()
    install(extra)
    stamp(extra).write_text(fingerprint())
    print("Packages are installed ({:.0f} s).".format(time.monotonic() - began), flush=True)


def fingerprint():
    """Return what decides the packages: both files, the folder (a moved .venv is broken) and Python's version."""
    whole = hashlib.sha256("{} {}".format(ROOT, sys.version_info[:2]).encode())
    for name in ("pyproject.toml", "constraints.txt"):
        whole.update((ROOT / name).read_bytes())
    return whole.hexdigest()


def stamp(extra):
    """Return the file that says what is installed, with or without the `extra`."""
    return VENV / ".installed{}".format("-" + extra if extra else "")


def installed(extra):
    """Tell whether the packages are there; those for development include those for running."""
    wanted = fingerprint()
    stamps = [stamp(extra), stamp("dev")]
    return PYTHON.exists() and any(path.exists() and path.read_text() == wanted for path in stamps)


def works():
    """Tell whether .venv runs, with pip in it and a Python that is new enough."""
    code = "import pip, sys; sys.exit(sys.version_info < {!r})".format(OLDEST)
    return PYTHON.exists() and subprocess.run([PYTHON, "-c", code], stderr=subprocess.DEVNULL).returncode == 0


def make_venv():
    """Make .venv; where the system's Python comes without ensurepip, with its own pip instead."""
    print("Making .venv", flush=True)
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], capture_output=True, text=True)
    if made.returncode == 0:
        return
    bare = [sys.executable, "-m", "venv", "--clear", "--without-pip", VENV]
    with_pip = [sys.executable, "-m", "pip", "--python", PYTHON, "install", "--quiet", "pip"]
    if any(subprocess.run(step, capture_output=True).returncode for step in (bare, with_pip)):
        sys.exit("Python could not make a virtual environment in {}:\n{}".format(VENV, made.stdout + made.stderr))


def install(extra):
    """Run pip, as this machine's pip is set up: one line that counts up on a terminal, all in a log."""
    log = VENV / "install.log"
    print("Installing packages (a few minutes the first time; details in {})".format(log), flush=True)
    target = ".[{}]".format(extra) if extra else "."
    command = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar=off"]
    command += ["-c", "constraints.txt", "-e", target]
    with log.open("w") as out:
        pip = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        seen = []
        for line in pip.stdout:
            out.write(line)
            seen.append(line)
            show(line)
    if sys.stdout.isatty():
        print("\r\033[K", end="", flush=True)
    if pip.wait():
        errors = [line for line in seen if line.startswith(("ERROR", "error"))] or seen[-5:]
        sys.exit("pip could not install the packages:\n{}Everything it said is in {}".format("".join(errors), log))


def show(line, counted=[0]):  # noqa: B006, one counter for the run
    """Show on a terminal which package pip is at."""
    words = line.split()
    if not sys.stdout.isatty() or not words or words[0] not in ("Collecting", "Installing", "Building"):
        return
    if words[0] == "Collecting":
        counted[0] += 1
        text = "{} packages: {}".format(counted[0], words[1])
    else:
        text = " ".join(words)
    print("\r\033[K  {:.70}".format(text), end="", flush=True)


if __name__ == "__main__":
    main()
