"""What a model is called, wherever it came from."""

from __future__ import annotations


def name_of_model(model_id: str) -> str:
    """Return the model's own name: what was fitted to it holds for every copy of it."""
    return model_id.split("/")[0]
