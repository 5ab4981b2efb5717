"""Fine-tune a model's last layers on labelled texts, and return what changed; for developers.

The layers before the first one that changes compute the same throughout, so each text goes through them once. What is
left fits two cores without a GPU: about three minutes for a pass over 8,000 messages through four layers.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from chatbots.embedders.adapter import MATRICES, Adapter, Head
from chatbots.embedders.naming import name_of_model
from chatbots.embedders.sentence_transformers import SentenceTransformersEmbedder

MASKED = -1e9


@dataclass(frozen=True, slots=True)
class Sample:
    """A text, and the class that each head should read in it. A head that is not named learns nothing from it."""

    text: str
    classes: Mapping[str, str]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train. `first_layer` is the first that changes; `rank` that of the changes."""

    first_layer: int = 8
    rank: int = 16
    epochs: int = 5
    rate: float = 1e-3
    #: Of the heads, which start from nothing.
    head_rate: float = 1e-3
    decay: float = 0.05
    dropout: float = 0.1
    smoothing: float = 0.05
    warm_up: float = 0.1
    batch: int = 32
    batch_tokens: int = 1600
    max_tokens: int = 200
    seed: int = 20261123
    #: What a head's error counts, beside 1.0.
    head_weights: Mapping[str, float] = field(default_factory=dict)


class _LowRank(nn.Module):
    """Adds up·down to a weight. Starts as no change."""

    def __init__(self, weight: torch.Tensor, rank: int) -> None:
        super().__init__()
        outputs, inputs = weight.shape
        self.up = nn.Parameter(torch.zeros(outputs, rank))
        self.down = nn.Parameter(torch.randn(rank, inputs) / inputs**0.5)

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        return weight + self.up @ self.down


def finetune(
    embedder: SentenceTransformersEmbedder,
    samples: Sequence[Sample],
    heads: Mapping[str, Sequence[str]],
    recipe: Recipe,
    *,
    say: Callable[[str], None] = print,
) -> Adapter:
    """Train the embedder's model to read the `heads` (name ▸ classes) in the samples; return what changed.

    The samples are read as questions are. Raises ModelMissing.
    """
    from transformers import AutoModel

    torch.manual_seed(recipe.seed)
    chance = random.Random(recipe.seed)  # noqa: S311
    model = AutoModel.from_pretrained(str(embedder.folder), local_files_only=True).float().eval()
    model.requires_grad_(False)
    layers = model.encoder.layer[recipe.first_layer :]
    changes = _make_changeable(layers, recipe)
    prefix = embedder.card.query_prefix
    states = _states(embedder.folder, model, [prefix + sample.text for sample in samples], recipe)
    readers = nn.ModuleDict(
        {head: nn.Linear(2 * model.config.hidden_size, len(classes)) for head, classes in heads.items()}
    )
    wrong = _Wrong(samples, heads, recipe)
    dropout = nn.Dropout(recipe.dropout)
    changed = [part for change in changes.values() for part in change.parameters()]
    optimizer = _optimizer(changed, list(readers.parameters()), recipe)
    steps = recipe.epochs * len(_batches(states, recipe, chance))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step / steps, recipe.warm_up))
    for epoch in range(recipe.epochs):
        layers.train()
        errors = []
        for batch in _batches(states, recipe, chance):
            error = wrong(readers, dropout(_pooled(layers, [states[index] for index in batch])), batch)
            optimizer.zero_grad()
            error.backward()
            nn.utils.clip_grad_norm_(changed, 1.0)
            optimizer.step()
            schedule.step()
            errors.append(float(error.detach()))
        say(f"epoch {epoch + 1} of {recipe.epochs}: error {np.mean(errors):.3f}")
    return Adapter(
        name_of_model(embedder.model_id),
        recipe.first_layer,
        {at: (change.up.detach().numpy(), change.down.detach().numpy()) for at, change in changes.items()},
        {
            head: Head(reader.weight.detach().numpy(), reader.bias.detach().numpy(), tuple(heads[head]))
            for head, reader in readers.items()
        },
    )


