"""System checks of the language model's settings, and what the operator is told."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import call_command

from chatbots.checks import check_llm
from chatbots.llms import get_llm, llm_status
from chatbots.panels import llm_lines
from tests.chatbots.llms.scripted_server import ScriptedServer

Use = Callable[..., None]
SERVER = "http://127.0.0.1:9/v1"


@pytest.fixture
def use(settings: LazySettings) -> Use:
    def set_options(**options: Any) -> None:
        settings.CHATBOTS = settings.CHATBOTS | {"LLM": {"BACKEND": "", "BASE_URL": "", "MODEL": ""} | options}

    return set_options


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ({}, []),
        ({"BASE_URL": SERVER}, ["chatbots.W020"]),
        ({"BACKEND": "opnai"}, ["chatbots.E020"]),
        ({"BACKEND": "chatbots.bots.Bot"}, ["chatbots.E020"]),
        ({"BACKEND": "openai", "MODEL": "m"}, ["chatbots.E021"]),
        ({"BACKEND": "openai", "BASE_URL": "127.0.0.1:8080/v1", "MODEL": "m"}, ["chatbots.E021"]),
        ({"BACKEND": "openai", "BASE_URL": SERVER}, ["chatbots.E022"]),
        ({"BACKEND": "openai", "BASE_URL": SERVER, "MODEL": "m"}, []),
        ({"BACKEND": "openai", "BASE_URL": SERVER, "MODEL": "m", "API_KEY": "k"}, []),
        ({"BACKEND": "openai", "BASE_URL": "http://host/v1", "MODEL": "m", "API_KEY": "k"}, ["chatbots.W021"]),
        ({"BACKEND": "transformers"}, ["chatbots.E023"]),
        ({"BACKEND": "transformers", "MODEL": "owner/name"}, []),
        ({"BACKEND": "transformers", "MODEL": "/nowhere/model"}, ["chatbots.E024"]),
        ({"BACKEND": "transformers", "MODEL": "/nowhere/model.gguf"}, ["chatbots.E024"]),
        ({"BACKEND": "transformers", "MODEL": "./nowhere:model.gguf"}, ["chatbots.E024"]),
    ],
    ids=str,
)
def test_what_cannot_work_is_told_at_start_with_a_hint(use: Use, options: dict[str, str], ids: list[str]) -> None:
    use(**options)
    found = check_llm(None)
    assert [message.id for message in found] == ids
    assert all(message.hint for message in found)
    assert "k" not in [word.strip("'\".,") for message in found for word in message.msg.split()]


def test_a_gguf_file_without_what_reads_it_is_told(use: Use, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.gguf").touch()
    use(BACKEND="transformers", MODEL=str(tmp_path / "model.gguf"))
    assert check_llm(None) == []
    monkeypatch.setattr("chatbots.llms.transformers.find_spec", lambda name: None)
    (message,) = check_llm(None)
    assert (message.id, message.hint) == ("chatbots.E025", "pip install gguf accelerate")


def printed() -> str:
    out = StringIO()
    call_command("index_status", stdout=out, no_color=True)
    return " ".join(out.getvalue().partition("language model")[2].split())


@pytest.mark.django_db
def test_index_status_says_which_model_and_whether_it_answers(use: Use, server: ScriptedServer) -> None:
    assert printed() == "model none: answers are quotations"
    use(BACKEND="openai", BASE_URL=server.url, MODEL="m")
    assert printed() == f"model m at {server.url.split('/')[2]}"
    use(BACKEND="openai", BASE_URL=SERVER, MODEL="m")
    assert "wrong now APIConnectionError; answers are quotations meanwhile" in printed()
    use(BACKEND="nowhere.LLM")
    assert "wrong now CHATBOTS['LLM']['BACKEND'] 'nowhere.LLM' cannot be imported" in printed()


def test_the_panel_says_how_the_model_is(use: Use) -> None:
    assert llm_lines(llm_status()) == []
    use(BACKEND="echo", BREAKER_FAILURES=1)
    llm = get_llm()
    assert llm is not None
    assert [line.tone for line in llm_lines(llm_status())] == ["good"]
    llm.reply_with = "et to tre"  # type: ignore[attr-defined]
    with pytest.raises(Exception, match="more than"):
        list(llm.reply([], max_tokens=1))
    (line,) = llm_lines(llm_status())
    assert (line.tone, line.advice) == ("bad", ("LLMInterrupted: more than 1 words",))


def test_a_model_that_cannot_be_imported_is_no_error_of_the_panel(use: Use) -> None:
    use(BACKEND="nowhere.LLM")
    (line,) = llm_lines(llm_status())
    assert line.tone == "bad"
