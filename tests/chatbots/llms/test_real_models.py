"""SmolLM2-135M-Instruct, through transformers in this process and through a real server, on English pages.

So small a model is often wrong. What is tried is that whatever it writes, the visitor gets what the page says.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import LazySettings

from chatbots.answering import Question, answer
from chatbots.bots import HEALTH
from chatbots.llms import LLM, Message, get_llm
from chatbots.llms.openai_compatible import OpenAICompatibleLLM
from chatbots.llms.transformers import TransformersLLM
from content.models import Page
from tests.chatbots.llms import smollm2
from tests.chatbots.pages import index, make_page

pytestmark = [pytest.mark.registry, pytest.mark.model, pytest.mark.django_db]

PATIENT = {"FIRST_TOKEN_TIMEOUT": 120, "TOTAL_TIMEOUT": 150}
BODY = (
    "<h2>What you can do</h2><p>Warm tea with honey soothes a cough. Do not give honey to children under 1 year. "
    "Keep the bedroom cool at night.</p>"
    "<h2>See a doctor</h2><p>See your doctor if the cough has lasted more than 8 weeks.</p>"
)
QUESTIONS = [
    "What soothes a cough?",
    "When should I see a doctor about my cough?",
    "May children under 1 year have honey?",
]
#: Nothing but these numbers stands on the page.
KNOWN = {"1", "8"}


@pytest.fixture(scope="module")
def gguf() -> Path:
    from tests.settings import REAL_MODEL_DIR

    return smollm2.fetch(REAL_MODEL_DIR)


@pytest.fixture(scope="module")
def folder(gguf: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return smollm2.as_folder(gguf, tmp_path_factory.mktemp("smollm2"))


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[str]:
    """Run `transformers serve` on a free port; return the address of its API."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "transformers.cli.transformers", "serve", str(folder), "--host", "127.0.0.1"]
    log = folder / "serve.log"
    models = folder / "hub"  # The server lists those it finds there, and fails where there is no such folder.
    models.mkdir()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--port", str(port), "--device", "cpu", "--dtype", "float32"],
            env=os.environ | {"HF_HUB_OFFLINE": "1", "HF_HUB_CACHE": str(models)},
            stdout=output,
            stderr=output,
        )
    try:
        ends = time.monotonic() + 120
        while True:
            assert process.poll() is None and time.monotonic() < ends, log.read_text()[-2000:]
            try:
                httpx.get(f"http://127.0.0.1:{port}/health", timeout=1).raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.5)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def cough(settings: LazySettings, prepared_model: Path, judge_by_shared_words: None) -> Page:
    settings.CHATBOTS = settings.CHATBOTS | {
        "EMBEDDER": {
            "BACKEND": "chatbots.embedders.sentence_transformers.SentenceTransformersEmbedder",
            "MODEL": str(prepared_model),
        }
    }
    page = make_page("cough", title="Cough", summary="About coughs.", language="en", body=BODY)
    index()
    return page


def ask_everything(settings: LazySettings, **options: Any) -> LLM:
    settings.CHATBOTS = settings.CHATBOTS | {"LLM": options | PATIENT}
    llm = get_llm()
    assert llm is not None
    for question in QUESTIONS:
        data = list(answer(HEALTH, Question(question, language="en")))[-1].data
        assert data["status"] in {"answered", "partial"}
        assert data["sources"][0]["title"] == "Cough"
        assert {word.strip(".,") for word in data["text"].split() if word.strip(".,").isdigit()} <= KNOWN
        assert any(fact in data["text"].lower() for fact in ("honey", "8 weeks", "cool at night"))
    assert sum(llm.outcomes.values()) >= 1, "the model has been asked"
    return llm


def written(llm: LLM) -> str:
    """Return a reply to something that the smallest model knows."""
    said = "".join(llm.reply([Message("user", "What is the capital of France? One sentence.")], max_tokens=40))
    llm.close()
    return said


def test_a_gguf_file_in_this_process(gguf: Path, cough: Page, settings: LazySettings) -> None:
    llm = ask_everything(settings, BACKEND="transformers", MODEL=str(gguf))
    assert isinstance(llm, TransformersLLM)
    assert "Paris" in written(llm)


def test_a_visitor_who_leaves_stops_the_model(folder: Path) -> None:
    llm = TransformersLLM(model=str(folder), first_token_timeout=120, total_timeout=150)
    pieces = llm.stream([Message("user", "Write a very long story.")], max_tokens=400)
    assert next(piece for piece in pieces if piece)
    pieces.close()
    began = time.monotonic()
    assert "Paris" in written(llm)
    assert time.monotonic() - began < 12, "400 tokens would take twenty seconds"


def test_a_real_server(served: str, folder: Path, cough: Page, settings: LazySettings) -> None:
    llm = ask_everything(settings, BACKEND="openai", BASE_URL=served, MODEL=str(folder))
    assert isinstance(llm, OpenAICompatibleLLM)
    assert llm.problem() == ""
    assert "Paris" in written(llm)
