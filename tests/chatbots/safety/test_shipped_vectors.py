"""The vectors that come with the examples: theirs, complete, and for one model only."""

from __future__ import annotations

import numpy as np
import pytest

from chatbots.embedders import Embedder
from chatbots.safety import knowledge, shipped_vectors
from chatbots.safety.knowledge import embed, name_of_vectors
from chatbots.safety.models import TriageExample
from chatbots.safety.seeding import example_rows
from chatbots.safety.shipped_vectors import digest


def test_every_example_has_a_vector_that_the_model_still_gives(real_embedder: Embedder) -> None:
    vectors = shipped_vectors.shipped_vectors(name_of_vectors(real_embedder.model_id))
    texts = [row["text"] for row in example_rows()]
    assert [text for text in texts if digest(text) not in vectors] == []
    few = texts[::200]
    assert np.allclose(np.stack([vectors[digest(text)] for text in few]), embed(real_embedder, few), atol=2e-3)


def test_another_model_has_none() -> None:
    assert shipped_vectors.shipped_vectors("multilingual-e5-small/hub/0 0") == {}


@pytest.mark.django_db
def test_only_sentences_that_an_editor_wrote_are_embedded(
    real_embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    TriageExample.objects.first().delete()
    TriageExample.objects.create(key="ours", text="Vores egen sætning", topic="general", outcome="none")
    embedded: list[str] = []

    def counting(embedder: Embedder, texts: list[str]) -> np.ndarray:
        embedded.extend(texts)
        return embed(embedder, texts)

    monkeypatch.setattr(knowledge, "embed", counting)
    rows = knowledge._examples()
    vectors = knowledge._vectors(real_embedder, name_of_vectors(real_embedder.model_id), rows)
    assert embedded == ["Vores egen sætning"]
    assert vectors.shape == (len(rows), real_embedder.dimension)
