"""Where a model lies on this machine, and what is known about it without loading it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from chatbots.exceptions import ModelDamaged, ModelMissing

#: What an empty setting means.
DEFAULT_MODEL = "intfloat/multilingual-e5-small"
CARD = "vejviser.json"
ADVICE = "Run: python manage.py prepare_model"
#: The prefixes that the e5 models were trained with; a model that states its own prompts keeps those.
E5_PROMPTS = {"query": "query: ", "passage": "passage: "}


@dataclass(frozen=True)
class ModelCard:
    """What a model is. `sha256` covers every file that decides its vectors."""

    name: str
    origin: str  # "hub", "wheel" or "folder"
    sha256: str
    dimension: int
    max_tokens: int
    query_prefix: str
    passage_prefix: str
    #: Size and, for a folder that is not ours, time of change of every file, so that a changed one is noticed.
    files: dict[str, list[int]] = field(default_factory=dict)

    @property
    def model_id(self) -> str:
        """Return the identity of this model's vectors, at most 100 characters."""
        return f"{self.name.rsplit('/', 1)[-1][:70]}/{self.origin}/{self.sha256[:12]}"


def is_folder(model: str) -> bool:
    """Tell whether the setting names a folder on this machine rather than a model."""
    path = Path(model).expanduser()
    return path.is_absolute() or model.startswith(".") or (bool(model) and (path / "config.json").is_file())


def folder_for(model: str, model_dir: Path) -> Path:
    """Return the folder in which the model of the setting lies, or will lie once prepared."""
    if is_folder(model):
        return Path(model).expanduser().resolve()
    name = model or DEFAULT_MODEL
    return model_dir / re.sub(r"[^\w.-]+", "--", name).strip(".-")


def card_for(model: str, model_dir: Path) -> ModelCard:
    """Return the card of the model of the setting.

    Reads one small file. Only a folder that `prepare_model` did not make is read whole, once after each change.
    Raises ModelMissing, or ModelDamaged when files have been lost or cut short.
    """
    folder = folder_for(model, model_dir)
    if not (folder / "config.json").is_file():
        raise ModelMissing(f"There is no embedding model in {folder}. {ADVICE}")
    if (folder / CARD).is_file():
        return _verified(_read(folder / CARD), folder)
    if not is_folder(model):
        raise ModelMissing(f"The embedding model in {folder} is not whole. {ADVICE}")
    beside = model_dir / f"{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}.json"
    stamps = _stamps(folder, times=True)
    if beside.is_file() and (card := _read(beside)).files == stamps:
        return card
    card = describe(folder, name=folder.name, origin="folder", times=True)
    model_dir.mkdir(parents=True, exist_ok=True)
    _write(card, beside)
    return card


def describe(folder: Path, *, name: str, origin: str, times: bool = False) -> ModelCard:
    """Read every file of the model in `folder` and return its card; raise ModelDamaged if it is no such model."""
    config = _document(folder / "config.json")
    transformer = _document(folder / "sentence_bert_config.json", default={})
    prompts = _document(folder / "config_sentence_transformers.json", default={}).get("prompts") or {}
    if not any(prompts.values()) and "e5" in re.split(r"[^a-z0-9]+", name.lower()):
        prompts = E5_PROMPTS
    if not list(folder.glob("*.safetensors")) or not (folder / "tokenizer.json").is_file():
        raise ModelDamaged(f"{folder} holds no weights (*.safetensors) or no tokenizer.json")
    positions = int(config.get("max_position_embeddings") or 512)
    return ModelCard(
        name=name,
        origin=origin,
        sha256=_digest(folder),
        dimension=_dimension(folder, config),
        max_tokens=min(int(transformer.get("max_seq_length") or positions), positions, 512),
        query_prefix=prompts.get("query", ""),
        passage_prefix=prompts.get("passage") or prompts.get("document", ""),
        files=_stamps(folder, times=times),
    )


def write_card(card: ModelCard, folder: Path) -> None:
    """Put `card` into `folder`: the last step of preparing, which makes the folder whole."""
    _write(card, folder / CARD)


def _dimension(folder: Path, config: dict[str, Any]) -> int:
    for path in sorted(folder.glob("*_Dense/config.json"), reverse=True):
        return int(_document(path)["out_features"])
    try:
        return int(config["hidden_size"])
    except (KeyError, TypeError, ValueError) as error:
        raise ModelDamaged(f"{folder}/config.json does not say the size of a vector") from error


def _document(path: Path, default: dict[str, Any] | None = None) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if default is not None:
            return default
        raise ModelDamaged(f"{path} is missing") from None
    except (OSError, ValueError) as error:
        raise ModelDamaged(f"{path} cannot be read: {error}") from error
    if not isinstance(document, dict):
        raise ModelDamaged(f"{path} is not a JSON object")
    return document


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files that can decide a vector, by relative name: not the card, notes or hidden files."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and path.name != CARD and path.suffix != ".md" and not any(p[0] == "." for p in parts):
            yield "/".join(parts), path


def _stamps(folder: Path, *, times: bool) -> dict[str, list[int]]:
    stats = ((name, path.stat()) for name, path in _files(folder))
    return {name: [stat.st_size, *([stat.st_mtime_ns] if times else [])] for name, stat in stats}


def _digest(folder: Path) -> str:
    whole = hashlib.sha256()
    for name, path in _files(folder):
        with path.open("rb") as file:
            whole.update(name.encode() + b"\0" + hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()


def _verified(card: ModelCard, folder: Path) -> ModelCard:
    for name, (size, *_) in card.files.items():
        try:
            found = (folder / name).stat().st_size
        except OSError:
            raise ModelDamaged(f"{folder / name} is missing. {ADVICE} --force") from None
        if found != size:
            raise ModelDamaged(f"{folder / name} has {found:,} bytes, not {size:,}. {ADVICE} --force")
    return card


def _read(path: Path) -> ModelCard:
    document = _document(path)
    try:
        return ModelCard(**document)
    except TypeError as error:
        raise ModelDamaged(f"{path} is not a model card of this version: {error}. {ADVICE} --force") from error


def _write(card: ModelCard, path: Path) -> None:
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(asdict(card), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    partial.replace(path)
