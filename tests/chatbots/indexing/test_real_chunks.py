"""The demo site's chunks, counted by the real model's own tokenizer: nothing that is embedded is cut off."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbots.embedders import Embedder
from chatbots.indexing.chunking import TARGET_TOKENS, embedded_text
from chatbots.indexing.documents import Document, bots_for, document_for
from chatbots.indexing.extraction import Block, BlockKind
from content.importing import import_folder
from content.models import Page

pytestmark = pytest.mark.model

DEMO = Path(__file__).resolve().parents[3] / "content" / "demo"


@pytest.mark.django_db
def test_every_chunk_of_the_demo_site_is_read_whole_by_the_model(real_embedder: Embedder) -> None:
    import_folder(DEMO)
    assert real_embedder.max_tokens == 512
    count, limit = real_embedder.count_tokens, real_embedder.max_tokens
    texts = [
        embedded_text(page.title, section.heading_path, section.text)
        for page in Page.objects.all()
        for bot in bots_for(page.kind)
        for section in document_for(page, bot).sections(count, limit)
    ]
    assert len(texts) > 500
    assert [text for text in texts if count(text) > limit] == []


_word = st.text("abcdeæøå", min_size=1, max_size=20) | st.sampled_from(["speciallægepraksis", "ørelægehuset", "og"])
_words = st.lists(_word, min_size=1, max_size=40).map(" ".join)
_heading = st.builds(lambda words, times: " ".join([words] * times), _words, st.integers(1, 40))


@settings(max_examples=40, deadline=None)
@given(title=_words.map(lambda text: text[:200]), headings=st.lists(_heading, max_size=3), text=_heading)
def test_a_chunk_under_long_headings_is_read_whole_and_under_endless_ones_its_text_would_be(
    real_embedder: Embedder, title: str, headings: list[str], text: str
) -> None:
    blocks = [Block(BlockKind.HEADING, heading, level=level) for level, heading in enumerate(headings, start=2)]
    document = Document(title, "da", (*blocks, Block(BlockKind.PARAGRAPH, text)), ())
    count, limit = real_embedder.count_tokens, real_embedder.max_tokens
    for section in document.sections(count, limit):
        headings_fit = count(embedded_text(title, section.heading_path, "")) <= TARGET_TOKENS
        read = embedded_text(title, section.heading_path, section.text) if headings_fit else section.text
        assert count(read) <= TARGET_TOKENS < limit
