"""What comes with the examples, vectors and worths: theirs, complete, and for one model only."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from chatbots.embedders import Embedder
from chatbots.safety import knowledge, shipped_vectors, shipped_worths, weights
from chatbots.safety.knowledge import embed, likeness_of, name_of_vectors
from chatbots.safety.likeness import Example, Likeness
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


@pytest.mark.django_db
@pytest.mark.parametrize("with_model", [True, False])
def test_what_the_examples_are_worth_need_not_be_solved_at_a_start(
    real_embedder: Embedder, monkeypatch: pytest.MonkeyPatch, with_model: bool
) -> None:
    embedder, model = (real_embedder, name_of_vectors(real_embedder.model_id)) if with_model else (None, "")
    known = likeness_of(TriageExample.objects.order_by("-pk"), embedder, model)
    assert known.fingerprint in shipped_worths.shipped_worths()
    solved = known.solve()
    monkeypatch.setattr(Likeness, "solve", None)
    near = known.near("Min mor er faldet om og trækker ikke vejret", None)
    assert known.signals(near)["urgency"] == pytest.approx(float(near @ solved), abs=1e-4)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [{"outcome": "none"}, {"text": "MIN MOR ER FALDET OM!!!"}, {"active": False}],
    ids=["outcome", "text", "off"],
)
def test_what_they_are_worth_is_solved_anew_once_an_editor_changes_one(change: dict[str, object]) -> None:
    TriageExample.objects.filter(pk=TriageExample.objects.filter(outcome="emergency").first().pk).update(**change)
    assert likeness_of(knowledge._examples()).fingerprint not in shipped_worths.shipped_worths()


def test_an_example_that_is_written_otherwise_has_another_vector_and_another_worth() -> None:
    kernel = weights.fitted(weights.WITH_MEANING).kernel
    one, other = (Likeness([Example(text, "seizure", "emergency")], None, kernel) for text in ("kramper", "Kramper!"))
    assert one.fingerprint != other.fingerprint


def test_worths_that_cannot_be_read_are_solved(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "worths.npz").write_bytes(b"version https://git-lfs.github.com/spec/v1")
    monkeypatch.setattr(shipped_worths, "WORTHS_FILE", tmp_path / "worths.npz")
    assert shipped_worths.shipped_worths.__wrapped__() == {}
