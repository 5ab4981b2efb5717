"""The real embedder: a sentence-transformers model that `prepare_model` prepared, or a folder with one.

torch is imported by the first `embed` and by nothing before it, so that a process which only queues work, counts
tokens or asks for the model's id stays small and starts fast.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from chatbots.conf import settings_for
from chatbots.embedders.adapter import Adapter
from chatbots.embedders.base import Classifier, Embedder, Role
from chatbots.embedders.joining import Encode, Joiner
from chatbots.embedders.model_folder import ADVICE, ModelCard, card_for, folder_for
from chatbots.embedders.naming import name_of_model
from chatbots.exceptions import BackendError, ModelDamaged

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from chatbots.embedders.bert import Bert, Halfway, TunedBert

#: Threads for one product of matrices. More do not help a short question.
_MAX_THREADS = 4


class SentenceTransformersEmbedder(Embedder):
    """Options: `model`, a folder or a model's name, or "" for the default one; `threads`, 0 for the machine's cores."""

    def __init__(self, model: str = "", threads: int = 0, **options: Any) -> None:
        super().__init__(model=model, threads=threads, **options)
        self._model = model
        self._threads = threads or min(_MAX_THREADS, len(os.sched_getaffinity(0)))
        # One at a time: two would only take the cores from each other.
        self._turn = threading.Lock()
        self._loaded: Encode | None = None
        self._lean: Bert | None = None
        #: First layer that a classifier has of its own.
        self._reads_from: int | None = None
        self._encode_questions = Joiner(self._encode, self._turn)

    @cached_property
    def card(self) -> ModelCard:
        """What the model is and where it came from; raises ModelMissing."""
        return card_for(self._model, self._model_dir)

    @property
    def model_id(self) -> str:
        return self.card.model_id

    @property
    def origin(self) -> str:
        return str(self.folder) if self.card.origin == "folder" else self.card.origin

    @property
    def dimension(self) -> int:  # type: ignore[override]
        return self.card.dimension

    @property
    def max_tokens(self) -> int:  # type: ignore[override]
        return self.card.max_tokens

    def check(self) -> None:
        card_for(self._model, self._model_dir)  # and not `card`: this process may remember a model that is gone

    @property
    def _model_dir(self) -> Path:
        return Path(settings_for("MODEL_DIR"))

    @property
    def folder(self) -> Path:
        """The folder of the model's files."""
        return folder_for(self._model, self._model_dir)

    def embed(self, texts: Sequence[str], *, role: Role) -> np.ndarray:
        prefix = self.card.query_prefix if role == "query" else self.card.passage_prefix
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        prefixed = [prefix + text for text in texts]
        if role == "query":
            return self._encode_questions(prefixed)
        with self._turn:
            return self._encode(prefixed)

    def _encode(self, texts: Sequence[str]) -> np.ndarray:
        """Return the vectors of `texts`, prefixes included. Loads the model on first use. For one thread at a time."""
        with self._damage_told():
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded(texts)

    @contextmanager
    def _damage_told(self) -> Iterator[None]:
        """Turn what the libraries raise, each errors of its own, into ModelDamaged."""
        try:
            yield
        except BackendError:
            raise
        except Exception as error:
            raise ModelDamaged(
                f"The embedding model in {self.folder} cannot be used: {error}. {ADVICE} --force"
            ) from error

    def classifier(self, adapter: Adapter) -> Classifier | None:
        from chatbots.embedders import bert

        with self._damage_told():
            if adapter.model != name_of_model(self.model_id) or not bert.supports(self.folder):
                return None
        tuned: TunedBert | None = None
        self._reads_from = adapter.first_layer

        def classify(text: str) -> dict[str, np.ndarray]:
            nonlocal tuned
            ids = self._ids_of_question(text)
            with self._turn, self._damage_told():
                tuned = tuned or self._bert().tuned(self.folder, adapter)
                return tuned.read(ids)

        return classify

    def expect_reading(self, text: str) -> Halfway | None:
        if self._lean is None or self._reads_from is None:
            return None
        return self._lean.expect(self._ids_of_question(text), self._reads_from)

    def _ids_of_question(self, text: str) -> list[int]:
        return _cut(self._tokenizer.encode(self.card.query_prefix + text).ids, self.max_tokens)

    def count_tokens(self, text: str) -> int:
        return len(self._tokenizer.encode(self.card.passage_prefix + text).ids)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        """The model's tokenizer, without a limit; safe to use from several threads."""
        from tokenizers import Tokenizer

        path = self.folder / "tokenizer.json"
        _ = self.card  # says what is wrong when the file is missing
        try:
            tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # the library raises bare Exception
            raise ModelDamaged(f"{path} cannot be read: {error}") from error
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    def _load(self) -> Encode:
        """Load the model: the lean encoder where it computes the same, else the library's own."""
        import torch

        from chatbots.embedders import bert

        torch.set_num_threads(self._threads)
        folder = self.folder
        _ = self.card
        if torch.cuda.is_available() or not bert.supports(folder):
            return self._load_with_library(folder)
        model = self._bert()
        tokenizer, limit = self._tokenizer, self.max_tokens

        def encode(texts: Sequence[str]) -> np.ndarray:
            return model.encode([_cut(encoding.ids, limit) for encoding in tokenizer.encode_batch(list(texts))])

        return encode

    def _bert(self) -> Bert:
        """Return the lean encoder: one for vectors and for all that is read with changed layers."""
        from chatbots.embedders import bert

        if self._lean is None:
            self._lean = bert.Bert(self.folder)
        return self._lean

    def _load_with_library(self, folder: Path) -> Encode:
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer(str(folder), local_files_only=True)
        model.max_seq_length = self.max_tokens

        def encode(texts: Sequence[str]) -> np.ndarray:
            vectors = model.encode(
                list(texts), prompt="", batch_size=8, normalize_embeddings=True, show_progress_bar=False
            )
            return np.asarray(vectors, dtype=np.float32)

        return encode


def _cut(ids: list[int], limit: int) -> list[int]:
    """Return at most `limit` tokens, of which the last is the closing marker."""
    return ids if len(ids) <= limit else [*ids[: limit - 1], ids[-1]]
