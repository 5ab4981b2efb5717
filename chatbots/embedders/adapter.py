"""What fine-tuning changed in a model, apart from it: low-rank changes of its last layers, and heads that read them.

LoRA (Hu et al. 2021): to a matrix W of a layer comes up·down, of a rank far below W's. A file of a megabyte, where the
changed layers would be thirty.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from chatbots.exceptions import BackendError

#: The matrices of a layer that may be changed, by their names in BERT.
MATRICES = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)


@dataclass(frozen=True, slots=True)
class Head:
    """A linear reading of the pooled last layer: its mean and its maximum over the tokens, one after the other."""

    weight: np.ndarray  # float32 (classes, 2 · width)
    bias: np.ndarray  # float32 (classes,)
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Adapter:
    """Changes of a model's layers from `first_layer` on, and the heads that were trained with them."""

    #: The model that was fine-tuned, by `name_of_model`: wherever it came from.
    model: str
    first_layer: int
    #: (layer, matrix) ▸ up (outputs, rank) and down (rank, inputs), float32.
    changes: Mapping[tuple[int, str], tuple[np.ndarray, np.ndarray]]
    heads: Mapping[str, Head]

    def save(self, path: Path) -> None:
        """Write everything in half precision."""
        arrays: dict[str, np.ndarray] = {"model": np.array(self.model), "first_layer": np.array(self.first_layer)}
        for (layer, matrix), (up, down) in self.changes.items():
            arrays[f"{layer}.{matrix}.up"], arrays[f"{layer}.{matrix}.down"] = (
                up.astype(np.float16),
                down.astype(np.float16),
            )
        for name, head in self.heads.items():
            arrays[f"head.{name}.weight"], arrays[f"head.{name}.bias"] = (
                head.weight.astype(np.float16),
                head.bias.astype(np.float16),
            )
            arrays[f"head.{name}.classes"] = np.array(head.classes)
        np.savez_compressed(path, **arrays)

    @classmethod
    def load(cls, path: Path) -> Adapter:
        """Read what `save` wrote. Raises BackendError when the file is missing or damaged."""
        try:
            with np.load(path, allow_pickle=False) as arrays:
                changes = {}
                for name in (name for name in arrays.files if name.endswith(".up")):
                    layer, matrix = name.removesuffix(".up").split(".", 1)
                    down = arrays[name.removesuffix("up") + "down"]
                    changes[int(layer), matrix] = arrays[name].astype(np.float32), down.astype(np.float32)
                heads = {
                    name.split(".")[1]: Head(
                        arrays[name].astype(np.float32),
                        arrays[name.replace(".weight", ".bias")].astype(np.float32),
                        tuple(map(str, arrays[name.replace(".weight", ".classes")])),
                    )
                    for name in arrays.files
                    if name.startswith("head.") and name.endswith(".weight")
                }
                return cls(str(arrays["model"]), int(arrays["first_layer"]), changes, heads)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise BackendError(f"The adapter {path} cannot be read: {error}") from error
