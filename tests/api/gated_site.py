"""The site with a pipeline that waits for files, so that a test can see what is made when.

A question names the files in GATE_DIR: `<question>.go` lets it go on, `.last` says that its last event was made,
`.closed` that it was closed before its end. The question "quick" waits for nothing.
"""

import os
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import django
from django.core.asgi import get_asgi_application
from django.core.management import call_command

django.setup()
call_command("migrate", verbosity=0)

import chatbots.answering  # noqa: E402
from chatbots.bots import Bot  # noqa: E402
from chatbots.types import Event  # noqa: E402
from tests.api.scripted import answer_json  # noqa: E402

GATES = Path(os.environ["GATE_DIR"])


def gated_answer(bot: Bot, question: Any) -> Generator[Event]:
    gate = GATES / question.message
    finished = False
    try:
        yield Event("accepted")
        yield Event("delta", {"text": question.message})
        while question.message != "quick" and not gate.with_suffix(".go").exists():
            yield Event("status", {"step": "wait"})
            time.sleep(0.05)
        gate.with_suffix(".last").touch()
        finished = True
        yield Event("done", answer_json(question, question.message))
    finally:
        if not finished:
            gate.with_suffix(".closed").touch()


chatbots.answering.answer = gated_answer
application = get_asgi_application()
