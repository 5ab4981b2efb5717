"""System checks: a setting that cannot work is told at start, not at the first question."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.utils.module_loading import import_string

from chatbots.conf import settings_for
from chatbots.exceptions import BackendError
from chatbots.llms.base import SHORT_NAMES, llm_class
from chatbots.vectorstores import get_vector_store


@register(Tags.compatibility)
def check_vector_store(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Check that the vector store named in settings exists and can work with the database."""
    try:
        problem = get_vector_store().problem()
    except BackendError as error:
        hint = 'Set it (VECTOR_STORE) to "flat", "pgvector", or a class by its dotted path.'
        return [Error(str(error), hint=hint, id="chatbots.E002")]
    if not problem:
        return []
    hint = "Let DATABASE_URL name a PostgreSQL that has the extension pgvector, or leave VECTOR_STORE out."
    return [Error(f"CHATBOTS['VECTOR_STORE'] cannot work: {problem}.", hint=hint, id="chatbots.E003")]


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


@register(Tags.compatibility)
def check_llm(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Check that the language model in settings, if any, can work. Loads nothing and connects to nobody."""
    options = dict(settings_for("LLM"))
    name = options.pop("BACKEND", "")
    if not name:
        named = [f"LLM_{key}" for key in ("BASE_URL", "MODEL", "API_KEY") if options.get(key)]
        return (
            [
                Warning(
                    f"{' and '.join(named)} is set, but no language model is used.",
                    hint='Set LLM_BACKEND to "openai" or "transformers".',
                    id="chatbots.W020",
                )
            ]
            if named
            else []
        )
    try:
        return llm_class(name).check(options)
    except BackendError as error:
        return [
            Error(
                str(error),
                hint=f"Name one of {', '.join(sorted(SHORT_NAMES))}, or a class by its dotted path.",
                id="chatbots.E020",
            )
        ]
