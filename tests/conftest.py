"""Fixtures for every test."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.cache import cache

from chatbots.embedders import reset_embedder


@pytest.fixture(autouse=True)
def scratch_data(settings: LazySettings, tmp_path: Path) -> Path:
    """Give each test an empty folder for snapshots and models; no embedder and no cache from the test before."""
    settings.CHATBOTS = settings.CHATBOTS | {
        "SNAPSHOT_DIR": tmp_path / "snapshots",
        "MODEL_DIR": tmp_path / "models",
    }
    reset_embedder()
    cache.clear()
    return tmp_path
