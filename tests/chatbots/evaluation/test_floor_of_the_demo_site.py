"""The demo site's figures, with the real model, are not below the recorded floor."""

from __future__ import annotations

import io
import logging
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command

from chatbots.evaluation.asking import evaluate, remembered_embeddings
from chatbots.evaluation.floor import falls, read_floor, worst
from chatbots.evaluation.golden import read_golden
from chatbots.evaluation.report import Report, setting_here

ROOT = Path(__file__).parents[3]

pytestmark = [pytest.mark.model, pytest.mark.django_db]


def test_no_figure_has_fallen(settings: LazySettings, prepared_model: Path, caplog: pytest.LogCaptureFixture) -> None:
    backend = "chatbots.embedders.sentence_transformers.SentenceTransformersEmbedder"
    # By its name and not by its folder: the means that centre its vectors are known by name.
    settings.CHATBOTS = settings.CHATBOTS | {
        "EMBEDDER": {"BACKEND": backend, "MODEL": ""},
        "MODEL_DIR": prepared_model.parent,
    }
    caplog.set_level(logging.ERROR, logger="chatbots")
    call_command("import_content", str(ROOT / "content" / "demo"), verbosity=0, stdout=io.StringIO())
    call_command("reindex", verbosity=0, stdout=io.StringIO())
    questions = read_golden(ROOT / "golden" / "demo.yaml")
    with remembered_embeddings():
        report = Report("demo.yaml", setting_here(), evaluate(questions))
    fallen = worst(falls(report, read_floor(ROOT / "golden" / "floor.json")))
    assert not fallen, "\n".join(map(str, fallen))
