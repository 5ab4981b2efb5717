"""The CHATBOTS setting, with its defaults."""

from __future__ import annotations

from typing import Any

from django.conf import settings

DEFAULTS: dict[str, Any] = {
    "EMBEDDER": {"BACKEND": "chatbots.embedders.hashing.HashingEmbedder"},
    "LLM": {"BACKEND": ""},
    # Hours that a conversation is kept on the server after its last question.
    "CONVERSATION_HOURS": 24,
    # Questions a minute from one address.
    "RATE": "30/min",
}


def settings_for(name: str) -> Any:
    """Return CHATBOTS[name], or its default. KeyError for a setting that has neither."""
    return settings.CHATBOTS.get(name, DEFAULTS[name]) if name in DEFAULTS else settings.CHATBOTS[name]
