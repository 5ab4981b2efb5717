"""A conversation over the API with the real model: a follow-up, a change of subject, the other bot, both, forgotten."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.test import Client

from chatbots.conversation_models import Turn
from chatbots.embedders import reset_embedder
from chatbots.indexing import freshness
from tests.api.conftest import Ask

pytestmark = pytest.mark.django_db(transaction=True)

DEMO = Path(__file__).resolve().parents[2] / "content" / "demo" / "da"
PAGES = (
    *("health/influenza", "health/skoldkopper", "health/hovedlus", "health/roskildesyge"),
    *("pages/vaccination-i-centret", "pages/priser", "pages/aabningstider", "pages/afbud"),
)


@pytest.fixture(autouse=True)
def demo_pages(prepared_model: Path, settings: LazySettings, tmp_path: Path) -> None:
    settings.CHATBOTS = settings.CHATBOTS | {
        "EMBEDDER": {
            "BACKEND": "chatbots.embedders.sentence_transformers.SentenceTransformersEmbedder",
            "MODEL": str(prepared_model),
        }
    }
    reset_embedder()
    chosen = tmp_path / "pages"
    chosen.mkdir()
    for name in PAGES:
        shutil.copy(DEMO / f"{name}.md", chosen)
        text = (chosen / f"{Path(name).name}.md").read_text()
        lines = [line for line in text.split("\n") if not line.startswith("parent:")]
        (chosen / f"{Path(name).name}.md").write_text("\n".join(lines))
    call_command("import_content", str(chosen), verbosity=0)
    freshness.refresh_wanted()
    freshness.catch_up()


def test_a_conversation_is_held_across_follow_ups_subjects_and_bots(ask: Ask, client: Client) -> None:
    token = ""

    def said(message: str, bot: str = "health", **body: Any) -> dict[str, Any]:
        nonlocal token
        answer = ask(message, bot=bot, conversation=token, language="da", **body).json()
        token = answer["conversation"]
        return answer

    def first_page(answer: dict[str, Any]) -> str:
        return answer["sources"][0]["url"].split("#")[0]

    assert first_page(said("Hvor længe smitter skoldkopper?")) == "/sundhed/skoldkopper/"

    follow_up = said("Er det farligt, hvis man er gravid?")
    assert first_page(follow_up) == "/sundhed/skoldkopper/"
    assert "Jeg går ud fra, at du spørger om “Skoldkopper”." in follow_up["text"]
    assert "Gravide" in follow_up["text"]

    assert "Selv tak." in said("tusind tak")["text"]

    changed = said("Hvordan fjerner man lus?")
    assert first_page(changed) == "/sundhed/hovedlus/"
    assert "Jeg går ud fra" not in changed["text"]

    school = said("må han komme i skole imens?")
    assert first_page(school) == "/sundhed/hovedlus/"
    assert "må komme i institution og skole" in school["text"]

    sent_on = said("Hvordan melder jeg afbud?")
    assert (sent_on["status"], sent_on["handover"]["bot"]) == ("handover", "guide")
    there = said(sent_on["handover"]["question"], bot="guide")
    assert first_page(there) == "/afbud/"

    both = said("hvor længe smitter influenza, og hvad koster det at blive vaccineret hos jer?", bot="guide")
    assert {source["kind"] for source in both["sources"]} == {"health", "page"}
    assert "Sundhedsrobotten svarer på" in both["text"]

    kept = [(turn.bot, turn.asked) for turn in Turn.objects.all()]
    assert ("health", "Skoldkopper: Er det farligt, hvis man er gravid?") in kept
    assert client.delete(f"/api/v1/chat/conversations/{token}/").status_code == 204
    assert not Turn.objects.exists()

    # On a page, in a conversation of its own: the page is what a short question is about, a subject comes before it.
    page = "/sundhed/roskildesyge/"
    assert first_page(ask("hvornår smitter det mest?", bot="health", page=page).json()) == page
    assert first_page(ask("hvor længe smitter influenza?", bot="health", page=page).json()) == "/sundhed/influenza/"