class _Wrong:
    """How wrong the heads are about a batch of samples: cross-entropy, each sample and each head by its weight."""

    def __init__(self, samples: Sequence[Sample], heads: Mapping[str, Sequence[str]], recipe: Recipe) -> None:
        self._recipe = recipe
        self._weights = torch.tensor([sample.weight for sample in samples])
        self._targets = {
            head: torch.tensor([_place(classes, sample.classes.get(head)) for sample in samples])
            for head, classes in heads.items()
        }

    def __call__(self, readers: nn.ModuleDict, pooled: torch.Tensor, batch: list[int]) -> torch.Tensor:
        error = torch.zeros(())
        for head, reader in readers.items():
            wrong = F.cross_entropy(
                reader(pooled),
                self._targets[head][batch],
                reduction="none",
                ignore_index=-1,
                label_smoothing=self._recipe.smoothing,
            )
            error = error + self._recipe.head_weights.get(head, 1.0) * (wrong * self._weights[batch]).mean()
        return error


def _optimizer(changed: list[Any], heads: list[Any], recipe: Recipe) -> torch.optim.Optimizer:
    groups = [{"params": changed, "lr": recipe.rate}, {"params": heads, "lr": recipe.head_rate}]
    return torch.optim.AdamW(groups, weight_decay=recipe.decay)


def _place(classes: Sequence[str], wanted: str | None) -> int:
    return -1 if wanted is None else list(classes).index(wanted)


def _make_changeable(layers: Any, recipe: Recipe) -> dict[tuple[int, str], _LowRank]:
    changes = {}
    for number, layer in enumerate(layers, recipe.first_layer):
        for matrix in MATRICES:
            linear = layer.get_submodule(matrix)
            change = changes[number, matrix] = _LowRank(linear.weight, recipe.rank)
            nn.utils.parametrize.register_parametrization(linear, "weight", change)
    return changes


@torch.no_grad()
def _states(folder: Path, model: Any, texts: Sequence[str], recipe: Recipe) -> list[torch.Tensor]:
    """Return what comes out of the layers that do not change: (tokens, width) for each text, in half precision."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
    tokens = tokenizer(list(texts), truncation=True, max_length=recipe.max_tokens)["input_ids"]
    order = sorted(range(len(tokens)), key=lambda index: len(tokens[index]))
    states: list[torch.Tensor] = [torch.empty(0)] * len(tokens)
    for start in range(0, len(order), 64):
        batch = order[start : start + 64]
        ids = nn.utils.rnn.pad_sequence([torch.tensor(tokens[index]) for index in batch], batch_first=True)
        lengths = torch.tensor([len(tokens[index]) for index in batch])
        hidden = _through(model.encoder.layer[: recipe.first_layer], model.embeddings(ids), lengths)
        for index, row in zip(batch, hidden, strict=True):
            states[index] = row[: len(tokens[index])].half()
    return states


def _through(layers: Any, hidden: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    real = torch.arange(hidden.shape[1]) < lengths[:, None]
    mask = (~real)[:, None, None, :] * MASKED
    for layer in layers:
        out = layer(hidden, attention_mask=mask)
        hidden = out[0] if isinstance(out, tuple) else out
    return hidden


def _pooled(layers: Any, states: Sequence[torch.Tensor]) -> torch.Tensor:
    """Return the mean and the maximum over the tokens of what comes out of the last layer, (texts, 2 · width)."""
    lengths = torch.tensor([len(state) for state in states])
    hidden = nn.utils.rnn.pad_sequence([state.float() for state in states], batch_first=True)
    hidden = _through(layers, hidden, lengths)
    real = (torch.arange(hidden.shape[1]) < lengths[:, None])[:, :, None]
    mean = (hidden * real).sum(1) / lengths[:, None]
    return torch.cat([mean, hidden.masked_fill(~real, MASKED).max(1).values], dim=1)


def _batches(states: Sequence[torch.Tensor], recipe: Recipe, chance: random.Random) -> list[list[int]]:
    """Return batches of texts of like length, otherwise in an order of their own each time."""
    order = sorted(range(len(states)), key=lambda index: len(states[index]) + chance.random() * 10)
    batches: list[list[int]] = [[]]
    for index in order:
        longest = max([len(states[index]), *(len(states[other]) for other in batches[-1])])
        full = len(batches[-1]) >= recipe.batch or (len(batches[-1]) + 1) * longest > recipe.batch_tokens
        if batches[-1] and full:
            batches.append([])
        batches[-1].append(index)
    chance.shuffle(batches)
    return batches


def _rate(done: float, warm_up: float) -> float:
    """Return the share of the learning rate after a share of the steps: up quickly, then down in a line."""
    return min(1.0, done / warm_up) * max(0.02, 1.0 - done)
