"""Fixtures for every test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.utils import translation

from chatbots.answering import judge
from chatbots.embedders import Embedder, reset_embedder
from site_project.run.messages import compile_messages
from tests import sharing


def pytest_configure(config: pytest.Config) -> None:
    """Compile the translations, as `make run` does; once, where several processes share the tests."""
    if not hasattr(config, "workerinput"):
        sharing.one_thread_each(config)
        compile_messages(Path(__file__).resolve().parent.parent / "locale")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    sharing.waiting_first(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> sharing.InOrder:
    config.option.loadscopereorder = False
    return sharing.InOrder(config, log)


@pytest.fixture(autouse=True)
def scratch_data(settings: LazySettings, tmp_path: Path) -> Path:
    """Give each test an empty folder for snapshots and models; no embedder, cache or language of the test before."""
    settings.CHATBOTS = settings.CHATBOTS | {
        "SNAPSHOT_DIR": tmp_path / "snapshots",
        "MODEL_DIR": tmp_path / "models",
    }
    reset_embedder()
    cache.clear()
    translation.deactivate()
    return tmp_path


@pytest.fixture(scope="session")
def prepared_model() -> Path:
    """Return the folder of the real model; the first run on a machine prepares it, later ones find it there."""
    from chatbots.embedders.preparing import Preparation, prepare
    from tests.settings import REAL_MODEL_DIR

    job = Preparation(model="", model_dir=REAL_MODEL_DIR)
    prepare(job)
    return job.folder


@pytest.fixture(scope="session")
def real_embedder(prepared_model: Path) -> Embedder:
    """Return the real embedder, loaded once for all tests."""
    from chatbots.embedders.sentence_transformers import SentenceTransformersEmbedder

    return SentenceTransformersEmbedder(model=str(prepared_model))


@pytest.fixture
def judge_by_shared_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Let the judge ask for two in five of a question's words, by weight, so that these tests depend on no fit."""
    fitted = {
        "thresholds": {"guide": 0.5, "health": 0.5},
        "sure": {"guide": 0.5, "health": 0.5},
        "intercept": 0.0,
        "weights": {"page_coverage": 10.0},
        "means": {"page_coverage": 0.4},
        "deviations": {"page_coverage": 1.0},
    }
    file = tmp_path / "sufficiency.json"
    file.write_text(json.dumps({"same_language": fitted, "crosslingual": fitted}))
    monkeypatch.setattr(judge, "SUFFICIENCY_FILE", file)
    judge.forget_fitted()
    yield
    judge.forget_fitted()
