"""A BERT encoder without ceremony: what `SentenceTransformer.encode` computes, in about half the time on a CPU.

A question is short, so most of `encode` is overhead and reading weights. Here query, key and value are one product,
weights are laid out once for the CPU's matrix kernels, batches hold texts of like length, and nothing but torch and
safetensors is imported. The weights file is mapped, not read: processes share the embeddings, its largest part.
Vectors equal those of `encode` to 1e-5, which tests hold it to.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
import torch
import torch.nn.functional as F
from safetensors import safe_open

from chatbots.embedders.adapter import Adapter, Head
from chatbots.exceptions import BackendError

#: Tokens in one batch, padding included: measured fastest on two cores (30 passages of 115 tokens a second).
BATCH_TOKENS = 1024

Linear = Callable[..., torch.Tensor]
Norm = tuple[torch.Tensor, torch.Tensor]
Layer = tuple[Linear, Linear, Norm, Linear, Linear, Norm]


def supports(folder: Path) -> bool:
    """Tell whether the model in `folder` is what this encoder computes: BERT, mean pooling, unit length."""

    def document(name: str) -> Any:
        path = folder / name
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}

    config, pooling = document("config.json"), document("1_Pooling/config.json")
    modules = [str(module.get("type", "")).rsplit(".", 1)[-1] for module in document("modules.json") or []]
    others = [key for key, value in pooling.items() if key.startswith("pooling_mode_") and value is True]
    mean = pooling.get("pooling_mode") == "mean" or others == ["pooling_mode_mean_tokens"]
    return (
        config.get("model_type") == "bert"
        and config.get("hidden_act") == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
        and modules == ["Transformer", "Pooling", "Normalize"]
        and mean
        and not document("sentence_bert_config.json").get("do_lower_case")
        and (folder / "model.safetensors").is_file()
    )


class Bert:
    """The encoder of one folder. For one thread at a time, but for `expect`."""

    def __init__(self, folder: Path) -> None:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self.heads = config["num_attention_heads"]
        self.width = config["hidden_size"]
        self.epsilon = config["layer_norm_eps"]
        self.pad = config.get("pad_token_id") or 0
        with _Weights(folder) as weights:
            self.words = weights.tensor("embeddings.word_embeddings.weight")
            types = weights.tensor("embeddings.token_type_embeddings.weight")
            self.positions = weights.tensor("embeddings.position_embeddings.weight") + types[0]
            self.norm = weights.pair("embeddings.LayerNorm")
            self.layers = [weights.layer(number) for number in range(config["num_hidden_layers"])]
        self._expected: WeakValueDictionary[tuple[int, ...], Halfway] = WeakValueDictionary()

    def encode(self, texts: Sequence[Sequence[int]]) -> np.ndarray:
        """Return the unit vectors of texts given as token ids, markers included; float32 (len(texts), width)."""
        vectors = np.empty((len(texts), self.width), dtype=np.float32)
        with torch.inference_mode():
            for batch in _batches([len(ids) for ids in texts]):
                vectors[batch] = self._pooled([texts[index] for index in batch]).numpy()
        return vectors

    def tuned(self, folder: Path, adapter: Adapter) -> TunedBert:
        """Return what reads with the layers as an adapter changes them; those before are shared, not copied.

        Raises BackendError when the adapter is of a model of other measures.
        """
        with _Weights(folder) as weights:
            try:
                changed = [weights.layer(number, adapter) for number in range(adapter.first_layer, len(self.layers))]
            except RuntimeError as error:  # torch's, of shapes that do not fit
                raise BackendError(f"The adapter does not fit the model in {folder}: {error}") from error
        return TunedBert(self, adapter.first_layer, changed, adapter.heads)

    def expect(self, text: Sequence[int], layer: int) -> Halfway:
        """Return what will hold the text half way, at a layer, once it is encoded; as long as the caller holds that."""
        halfway = self._expected.get(tuple(text))
        if halfway is None or halfway.layer != layer:
            halfway = self._expected[tuple(text)] = Halfway(layer)
        return halfway

    def halfway(self, text: Sequence[int], layer: int) -> torch.Tensor:
        """Return what goes into a layer for one text, (1, tokens, width): as encoded where that was expected."""
        expected = self._expected.get(tuple(text))
        if expected is not None and expected.layer == layer and expected.states is not None:
            return expected.states[None]
        return self.through(self.layers[:layer], self._embedded(torch.tensor([text])))

    def _pooled(self, texts: list[Sequence[int]]) -> torch.Tensor:
        longest = max(len(ids) for ids in texts)
        ids = torch.tensor([[*ids, *[self.pad] * (longest - len(ids))] for ids in texts])
        lengths = torch.tensor([len(ids) for ids in texts])
        if bool((lengths == longest).all()):
            return F.normalize(self._hidden(texts, ids, None).mean(1), dim=1)
        real = torch.arange(longest) < lengths[:, None]
        hidden = self._hidden(texts, ids, real[:, None, None, :])
        return F.normalize((hidden * real[:, :, None]).sum(1) / lengths[:, None], dim=1)

    def _hidden(self, texts: list[Sequence[int]], ids: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        """Return the last layer's hidden states, (texts, tokens, width). `ids` are those of `texts`, padded."""
        expected = [self._expected.get(tuple(text)) for text in texts]
        x, done = self._embedded(ids), 0
        for layer in sorted({halfway.layer for halfway in expected if halfway is not None}):
            x, done = self.through(self.layers[done:layer], x, mask), layer
            for text, halfway, states in zip(texts, expected, x, strict=True):
                if halfway is not None and halfway.layer == layer:
                    halfway.states = states[: len(text)].clone()
        return self.through(self.layers[done:], x, mask)

    def _embedded(self, ids: torch.Tensor) -> torch.Tensor:
        """Return what goes into the first layer, (texts, tokens, width)."""
        summed = F.embedding(ids, self.words) + self.positions[: ids.shape[1]]
        return F.layer_norm(summed, (self.width,), *self.norm, self.epsilon)

    def through(self, layers: Sequence[Layer], x: torch.Tensor, mask: torch.Tensor | None = None) -> torch.Tensor:
        """Return what comes out of `layers`, (texts, tokens, width). `mask` is False where there is padding."""
        count, length, _ = x.shape
        width, heads, epsilon = (self.width,), self.heads, self.epsilon
        for attend, out, norm_1, up, down, norm_2 in layers:
            q, k, v = attend(x).view(count, length, 3, heads, self.width // heads).permute(2, 0, 3, 1, 4)
            context = F.scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(1, 2)
            x = F.layer_norm(out(context.reshape(count, length, self.width)) + x, width, *norm_1, epsilon)
            x = F.layer_norm(down(up(x, gelu=True)) + x, width, *norm_2, epsilon)
        return x


class Halfway:
    """What goes into one layer for one text: (tokens, width), once the text was encoded. Gone when nobody holds it."""

    __slots__ = ("__weakref__", "layer", "states")

    def __init__(self, layer: int) -> None:
        self.layer = layer
        self.states: torch.Tensor | None = None


class TunedBert:
    """Reads with a model's last layers fine-tuned. Not for two threads at once, nor while its model encodes."""

    def __init__(self, model: Bert, first_layer: int, layers: Sequence[Layer], heads: Mapping[str, Head]) -> None:
        self._model = model
        self._first_layer = first_layer
        self._layers = layers
        self._heads = heads

    def read(self, text: Sequence[int]) -> dict[str, np.ndarray]:
        """Return the log-probability of each class of each head for one text, float32 (classes,)."""
        with torch.inference_mode():
            halfway = self._model.halfway(text, self._first_layer)
            hidden = self._model.through(self._layers, halfway)[0]
            pooled = torch.cat([hidden.mean(0), hidden.max(0).values])
            return {
                name: torch.log_softmax(torch.from_numpy(head.weight) @ pooled + torch.from_numpy(head.bias), 0).numpy()
                for name, head in self._heads.items()
            }


class _Weights:
    """The tensors of a folder's model, read one by one while it is open."""

    def __init__(self, folder: Path) -> None:
        self._opened = safe_open(folder / "model.safetensors", "pt")

    def __enter__(self) -> _Weights:
        self._file = self._opened.__enter__()
        self._stem = "" if "embeddings.word_embeddings.weight" in set(self._file.keys()) else "bert."
        return self

    def __exit__(self, *args: Any) -> None:
        self._opened.__exit__(*args)

    def tensor(self, name: str) -> torch.Tensor:
        return self._file.get_tensor(self._stem + name).float()

    def pair(self, name: str) -> tuple[torch.Tensor, torch.Tensor]:
        return self.tensor(f"{name}.weight"), self.tensor(f"{name}.bias")

    def layer(self, number: int, adapter: Adapter | None = None) -> Layer:
        """Return the parts of a layer in the order in which they are applied."""
        stem = f"encoder.layer.{number}"

        def matrix(name: str) -> tuple[torch.Tensor, torch.Tensor]:
            weight, bias = self.pair(f"{stem}.{name}")
            if adapter is not None and (change := adapter.changes.get((number, name))) is not None:
                up, down = map(torch.from_numpy, change)
                weight = weight + up @ down
            return weight, bias

        parts = [matrix(f"attention.self.{part}") for part in ("query", "key", "value")]
        return (
            _linear(torch.cat([w for w, _ in parts]), torch.cat([b for _, b in parts])),
            _linear(*matrix("attention.output.dense")),
            self.pair(f"{stem}.attention.output.LayerNorm"),
            _linear(*matrix("intermediate.dense")),
            _linear(*matrix("output.dense")),
            self.pair(f"{stem}.output.LayerNorm"),
        )


def _batches(lengths: list[int]) -> Iterator[list[int]]:
    """Yield the indexes of texts in batches of like length, longest first, of at most BATCH_TOKENS with padding."""
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda index: -lengths[index]):
        if batch and lengths[batch[0]] * (len(batch) + 1) > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def packs_weights() -> bool:
    """Tell whether this torch can lay weights out for the CPU's matrix kernels (oneDNN; x86-64 builds can)."""
    return torch.backends.mkldnn.is_available() and hasattr(torch.ops.mkldnn, "_linear_pointwise")


def _linear(weight: torch.Tensor, bias: torch.Tensor) -> Linear:
    """Return x ▸ x·weightᵀ + bias, then GELU if asked for."""
    if packs_weights():
        # What torch's own compiler uses for CPU inference; half the time of F.linear on a dozen tokens.
        packed = torch.ops.mkldnn._reorder_linear_weight(weight, None)
        product = torch.ops.mkldnn._linear_pointwise

        def apply_packed(x: torch.Tensor, *, gelu: bool = False) -> torch.Tensor:
            return product(x, packed, bias, "gelu" if gelu else "none", [], "none" if gelu else "")

        return apply_packed

    def apply(x: torch.Tensor, *, gelu: bool = False) -> torch.Tensor:
        y = F.linear(x, weight, bias)
        return F.gelu(y) if gelu else y

    return apply
