"""A fine-tuned model computes what its layers with the changes added would, and shares the others."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chatbots.embedders.adapter import MATRICES, Adapter, Head
from chatbots.embedders.finetuning import Recipe, Sample, finetune
from chatbots.embedders.hashing import HashingEmbedder
from chatbots.embedders.naming import name_of_model
from chatbots.embedders.sentence_transformers import SentenceTransformersEmbedder
from chatbots.exceptions import BackendError, ModelDamaged

pytestmark = pytest.mark.model

TEXT = "Min mor er faldet og kan ikke komme op"
WIDTH, WIDE, RANK, FIRST = 384, 1536, 4, 10


def make_adapter(model: str = "multilingual-e5-small", width: int = WIDTH, size: float = 0.15) -> Adapter:
    random = np.random.default_rng(7)

    def matrix(rows: int, columns: int) -> np.ndarray:
        return (random.standard_normal((rows, columns)) * size).astype(np.float16).astype(np.float32)

    shapes = {"intermediate.dense": (WIDE, width), "output.dense": (width, WIDE)}
    changes = {
        (layer, name): (
            matrix(shapes.get(name, (width, width))[0], RANK),
            matrix(RANK, shapes.get(name, (width, width))[1]),
        )
        for layer in (10, 11)
        for name in MATRICES
    }
    return Adapter(model, FIRST, changes, {"outcome": Head(matrix(3, 2 * width), matrix(1, 3)[0], ("a", "b", "c"))})


def by_the_library(folder: Path, adapter: Adapter, text: str) -> np.ndarray:
    """Return what transformers computes when the changes are added to its weights."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    model = AutoModel.from_pretrained(str(folder), local_files_only=True).float().eval()
    with torch.no_grad():
        for (layer, name), (up, down) in adapter.changes.items():
            model.encoder.layer[layer].get_submodule(name).weight += torch.from_numpy(up @ down)
        tokens = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)(text, return_tensors="pt")
        hidden = model(**tokens).last_hidden_state[0]
        head = adapter.heads["outcome"]
        pooled = torch.cat([hidden.mean(0), hidden.max(0).values])
        return torch.log_softmax(torch.from_numpy(head.weight) @ pooled + torch.from_numpy(head.bias), 0).numpy()


def test_it_reads_what_the_library_would_with_the_changes_added(
    real_embedder: SentenceTransformersEmbedder, prepared_model: Path
) -> None:
    adapter = make_adapter()
    before = real_embedder.embed([TEXT], role="query")
    classify = real_embedder.classifier(adapter)
    assert classify is not None
    np.testing.assert_allclose(
        classify(TEXT)["outcome"], by_the_library(prepared_model, adapter, f"query: {TEXT}"), atol=1e-3
    )
    np.testing.assert_array_equal(real_embedder.embed([TEXT], role="query"), before)


def test_without_changes_it_reads_the_model_itself(
    real_embedder: SentenceTransformersEmbedder, prepared_model: Path
) -> None:
    unchanged = Adapter("multilingual-e5-small", 12, {}, make_adapter().heads)
    changed, same = real_embedder.classifier(make_adapter()), real_embedder.classifier(unchanged)
    assert changed is not None and same is not None
    assert np.abs(changed(TEXT)["outcome"] - same(TEXT)["outcome"]).max() > 0.01
    np.testing.assert_allclose(
        same(TEXT)["outcome"], by_the_library(prepared_model, unchanged, f"query: {TEXT}"), atol=1e-3
    )


def test_a_text_goes_through_the_shared_layers_once_where_a_reading_is_expected(
    real_embedder: SentenceTransformersEmbedder,
) -> None:
    classify = real_embedder.classifier(make_adapter())
    assert classify is not None
    others = ["hej", f"{TEXT}, og hun har ondt i hoften og fryser meget", TEXT]
    alone, fresh = real_embedder.embed([TEXT], role="query"), classify(TEXT)["outcome"]
    model = real_embedder._bert()
    first = model.layers[0]
    passes = []

    def counted(x: Any) -> Any:
        passes.append(x.shape)
        return first[0](x)

    model.layers[0] = (counted, *first[1:])
    try:
        held = real_embedder.expect_reading(TEXT)
        together = real_embedder.embed(others, role="query")
        encoded = len(passes)
        np.testing.assert_allclose(classify(TEXT)["outcome"], fresh, atol=1e-4)
        assert len(passes) == encoded, "the reading took what encoding had computed"
        del held
        np.testing.assert_allclose(classify(TEXT)["outcome"], fresh, atol=1e-4)
        assert len(passes) == encoded + 1, "nobody held it any more"
    finally:
        model.layers[0] = first
    np.testing.assert_allclose(together[2], alone[0], atol=1e-5)
    assert len(model._expected) == 0


