"""The CHATBOTS setting, with its defaults."""

from __future__ import annotations

from typing import Any

from django.conf import settings

DEFAULTS: dict[str, Any] = {
    "EMBEDDER": {"BACKEND": "chatbots.embedders.hashing.HashingEmbedder"},
    # Where vectors are searched: "flat" (FAISS, in the snapshot's files), "pgvector", or a class by its dotted path.
    "VECTOR_STORE": {"BACKEND": "flat"},
    "LLM": {"BACKEND": ""},
    # Hours that a question and its answer are kept on the server.
    "CONVERSATION_HOURS": 24,
    # Help cards. REGION: the region that the site's visitors live in, as in chatbots.safety.models.Region; "" shows the
    # numbers of all regions. CHECK_MONTHS: how old the check of a contact may be before the admin says so.
    "SAFETY": {"REGION": "", "CHECK_MONTHS": 6},
    # Questions a minute from one address.
    "RATE": "30/min",
}


def settings_for(name: str) -> Any:
    """Return CHATBOTS[name], or its default. KeyError for a setting that has neither."""
    return settings.CHATBOTS.get(name, DEFAULTS[name]) if name in DEFAULTS else settings.CHATBOTS[name]


def writes_answers() -> bool:
    """Say whether a language model is configured, so that answers are more than quotations."""
    return bool(settings_for("LLM").get("BACKEND"))
