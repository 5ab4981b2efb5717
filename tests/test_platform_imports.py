"""Heavy libraries wait until they are used: serving a page or queueing work needs none of them."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {
    "torch",
    "transformers",
    "sentence_transformers",
    "faiss",
    "huggingface_hub",
    "sklearn",
    "scipy",
    "openai",
    "gguf",
}


@pytest.mark.parametrize(
    "start",
    [
        pytest.param("import site_project.asgi, site_project.urls", id="the web server"),
        pytest.param("from site_project import celery; celery.app.loader.import_default_modules()", id="the worker"),
        pytest.param("import django; django.setup(); from chatbots import signals, tasks", id="who queues work"),
        pytest.param(
            "import django; django.setup(); from chatbots.embedders import get_embedder; get_embedder()",
            id="who asks for the embedder",
        ),
        pytest.param(
            "import django; django.setup(); from chatbots.llms import llm_class; "
            "[llm_class(name) for name in ('openai', 'transformers', 'echo')]",
            id="who asks for a language model",
        ),
    ],
)
def test_starting_loads_no_heavy_library(start: str) -> None:
    code = f"{start}\nimport sys\nprint(*sorted({HEAVY!r} & sys.modules.keys()))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
