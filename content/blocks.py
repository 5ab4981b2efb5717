"""Blocks of a body: each where it may stand, with the text that is its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from content.runs import tidy_element
from content.trees import (
    HEADINGS,
    INLINE_TAGS,
    TABLE_TAGS,
    append_text,
    has_content,
    holds_block,
    unwrap,
)


def tidy_blocks(body: etree._Element) -> None:
    """Rebuild the tree so that each element stands where it may, without blanks or empty ones."""
    for element in list(body.iter("span")):
        unwrap(element)
    _fill_with_blocks(body, body)
    for element in reversed(list(body.iterdescendants())):
        if element.getparent() is not None:
            tidy_element(element)


def _fill_with_blocks(target: etree._Element, source: etree._Element) -> None:
    """Give `target` the content of `source` as blocks: runs of text become paragraphs."""
    blocks = list(_blocks(source))
    for child in list(target):
        target.remove(child)
    target.text = None
    for block in blocks:
        block.tail = None
        target.append(block)


def _blocks(source: etree._Element) -> Iterator[etree._Element]:
    """Yield what `source` holds as blocks, containers flattened."""
    run = etree.Element("p")
    append_text(run, source.text)
    for child in list(source):
        tail, child.tail = child.tail, None
        if child.tag in INLINE_TAGS and not holds_block(child):
            run.append(child)
        else:
            if has_content(run):
                yield run
            run = etree.Element("p")
            yield from _as_blocks(child)
        append_text(run, tail)
    if has_content(run):
        yield run


def _as_blocks(element: etree._Element) -> Iterator[etree._Element]:
    """Yield `element` as one or more blocks that may stand at the top of a body."""
    if element.tag in HEADINGS or element.tag == "p":
        if holds_block(element):
            yield from _blocks(element)
        elif has_content(element):
            yield element
    elif element.tag == "hr":
        yield etree.Element("hr")
    elif element.tag in {"ul", "ol"}:
        yield from _list(element)
    elif element.tag == "table":
        yield from _table(element)
    elif element.tag == "blockquote":
        _fill_with_blocks(element, element)
        yield element
    else:  # a container, an inline element around blocks, a stray list item or table part
        yield from _blocks(element)


def _list(element: etree._Element) -> Iterator[etree._Element]:
    """Yield a list whose children are all items; what stands between items becomes one."""
    tidy = etree.Element(element.tag)
    if element.tag == "ol" and (start := _positive(element.get("start"), maximum=999_999_999)) not in {None, 1}:
        tidy.set("start", str(start))
    stray = etree.Element("li")
    append_text(stray, element.text)

    def flush() -> None:
        nonlocal stray
        if has_content(stray):
            _fill_item(stray)
            last = tidy[-1] if len(tidy) else None
            if last is not None and all(child.tag in {"ul", "ol"} for child in stray):
                last.extend(list(stray))  # a list nested beside an item belongs to it
            else:
                tidy.append(stray)
        stray = etree.Element("li")

    for child in list(element):
        tail, child.tail = child.tail, None
        if child.tag == "li":
            flush()
            _fill_item(child)
            child.attrib.clear()
            if has_content(child):
                tidy.append(child)
        else:
            stray.append(child)
        append_text(stray, tail)
    flush()
    if len(tidy):
        yield tidy


def _fill_item(item: etree._Element) -> None:
    """Give a list item its text straight, then its lists; or, with more text than one run, blocks."""
    _fill_with_blocks(item, item)
    for block in list(item):
        if block.tag not in {"p", "ul", "ol"}:
            _flatten_block(block)
    paragraphs = [block for block in item if block.tag == "p"]
    if len(paragraphs) == 1 and item[0] is paragraphs[0]:
        unwrap(paragraphs[0])


def _flatten_block(block: etree._Element) -> None:
    """Turn a block that may not stand in a list item into paragraphs."""
    parent = block.getparent()
    index = parent.index(block)
    runs = list(_paragraphs(block))
    parent.remove(block)
    for offset, run in enumerate(runs):
        parent.insert(index + offset, run)


def _paragraphs(block: etree._Element) -> Iterator[etree._Element]:
    """Yield the text of `block` as paragraphs: one for each innermost run of text."""
    if block.tag in {"ul", "ol"}:
        yield block
        return
    if not holds_block(block):
        block.tag, block.tail = "p", None
        block.attrib.clear()
        if has_content(block):
            yield block
        return
    for child in list(_blocks(block)) if block.tag not in {"table", "thead", "tbody", "tr"} else list(block):
        child.tail = None
        yield from _paragraphs(child)


def _table(element: etree._Element) -> Iterator[etree._Element]:
    """Yield a table as head and body rows; stray text in it stands before it."""
    rows: list[tuple[etree._Element, bool]] = []
    for row in element.iter("tr"):
        if _enclosing_table(row) is element:
            rows.append((row, row.getparent().tag == "thead"))
    stray = etree.Element("div")
    for child in list(element):
        if child.tag not in TABLE_TAGS:
            tail, child.tail = child.tail, None
            stray.append(child)
            append_text(stray, tail)
        elif (child.tail or "").strip():
            append_text(stray, child.tail)
    if (element.text or "").strip():
        append_text(stray, element.text)
    tidy_rows = []
    for row, in_head in rows:
        cells = [cell for cell in row if cell.tag in {"td", "th"}]
        tidy = etree.Element("tr")
        for cell in cells:
            cell.tail = None
            _fill_cell(cell)
            tidy.append(cell)
        if any(has_content(cell) for cell in tidy):
            tidy_rows.append((tidy, in_head))
    yield from _blocks(stray)
    if not tidy_rows:
        return
    table = etree.Element("table")
    in_head = True
    for row, marked in tidy_rows:
        only_heads = all(cell.tag == "th" for cell in row)
        in_head = in_head and (marked or (only_heads and not len(table)))
        if in_head:
            for cell in row:
                cell.tag = "th"
        name = "thead" if in_head else "tbody"
        if not len(table) or table[-1].tag != name:
            etree.SubElement(table, name)
        table[-1].append(row)
    yield table


def _enclosing_table(row: etree._Element) -> etree._Element | None:
    return next(row.iterancestors("table"), None)


def _fill_cell(cell: etree._Element) -> None:
    """Give a table cell one run of text; its paragraphs and list items are parted by line breaks."""
    for name in ("colspan", "rowspan"):
        span = _positive(cell.attrib.pop(name, None), maximum=100)
        if span is not None and span > 1:
            cell.set(name, str(span))
    runs = list(_cell_runs(cell))
    for child in list(cell):
        cell.remove(child)
    cell.text = None
    for number, run in enumerate(runs):
        if number:
            etree.SubElement(cell, "br")
        run.tail = None
        cell.append(run)
        unwrap(run)


def _cell_runs(element: etree._Element) -> Iterator[etree._Element]:
    for block in list(_blocks(element)):
        if block.tag == "hr":
            continue
        if block.tag == "p" or block.tag in HEADINGS:
            yield block
        else:
            yield from _cell_runs_of_block(block)


def _cell_runs_of_block(block: etree._Element) -> Iterator[etree._Element]:
    for child in block:
        if child.tag in {"li", "td", "th", "blockquote"}:
            yield from _cell_runs(child)
        elif child.tag == "p" or child.tag in HEADINGS:
            yield child
        else:
            yield from _cell_runs_of_block(child)


def _positive(text: str | None, maximum: int) -> int | None:
    """Return a positive whole number up to `maximum`, or None for any other text."""
    if text is None or not re.fullmatch(r"[0-9]{1,9}", text):
        return None
    number = int(text)
    return number if 0 < number <= maximum else None
