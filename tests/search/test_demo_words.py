"""Words that are typed into the search of the demo site, with the real model."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command

from chatbots.search.finding import find

DEMO = Path(__file__).parents[2] / "content" / "demo"
PAGES = {
    "chickenpox": "skoldkopper",
    "tick bite": "flaatbid",
    "headache": "hovedpine",
    "asthma": "astma",
    "stop smoking": "rygestop",
    "back pain": "ondt-i-ryggen",
}
OTHERS = ("eksem", "forkoelelse", "blodprop-i-hjertet", "slidgigt", "lavt-stofskifte")

pytestmark = [pytest.mark.model, pytest.mark.django_db]


@pytest.fixture
def some_pages(settings: LazySettings, prepared_model: Path, tmp_path: Path) -> None:
    """Index the articles in English, and some of those in Danish."""
    backend = "chatbots.embedders.sentence_transformers.SentenceTransformersEmbedder"
    settings.CHATBOTS = settings.CHATBOTS | {
        "EMBEDDER": {"BACKEND": backend, "MODEL": ""},
        "MODEL_DIR": prepared_model.parent,
    }
    folder = tmp_path / "some"
    folder.mkdir()
    wanted = {*PAGES.values(), *OTHERS}
    for file in DEMO.glob("*/health/*.md"):
        text = file.read_text()
        if file.stem in wanted or "\nlanguage: en\n" in text:
            alone = re.sub(r"(?m)^translation_of: .*\n", "", text)
            (folder / file.name).write_text(alone)
    call_command("import_content", str(folder), verbosity=0, stdout=io.StringIO())
    call_command("reindex", verbosity=0, stdout=io.StringIO())


@pytest.mark.usefixtures("some_pages")
def test_what_is_typed_leads_to_its_page_and_nothing_else_claims_to_be_about_it() -> None:
    for words, slug in PAGES.items():
        in_english, in_danish = find(words, "en"), find(words, "da")
        assert [found.page.slug for found in in_english.foreign][:1] == [slug], words
        assert [found.page.slug for found in in_danish.pages][:1] == [slug], words
        assert all(found.is_said for found in in_english.pages), words
    assert find("kortison", "da").pages[0].page.slug == "eksem"