def test_two_adapters_may_expect_the_same_text(real_embedder: SentenceTransformersEmbedder) -> None:
    model, ids = real_embedder._bert(), real_embedder._ids_of_question(TEXT)
    plain = real_embedder.embed([TEXT], role="query")
    held = [model.expect(ids, 4), model.expect(real_embedder._ids_of_question("hej"), 9)]
    assert model.expect(ids, 4) is held[0]
    np.testing.assert_allclose(real_embedder.embed([TEXT, "hej"], role="query")[:1], plain, atol=1e-5)
    for halfway, length in zip(held, (len(ids), len(real_embedder._ids_of_question("hej"))), strict=True):
        assert halfway.states is not None and halfway.states.shape == (length, WIDTH)


def test_it_is_for_one_model_and_says_so_when_its_measures_differ(real_embedder: SentenceTransformersEmbedder) -> None:
    assert real_embedder.classifier(make_adapter(model="another-model")) is None
    assert HashingEmbedder().classifier(make_adapter()) is None
    classify = real_embedder.classifier(make_adapter(width=64))
    assert classify is not None
    with pytest.raises(BackendError, match="does not fit"):
        classify(TEXT)


def test_a_damaged_model_is_told_of_with_each_text_until_it_is_whole(prepared_model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "multilingual-e5-small"
    shutil.copytree(prepared_model, folder)
    weights = folder / "model.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(b"\xff" * 64 + whole[64:])
    embedder = SentenceTransformersEmbedder(model=str(folder))
    classify = embedder.classifier(make_adapter(model=name_of_model(embedder.model_id)))
    assert classify is not None
    for _ in range(2):
        with pytest.raises(ModelDamaged, match="cannot be used"):
            classify(TEXT)
    weights.write_bytes(whole)
    assert classify(TEXT)["outcome"].shape == (3,)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    adapter, path = make_adapter(), tmp_path / "adapter.npz"
    adapter.save(path)
    again = Adapter.load(path)
    assert (again.model, again.first_layer, again.heads["outcome"].classes) == (adapter.model, FIRST, ("a", "b", "c"))
    assert again.changes.keys() == adapter.changes.keys()
    for at, (up, down) in adapter.changes.items():
        np.testing.assert_array_equal(again.changes[at][0], up)
        np.testing.assert_array_equal(again.changes[at][1], down)


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut off"])
def test_a_damaged_file_is_told_of(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "adapter.npz"
    path.write_bytes(content)
    with pytest.raises(BackendError, match=r"adapter\.npz cannot be read"):
        Adapter.load(path)
    with pytest.raises(BackendError, match=r"gone\.npz cannot be read"):
        Adapter.load(tmp_path / "gone.npz")


def test_fine_tuning_learns_what_it_is_taught_and_leaves_the_model_alone(
    real_embedder: SentenceTransformersEmbedder,
) -> None:
    samples = [Sample(f"Jeg kan lide {thing}", {"taste": "likes"}) for thing in ("te", "kaffe", "saft", "is", "ost")]
    samples += [Sample(f"Jeg hader {thing}", {"taste": "hates", "sure": "yes"}) for thing in ("te", "kaffe", "saft")]
    before = real_embedder.embed([TEXT], role="query")
    recipe = Recipe(first_layer=11, rank=2, epochs=12, rate=5e-3, head_rate=5e-3)
    heads = {"taste": ("likes", "hates"), "sure": ("yes", "no")}
    said: list[str] = []
    adapter = finetune(real_embedder, samples, heads, recipe, say=said.append)
    assert len(said) == 12
    classify = real_embedder.classifier(adapter)
    assert classify is not None
    assert classify("Jeg kan lide mælk")["taste"].argmax() == 0
    assert classify("Jeg hader mælk")["taste"].argmax() == 1
    np.testing.assert_array_equal(real_embedder.embed([TEXT], role="query"), before)
