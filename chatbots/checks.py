"""System checks: a setting that cannot work is told at start, not at the first question."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.utils.module_loading import import_string

from chatbots.conf import settings_for


@register(Tags.compatibility)
def check_embedder(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Check that the embedder named in settings can be imported."""
    path = settings_for("EMBEDDER").get("BACKEND", "")
    try:
        import_string(path)
    except ImportError as error:
        return [
            Error(
                f"CHATBOTS['EMBEDDER']['BACKEND'] is {path!r}, which cannot be imported: {error}",
                hint="Name a class by its dotted path, as in chatbots.embedders.",
                id="chatbots.E001",
            )
        ]
    return []
