"""What the site is measured against: the bare model, as its library runs it with the library's own defaults."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from django.conf import settings

from chatbots.embedders import get_embedder
from chatbots.embedders.model_folder import folder_for

Encode = Callable[[Sequence[str], str], np.ndarray]


def load() -> Encode:
    """Return `encode(texts, role)` of the library for the model that the site uses, prefix added."""
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    card = get_embedder().card
    folder = folder_for(settings.CHATBOTS["EMBEDDER"]["MODEL"], Path(settings.CHATBOTS["MODEL_DIR"]))
    model = SentenceTransformer(str(folder), local_files_only=True)
    model.max_seq_length = card.max_tokens
    prefixes = {"query": card.query_prefix, "passage": card.passage_prefix}

    def encode(texts: Sequence[str], role: str) -> np.ndarray:
        prefixed = [prefixes[role] + text for text in texts]
        return model.encode(prefixed, prompt="", normalize_embeddings=True, show_progress_bar=False)

    return encode
