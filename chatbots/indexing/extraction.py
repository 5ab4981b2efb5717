"""From a page's HTML to the blocks a reader sees: headings, paragraphs, list items, table rows. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree
from lxml import html as lxml_html

from chatbots.indexing.sentences import Cells, readable_row

_SPACES = re.compile(r"\s+")
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
#: Elements that flow inside a line of text; every other element begins and ends a block.
_INLINE = frozenset(
    """
    a abbr b bdi bdo br cite code data del dfn em i ins kbd mark q s samp small span strong sub sup time u var wbr
    """.split()
)
#: Elements whose content no reader sees: those that `content.cleaning` drops, of which this stage knows nothing.
_UNSEEN = frozenset(
    """
    script style template head title noscript noembed noframes iframe object embed applet svg math select datalist
    textarea button canvas audio video
    """.split()
)


class BlockKind(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Block:
    """One block of text, whitespace collapsed. `level` is a heading's rank or an item's depth (from 1).

    `number` is that of an item in a numbered list, where it begins; 0 for all else.
    The text of a table row stands alone, "Column: cell; Column: cell"; its cells are as the page has them.
    """

    kind: BlockKind
    text: str
    anchor: str = ""
    level: int = 0
    cells: Cells = ()
    number: int = 0


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
        self._number = 0

    def blocks(self, root: etree._Element) -> Iterator[Block]:
        yield from self._children(root)
        yield from self._flush()

    def _flush(self) -> Iterator[Block]:
        text = _SPACES.sub(" ", "".join(self._text)).strip()
        self._text.clear()
        if text:
            yield Block(self._kind, text, level=self._level, number=self._number)
            self._number = 0

    def _children(self, element: etree._Element) -> Iterator[Block]:
        self._text.append(element.text or "")
        for child in element:
            if isinstance(child.tag, str) and child.tag not in _UNSEEN and not _is_hidden(child):
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
            self._number = _number(element)
        yield from self._children(element)
        yield from self._flush()
        self._kind, self._level = before
        self._number = 0


def _is_hidden(element: etree._Element) -> bool:
    return element.get("hidden") is not None or element.get("aria-hidden", "").strip().lower() == "true"


def _number(item: etree._Element) -> int:
    """Return the number in front of an item of a numbered list; 0 when it has none."""
    numbered = item.getparent()
    if item.tag != "li" or numbered is None or numbered.tag != "ol":
        return 0
    first = numbered.get("start", "1")
    place = sum(1 for _ in item.itersiblings("li", preceding=True))
    return place + (int(first[:6]) if first.isascii() and first.isdigit() else 1)


def _text_of(element: etree._Element) -> str:
    return " ".join(block.text for block in _Walk().blocks(element))


# ── Tables ──────────────────────────────────────────────────────────────────────────────────────

#: Columns that one cell may span; more is a mistake, and would cost memory.
_MAX_SPAN = 50


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell, in every row that it reaches into."""

    columns: range
    text: str
    is_header: bool


def _rows(table: etree._Element) -> Iterator[Block]:
    """Give each row, every cell with the name of its column. The caption comes first."""
    for caption in _own(table, "caption"):
        if text := _text_of(caption):
            yield Block(BlockKind.PARAGRAPH, text)
    rows = _grid(table)
    heads = list(itertools.takewhile(lambda row: all(cell.is_header for cell in row), rows))
    if len(heads) == len(rows):
        heads = []
    width = max((cell.columns.stop for row in rows for cell in row), default=0)
    said: set[_Cell] = set()
    named = [_named_cells(row, heads, width, said) for row in rows[len(heads) :]]
    for head in heads:
        if any(cell.text and cell not in said for cell in head):  # a column without cells
            yield _row(tuple(("", cell.text) for cell in head if cell.text))
    yield from (_row(cells) for cells in named if cells)


def _row(cells: Cells) -> Block:
    return Block(BlockKind.ROW, readable_row(cells), cells=cells)


def _own(table: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Give the parts of a table that are not those of a table inside it."""
    return (part for part in table.iter(tag) if next(part.iterancestors("table")) is table)


def _grid(table: etree._Element) -> list[list[_Cell]]:
    """Return the cells of each row, by column; a cell that spans rows stands in each of them."""
    rows: list[list[_Cell]] = []
    reaching: list[tuple[int, _Cell]] = []  # rows still to come, cell
    for line in _own(table, "tr"):
        row = [cell for _, cell in reaching]
        taken = {column for cell in row for column in cell.columns}
        reaching = [(left - 1, cell) for left, cell in reaching if left > 1]
        cells = [part for part in line if part.tag in {"td", "th"}]
        column = 0
        for part in cells:
            while column in taken:
                column += 1
            text = _cell_text(part)
            cell = _Cell(range(column, column + _span(part, "colspan")), text, part.tag == "th")
            row.append(cell)
            column = cell.columns.stop
            if (height := _span(part, "rowspan")) > 1:
                reaching.append((height - 1, cell))
        if cells:
            rows.append(sorted(row, key=lambda cell: cell.columns.start))
    return rows


def _span(cell: etree._Element, name: str) -> int:
    value = cell.get(name, "")
    return min(max(int(value[:4]), 1), _MAX_SPAN) if value.isascii() and value.isdigit() else 1


def _cell_text(cell: etree._Element) -> str:
    """Return the text of a cell in one line, a comma between paragraphs or items that end with no mark."""
    text = ""
    for block in _Walk().blocks(cell):
        joint = "" if not text else " " if text[-1] in ".,:;!?…" else ", "
        text += joint + block.text
    return text


def _named_cells(row: list[_Cell], heads: list[list[_Cell]], width: int, said: set[_Cell]) -> Cells:
    """Return the cells that say something with the heads of their columns, and add those heads to `said`."""
    pairs = []
    for cell in row:
        if not cell.text:
            continue
        whole = len(cell.columns) == width > 1  # a line across the table, of no column
        above = [] if whole else [head for line in heads for head in line if set(head.columns) & set(cell.columns)]
        said.update(above)
        label = ", ".join(dict.fromkeys(head.text for head in above if head.text))
        pairs.append((label, cell.text))
    return tuple(pairs)
