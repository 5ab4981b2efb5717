from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbots.embedders.hashing import HashingEmbedder
from chatbots.indexing.chunking import Section, chunk_blocks, embedded_text
from chatbots.indexing.extraction import extract_blocks
from content.cleaning import clean_body
from tests.content.bodies import clean_bodies

TITLE = "Sidens titel"


def pieces_of(text: str) -> int:
    """Count tokens as a subword tokenizer does: four letters at most, and the two markers."""
    return 2 + sum(-(-len(word) // 4) for word in text.split())


def chunks(html: str, *, max_tokens: int = 60, count: Callable[[str], int] = pieces_of) -> tuple[Section, ...]:
    return chunk_blocks(extract_blocks(html), title=TITLE, count_tokens=count, max_tokens=max_tokens)


# ── What a reader sees, by another parser ───────────────────────────────────────────────────────


@dataclass
class Seen:
    """A run of text without a block's end in it, and the headings that it stands under."""

    text: str
    anchor: str
    path: tuple[str, ...]
    is_heading: bool
    in_table: bool

    @property
    def letters(self) -> str:
        return squeeze(self.text)


def squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


class Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[Seen] = []
        self.path: list[tuple[int, str]] = []
        self.anchor = ""
        self.heading = 0
        self.tables = 0
        self.text = ""
        self.feed(html)
        self.close()
        self.end_block()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.text += " "
        elif tag not in {"a", "strong", "em", "sub", "sup"}:
            self.end_block()
        self.tables += tag == "table"
        if tag in {"h2", "h3", "h4"}:
            self.heading = int(tag[1])
            self.anchor = dict(attrs).get("id") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag not in {"a", "strong", "em", "sub", "sup", "br"}:
            self.end_block()
        self.tables -= tag == "table"
        if tag in {"h2", "h3", "h4"}:
            self.heading = 0

    def handle_data(self, data: str) -> None:
        self.text += data

    def end_block(self) -> None:
        text, self.text = " ".join(self.text.split()), ""
        if not text:
            return
        if self.heading:
            self.path = [(level, above) for level, above in self.path if level < self.heading]
            self.path.append((self.heading, text))
        path = tuple(above for _, above in self.path)
        self.seen.append(Seen(text, self.anchor, path, bool(self.heading), bool(self.tables)))


# ── Random pages of words that each stand once ──────────────────────────────────────────────────

WORD = "\N{BLACK SQUARE}"


def _tag(name: str, inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return inner.map(lambda text: f"<{name}>{text}</{name.split()[0]}>")


def _several(part: st.SearchStrategy[str], most: int = 4) -> st.SearchStrategy[str]:
    return st.lists(part, min_size=1, max_size=most).map("".join)


_words = [WORD, WORD, f"{WORD}.", f"<strong>{WORD}</strong>", f"{WORD}<br>", f"{WORD}{WORD}{WORD}"]
_run = st.lists(st.sampled_from(_words), min_size=1, max_size=9).map(" ".join)
_long = st.integers(10, 53).map(lambda n: " ".join([f"{WORD} {WORD} {WORD}."] * n))
_giant = st.integers(20, 100).map(lambda n: WORD * n)
_text = st.one_of(_run, _run, _run, _long, _giant)
_list = st.recursive(
    _tag("ul", _several(_tag("li", _text))),
    lambda inner: _tag("ol", _several(_tag("li", st.builds("{}{}{}".format, _text, inner, st.just("") | _run)), 2)),
    max_leaves=3,
)
_cells = ["td", "td", "td", "th", "td colspan=2", "td rowspan=2", "th colspan=2"]
_cell = st.sampled_from(_cells).flatmap(lambda name: _tag(name, _text | st.just("")))
_head = _tag("tr", _several(_tag("th", _run)))
_table = _tag("table", st.builds("{}{}".format, st.just("") | _head, _several(_tag("tr", _several(_cell)))))
_heading = st.sampled_from(["h2", "h3", "h4"]).flatmap(lambda name: _tag(name, _run))
_block = st.one_of(_heading, _tag("p", _text), _list, _table, _tag("blockquote", _text))


def _number_words(html: str) -> str:
    numbers = iter(range(100_000))
    return re.sub(WORD, lambda _: f"ord{next(numbers)}æ", html)


pages = st.lists(_block, min_size=1, max_size=10).map("".join).map(_number_words).map(clean_body)
counters = st.sampled_from([pieces_of, HashingEmbedder().count_tokens])


@settings(max_examples=100, deadline=None)
@given(pages, counters, st.integers(12, 200))
def test_no_text_is_lost_from_page_to_chunks(body: str, count: Callable[[str], int], max_tokens: int) -> None:
    assert_complete(body, chunks(body, count=count, max_tokens=max_tokens))


@settings(max_examples=60, deadline=None)
@given(clean_bodies(), st.integers(8, 80))
def test_no_text_is_lost_of_what_was_pasted_from_anywhere(body: str, max_tokens: int) -> None:
    assert_complete(body, chunks(body, max_tokens=max_tokens))


def assert_complete(body: str, sections: tuple[Section, ...]) -> None:
    letters = squeeze("".join(section.text for section in sections))
    headings = {squeeze(heading) for section in sections for heading in section.heading_path}
    at = 0
    for seen in Reader(body).seen:
        if seen.is_heading:
            assert seen.letters in headings, seen
        elif seen.in_table:  # heads move to the cells of their column
            assert seen.letters in letters, seen
        else:
            found = letters.find(seen.letters, at)
            assert found >= 0, seen
            at = found + len(seen.letters)


@settings(max_examples=100, deadline=None)
@given(pages, counters, st.integers(12, 200))
def test_each_chunk_fits_in_what_the_model_reads(body: str, count: Callable[[str], int], max_tokens: int) -> None:
    for section in chunks(body, count=count, max_tokens=max_tokens):
        alone = count(embedded_text(TITLE, section.heading_path, ""))
        if alone <= max_tokens and (len(section.text) > 1):
            assert count(embedded_text(TITLE, section.heading_path, section.text)) <= max_tokens


@settings(max_examples=100, deadline=None)
@given(pages, st.integers(12, 200))
def test_each_chunk_has_the_anchor_and_the_headings_of_what_it_says(body: str, max_tokens: int) -> None:
    sections = chunks(body, max_tokens=max_tokens)
    where = {}
    for seen in Reader(body).seen:
        for word in re.findall(r"ord\d+æ", seen.text):
            where[word] = (seen.anchor, seen.path)
    for section in sections:
        for word in re.findall(r"ord\d+æ", section.text):
            assert (section.anchor, section.heading_path) == where[word]


# ── By example ──────────────────────────────────────────────────────────────────────────────────


def test_a_section_is_one_chunk_when_it_fits() -> None:
    html = (
        "<p>Før.</p><h2 id='a'>A</h2><p>Et.</p><ul><li>To</li></ul>"
        "<h3 id='b'>B</h3><p>Tre.</p><h2 id='c'>C</h2><p>Fire.</p>"
    )
    assert chunks(html) == (
        Section((), "", "Før."),
        Section(("A",), "a", "Et.\n- To"),
        Section(("A", "B"), "b", "Tre."),
        Section(("C",), "c", "Fire."),
    )


def test_a_heading_with_only_headings_below_it_is_no_chunk_of_its_own() -> None:
    assert chunks("<h2 id='a'>A</h2><h3 id='b'>B</h3><p>Tekst.</p>") == (Section(("A", "B"), "b", "Tekst."),)


def test_a_heading_with_nothing_below_it_is_still_known() -> None:
    assert chunks("<h2 id='a'>A</h2><h2 id='b'>B</h2>") == (Section(("A",), "a", ""), Section(("B",), "b", ""))


def test_a_short_paragraph_before_a_long_one_is_kept() -> None:
    warning = "Ring 112 ved åndenød."
    found = chunks(f"<p>{warning}</p><p>{'Hvil dig og drik vand. ' * 40}</p>", max_tokens=40)
    assert len(found) > 1
    assert found[0].text.startswith(warning)


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    sentences = [f"Sætning nummer {number} siger noget." for number in range(30)]
    found = chunks(f"<p>{' '.join(sentences)}</p>", max_tokens=50)
    assert [s for section in found for s in re.findall(r"Sætning.*?\.", section.text)] == sentences
    assert all(section.text.endswith(".") for section in found)


def test_a_word_longer_than_a_chunk_is_cut_rather_than_lost() -> None:
    word = "a" * 1000
    found = chunks(f"<p>kort {word} ende</p>", max_tokens=40)
    assert squeeze("".join(section.text for section in found)) == f"kort{word}ende"


def test_headings_longer_than_a_chunk_leave_the_text_whole() -> None:
    heading = "lang " * 100
    found = chunks(f"<h2>{heading}</h2><p>{'Et ord mere. ' * 30}</p>", max_tokens=40)
    assert 1 < len(found) < 10
    assert all(re.fullmatch(r"(Et ord mere\. ?)+", section.text) for section in found)


def test_a_table_is_kept_cell_by_cell_and_embedded_with_its_columns() -> None:
    html = (
        "<p>Her.</p><table><tr><th>Mad</th><th>Holdbar</th></tr>"
        "<tr><td>Suppe</td><td>2-3 dage</td></tr><tr><td>Ris. Kogt</td><td>1 dag</td></tr></table>"
    )
    (section,) = chunks(html)
    assert section.text == "Her.\nMad\tSuppe\tHoldbar\t2-3 dage\nMad\tRis. Kogt\tHoldbar\t1 dag"
    readable = f"{TITLE}\nHer.\nMad: Suppe; Holdbar: 2-3 dage\nMad: Ris. Kogt; Holdbar: 1 dag"
    assert embedded_text(TITLE, section.heading_path, section.text) == readable


def test_a_row_longer_than_a_chunk_is_cut_between_its_cells_and_then_between_sentences() -> None:
    long = " ".join(f"Sætning nummer {number} siger noget." for number in range(12))
    html = f"<table><tr><th>Trin</th><th>Gør</th></tr><tr><td>Et</td><td>{long}</td></tr></table>"
    found = chunks(html, max_tokens=40)
    assert found[0].text.split("\n")[0] == "Trin\tEt"
    assert re.findall(r"Sætning.*?\.", " ".join(section.text for section in found)) == re.findall(r"Sætning.*?\.", long)
    assert "Gør: Sætning nummer 0 siger noget." in found[0].text + found[1].text


def test_nested_items_stay_readable() -> None:
    (section,) = chunks("<ul><li>Pak<ul><li>Pas</li><li>Penge</li></ul></li><li>Gå</li></ul>")
    assert section.text == "- Pak\n  - Pas\n  - Penge\n- Gå"


@pytest.mark.parametrize("html", ["", "<hr>"])
def test_a_page_without_text_has_no_chunks(html: str) -> None:
    assert chunks(html) == ()
