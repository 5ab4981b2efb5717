"""From a page's HTML to the blocks a reader sees: headings, paragraphs, list items, table rows. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree
from lxml import html as lxml_html

_SPACES = re.compile(r"\s+")
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
#: Elements that flow inside a line of text; every other element begins and ends a block.
_INLINE = frozenset(
    "a abbr b bdi bdo br cite code data del dfn em i ins kbd mark q s samp small span strong sub sup time u var wbr".split()
)
#: Elements whose content no reader sees.
_UNSEEN = frozenset({"script", "style", "template", "head", "title", "noscript"})


class BlockKind(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Block:
    """One block of text, whitespace collapsed. `level` is a heading's rank or an item's depth (from 1)."""

    kind: BlockKind
    text: str
    anchor: str = ""
    level: int = 0


def extract_blocks(html: str) -> tuple[Block, ...]:
    """Return the blocks of an HTML fragment, in reading order; all its visible text is in them."""
    if not html.strip():
        return ()
    root = lxml_html.fragment_fromstring(html, create_parent="div")
    return tuple(_Walk().blocks(root))


class _Walk:
    """Gathers inline text and gives it out as a block whenever a block element begins or ends."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._kind = BlockKind.PARAGRAPH
        self._level = 0

    def blocks(self, root: etree._Element) -> Iterator[Block]:
        yield from self._children(root)
        yield from self._flush()

    def _flush(self) -> Iterator[Block]:
        text = _SPACES.sub(" ", "".join(self._text)).strip()
        self._text.clear()
        if text:
            yield Block(self._kind, text, level=self._level)

    def _children(self, element: etree._Element) -> Iterator[Block]:
        self._text.append(element.text or "")
        for child in element:
            if isinstance(child.tag, str) and child.tag not in _UNSEEN:
                yield from self._element(child)
            self._text.append(child.tail or "")

    def _element(self, element: etree._Element) -> Iterator[Block]:
        if element.tag == "br":
            self._text.append(" ")
        elif element.tag in _INLINE:
            yield from self._children(element)
        elif element.tag in _HEADINGS:
            yield from self._flush()
            text = _text_of(element)
            if text:
                yield Block(BlockKind.HEADING, text, element.get("id", ""), _HEADINGS[element.tag])
        elif element.tag == "table":
            yield from self._flush()
            yield from _rows(element)
        else:
            yield from self._block(element)

    def _block(self, element: etree._Element) -> Iterator[Block]:
        yield from self._flush()
        before = self._kind, self._level
        if element.tag in {"li", "dd", "dt"}:
            self._kind, self._level = BlockKind.ITEM, self._level + 1
        yield from self._children(element)
        yield from self._flush()
        self._kind, self._level = before


def _text_of(element: etree._Element) -> str:
    return _SPACES.sub(" ", "".join(element.itertext(with_tail=False))).strip()


def _rows(table: etree._Element) -> Iterator[Block]:
    """Give each row as text that stands alone: "Column: cell; Column: cell". The caption comes first."""
    for caption in table.iter("caption"):
        if text := _text_of(caption):
            yield Block(BlockKind.PARAGRAPH, text)
    rows = [[cell for cell in row if cell.tag in {"td", "th"}] for row in table.iter("tr")]
    columns: list[str] = []
    if len(rows) > 1 and all(cell.tag == "th" for cell in rows[0]):
        columns = [_cell_text(cell) for cell in rows.pop(0)]
    for cells in rows:
        if text := _row_text(columns, [_cell_text(cell) for cell in cells]):
            yield Block(BlockKind.ROW, text)


def _cell_text(cell: etree._Element) -> str:
    return ", ".join(block.text for block in _Walk().blocks(cell))


def _row_text(columns: list[str], cells: list[str]) -> str:
    pairs = []
    for number, cell in enumerate(cells):
        column = columns[number] if number < len(columns) else ""
        pairs.append(f"{column}: {cell}" if column and cell else column or cell)
    return "; ".join(pair for pair in pairs if pair)
