"""What every embedder must do, run on each of them."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import pytest

from chatbots.embedders import Embedder, get_embedder
from chatbots.embedders.hashing import HashingEmbedder, features
from chatbots.exceptions import BackendError

TEXTS = [
    "Hvad hjælper mod hoste?",
    "Vask hænder ofte.",
    "Opening hours on Sundays",
    "søvn " * 40,
    "é — 中文 🙂",
    "   ",
    "",
]


@pytest.fixture(params=["hashing", pytest.param("sentence_transformers", marks=pytest.mark.model)])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    if request.param == "hashing":
        return HashingEmbedder()
    return request.getfixturevalue("real_embedder")


def test_a_vector_per_text_of_length_one(embedder: Embedder) -> None:
    vectors = embedder.embed(TEXTS, role="passage")
    assert vectors.shape == (len(TEXTS), embedder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_texts_give_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed([], role="passage").shape == (0, embedder.dimension)


def test_the_same_text_always_gets_the_same_vector(embedder: Embedder) -> None:
    np.testing.assert_allclose(
        embedder.embed([TEXTS[0]], role="query"), embedder.embed([TEXTS[0]], role="query"), atol=1e-6
    )


def test_vectors_come_in_the_order_of_the_texts_whatever_their_lengths(embedder: Embedder) -> None:
    together = embedder.embed(TEXTS, role="passage")
    alone = np.concatenate([embedder.embed([text], role="passage") for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_texts_about_the_same_are_nearer_than_others(embedder: Embedder) -> None:
    (question,) = embedder.embed(["Hvor længe varer hoste?"], role="query")
    near, far = embedder.embed(["Hoste varer ofte tre uger.", "Parkering ved biblioteket er gratis."], role="passage")
    assert question @ near > question @ far


def test_text_beyond_the_limit_changes_nothing(embedder: Embedder) -> None:
    long = "hoste " * 2 * embedder.max_tokens
    a, b = embedder.embed([long, long + "feber"], role="passage")
    np.testing.assert_allclose(a, b, atol=1e-5)


def test_tokens_count_the_markers_and_every_word(embedder: Embedder) -> None:
    assert 2 <= embedder.count_tokens("") < 8
    assert embedder.count_tokens("hoste " * 1000) > 1000
    assert embedder.count_tokens("Hoste og feber") < embedder.max_tokens


def test_the_model_id_is_a_short_line(embedder: Embedder) -> None:
    assert embedder.model_id.isprintable()
    assert 0 < len(embedder.model_id) <= 100


def test_threads_can_embed_at_once(embedder: Embedder) -> None:
    expected = embedder.embed(TEXTS, role="passage")
    found: list[np.ndarray] = []
    threads = [threading.Thread(target=lambda: found.append(embedder.embed(TEXTS, role="passage"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    for vectors in found:
        np.testing.assert_allclose(vectors, expected, atol=1e-5)


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("Hoste?", ["hoste", "host*"]),
        ("Åben SØN-dag", ["aaben", "aabe*", "soen", "dag"]),
        ("", []),
    ],
)
def test_what_the_hashing_embedder_counts_can_be_read(text: str, counted: Sequence[str]) -> None:
    assert list(features(text, 100)) == counted


def test_settings_name_the_embedder_of_the_process() -> None:
    assert isinstance(get_embedder(), HashingEmbedder)
    assert get_embedder() is get_embedder()


def test_a_backend_that_cannot_be_imported_is_named(settings) -> None:
    settings.CHATBOTS = settings.CHATBOTS | {"EMBEDDER": {"BACKEND": "chatbots.nowhere.Embedder"}}
    with pytest.raises(BackendError, match=r"chatbots\.nowhere\.Embedder"):
        get_embedder()
