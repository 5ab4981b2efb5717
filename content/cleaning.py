"""Make any HTML into the clean, semantic HTML that a page's body is stored as.

sanitise (nh3) ▸ tree ▸ drop what is hidden ▸ plain names ▸ tidy blocks ▸ anchors ▸ sanitise again

What comes out is a fixed point: cleaning it once more changes nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import urlsplit

import nh3
from lxml import etree

from content.anchors import assign_anchors

#: What a body may hold. The editor in the admin offers the same (see content/widgets.py).
BLOCK_TAGS = frozenset({"p", "h2", "h3", "h4", "ul", "ol", "table", "blockquote", "hr"})
INLINE_TAGS = frozenset({"a", "strong", "em", "sub", "sup", "br"})
TABLE_TAGS = frozenset({"thead", "tbody", "tr", "th", "td"})
ALLOWED_TAGS = BLOCK_TAGS | INLINE_TAGS | TABLE_TAGS | {"li"}
ALLOWED_ATTRIBUTES = {
    "a": {"href"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
    "ol": {"start"},
    "th": {"colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
URL_SCHEMES = {"http", "https", "mailto", "tel", "sms"}
HEADINGS = ("h2", "h3", "h4")
_MARKS = ("strong", "em", "sub", "sup")
_BLANKS = " \u00a0\t\n\r\f"
#: Elements nested deeper than this are unwrapped: no reader's text is, and each level costs.
_MAX_DEPTH = 40

#: Other names for the same thing.
_PLAIN_NAMES = {
    "b": "strong",
    "i": "em",
    "h1": "h2",
    "h5": "h4",
    "h6": "h4",
    "center": "div",
    "caption": "p",
    "summary": "p",
    "dt": "p",
    "dd": "p",
    "pre": "p",
    "address": "p",
    "figcaption": "p",
    "menu": "ul",
}
#: Containers without a meaning of their own here; what they hold moves up.
_CONTAINERS = frozenset(
    "div section article main header footer aside nav figure details dl form fieldset tfoot hgroup search".split()
)
#: Elements whose content is no text for readers.
_DROPPED_WITH_CONTENT = frozenset(
    "script style template noscript noembed noframes iframe object embed applet svg math head title select datalist "
    "textarea button canvas audio video map".split()
)
_HIDING_ATTRIBUTES = {"style", "hidden", "aria-hidden"}
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(hidden|collapse)|opacity\s*:\s*0*\.?0*\s*(;|!|$)"
    r"|font-size\s*:\s*0*\.?0*\s*[a-z%]*\s*(;|!|$)|mso-hide\s*:\s*all",
    re.IGNORECASE,
)

#: Zero-width, joining, soft-hyphen, direction and tag characters; controls; noncharacters; private use.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\ud800-\udfff\ufdd0-\ufdef\ue000-\uf8ff"
    "\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
_SPACES = re.compile("[ \t\n\r\f\u0085\u2028\u2029]+")
_OTHER_SPACES = re.compile("[\u1680\u2000-\u200a\u202f\u205f\u3000]")
_NON_BREAKING_SPACES = re.compile("[ \u00a0]*\u00a0[ \u00a0]+| +\u00a0")
_SITE_RELATIVE = re.compile(r"(?:/(?![/\\])|#)[^\s\\<>\"]*\Z")
_PHONE = re.compile(r"\+?[0-9*#]{2,20}\Z")

_FIRST_PASS = nh3.Cleaner(
    tags=ALLOWED_TAGS | set(_PLAIN_NAMES) | _CONTAINERS | {"span"},
    clean_content_tags=_DROPPED_WITH_CONTENT,
    attributes={**ALLOWED_ATTRIBUTES, "h1": {"id"}, "h5": {"id"}, "h6": {"id"}, "*": _HIDING_ATTRIBUTES},
    url_schemes=URL_SCHEMES,
    link_rel=None,
)
_FLAT = nh3.Cleaner(
    tags={"p", "br", "hr", *HEADINGS},
    clean_content_tags=_DROPPED_WITH_CONTENT,
    attributes={},
    link_rel=None,
)
_LAST_PASS = nh3.Cleaner(
    tags=set(ALLOWED_TAGS),
    clean_content_tags=_DROPPED_WITH_CONTENT,
    attributes=ALLOWED_ATTRIBUTES,
    url_schemes=URL_SCHEMES,
    link_rel=None,
)


def clean_body(html: str, previous: str = "") -> str:
    """Return `html` as a page's body: allowed elements only, tidy, every heading with an anchor.

    `previous` is the body as it was stored before; headings that live on keep the anchors they had there.
    """
    text = clean_text(html)
    try:
        body = parse_body(_FIRST_PASS.clean(text))
    except etree.XMLSyntaxError:  # nested thousands deep: keep the text, not the nesting
        body = parse_body(_FLAT.clean(text))
    _drop_hidden(body)
    _limit_depth(body)
    _rename(body)
    _clean_links(body)
    _tidy_blocks(body)
    assign_anchors(body, parse_body(previous))
    return _LAST_PASS.clean(serialise_body(body))


def clean_text(text: str) -> str:
    """Return `text` composed (NFC) and without characters that no reader sees."""
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    return _OTHER_SPACES.sub("\u00a0", text)


def parse_body(html: str) -> etree._Element:
    """Return sanitised HTML as a tree under a `body` element."""
    xml = html.replace("&nbsp;", "\u00a0").replace("<br>", "<br/>").replace("<hr>", "<hr/>")
    xml = re.sub(r"<(br|hr)(\s[^<>]*[^<>/])>", r"<\1\2/>", xml)
    return etree.fromstring(f"<body>{xml}</body>", etree.XMLParser(resolve_entities=False, huge_tree=True))


def serialise_body(body: etree._Element) -> str:
    """Return what `body` holds as HTML, one top-level block a line."""
    return "\n".join(etree.tostring(block, encoding="unicode", method="html", with_tail=False) for block in body)


def _drop_hidden(body: etree._Element) -> None:
    for element in list(body.iterdescendants()):
        style = element.attrib.pop("style", "")
        hidden = element.attrib.pop("hidden", None) is not None
        hidden |= element.attrib.pop("aria-hidden", "").strip().lower() == "true"
        if hidden or _HIDDEN_STYLE.search(style):
            _remove(element)


def _limit_depth(body: etree._Element) -> None:
    depths = {body: 0}
    too_deep = []
    for element in body.iterdescendants():
        depths[element] = depth = depths[element.getparent()] + 1
        if depth > _MAX_DEPTH:
            too_deep.append(element)
    for element in reversed(too_deep):
        _unwrap(element)


def _rename(body: etree._Element) -> None:
    for element in list(body.iterdescendants()):
        if element.tag == "tfoot":
            element.tag = "tbody"
        element.tag = _PLAIN_NAMES.get(element.tag, element.tag)


def _clean_links(body: etree._Element) -> None:
    for link in list(body.iter("a")):
        if href := clean_address(link.get("href", "")):
            link.set("href", href)
        else:
            _unwrap(link)


def clean_address(href: str) -> str:
    """Return a link's address tidied, or "" when it may not stand in a page."""
    href = href.strip().replace(" ", "%20")
    if href.startswith(("/", "#")):
        return href if _SITE_RELATIVE.match(href) else ""
    scheme, colon, rest = href.partition(":")
    scheme = scheme.lower()
    if not colon or scheme not in URL_SCHEMES or re.search(r"[\s\\<>\"]", rest):
        return ""
    if scheme in {"http", "https"}:
        try:
            return f"{scheme}:{rest}" if rest.startswith("//") and urlsplit(f"{scheme}:{rest}").hostname else ""
        except ValueError:
            return ""
    if scheme in {"tel", "sms"}:
        number, mark, query = rest.partition("?")
        number = re.sub(r"%20|[().-]", "", number)
        return f"{scheme}:{number}{mark}{query}" if _PHONE.match(number) else ""
    return f"{scheme}:{rest}" if "@" in rest else ""


# ── Blocks ──────────────────────────────────────────────────────────────────────────────────────
def _tidy_blocks(body: etree._Element) -> None:
    """Rebuild the tree so that each element stands where it may, without blanks or empty ones."""
    for element in list(body.iter("span")):
        _unwrap(element)
    _fill_with_blocks(body, body)
    for element in reversed(list(body.iterdescendants())):
        if element.getparent() is not None:
            _tidy_element(element)


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
    _append_text(run, source.text)
    for child in list(source):
        tail, child.tail = child.tail, None
        if child.tag in INLINE_TAGS and not _holds_block(child):
            run.append(child)
        else:
            if _has_content(run):
                yield run
            run = etree.Element("p")
            yield from _as_blocks(child)
        _append_text(run, tail)
    if _has_content(run):
        yield run


def _as_blocks(element: etree._Element) -> Iterator[etree._Element]:
    """Yield `element` as one or more blocks that may stand at the top of a body."""
    if element.tag in HEADINGS or element.tag == "p":
        if _holds_block(element):
            yield from _blocks(element)
        else:
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
    _append_text(stray, element.text)

    def flush() -> None:
        nonlocal stray
        if _has_content(stray):
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
            tidy.append(child)
        else:
            stray.append(child)
        _append_text(stray, tail)
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
        _unwrap(paragraphs[0])


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
    if not _holds_block(block):
        block.tag, block.tail = "p", None
        block.attrib.clear()
        if _has_content(block):
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
            _append_text(stray, tail)
        elif (child.tail or "").strip():
            _append_text(stray, child.tail)
    if (element.text or "").strip():
        _append_text(stray, element.text)
    tidy_rows = []
    for row, in_head in rows:
        cells = [cell for cell in row if cell.tag in {"td", "th"}]
        tidy = etree.Element("tr")
        for cell in cells:
            cell.tail = None
            _fill_cell(cell)
            tidy.append(cell)
        if any(_has_content(cell) for cell in tidy):
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
        _unwrap(run)


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


# ── Elements ────────────────────────────────────────────────────────────────────────────────────
def _tidy_element(element: etree._Element) -> None:
    """Tidy the text of one element, children first; remove it when nothing is left of it."""
    if element.tag in HEADINGS:
        for inner in list(element.iter("strong", "em", "br")):
            if inner.tag == "br":
                inner.text = " "
            _unwrap(inner)
    if element.tag in {"strong", "em", "sub", "sup", "a"}:
        for ancestor in element.iterancestors(element.tag):
            if ancestor.tag == element.tag:
                _unwrap(element)
                return
        if not "".join(element.itertext()).strip(_BLANKS):
            _unwrap(element)
            return
    if element.tag in {"p", "li", "td", "th", *HEADINGS}:
        _tidy_run(element)
    if element.tag in {"p", "li", "ul", "ol", "blockquote", *HEADINGS} and not _has_content(element):
        _remove(element)


def _tidy_run(element: etree._Element) -> None:
    """Collapse blanks in a run of text, and drop those at its ends and beside line breaks and blocks."""
    _join_marks(element)
    _move_blanks_out(element)
    _strip_breaks(element)
    slots = _text_slots(element)
    before = " "  # as though a blank stood before the run: none may begin it
    last: tuple[etree._Element, str] | None = None
    for owner, slot, ends in slots:
        text = getattr(owner, slot) or ""
        text = _NON_BREAKING_SPACES.sub("\u00a0", _SPACES.sub(" ", text))
        if before in " \u00a0":
            text = text.lstrip(" " if before == "\u00a0" else " \u00a0")
        setattr(owner, slot, text or None)
        if text:
            before, last = text[-1], (owner, slot)
        if ends:
            _strip_end(last)
            before, last = " ", None
    _strip_end(last)


def _join_marks(element: etree._Element) -> None:
    """Make one of two marks of the same sort that touch."""
    for mark in list(element.iter(*_MARKS)):
        while not mark.tail and (following := mark.getnext()) is not None and following.tag == mark.tag:
            _append_text(mark, following.text)
            tail, following.tail = following.tail, None
            mark.extend(list(following))
            element_parent = following.getparent()
            element_parent.remove(following)
            mark.tail = tail


def _move_blanks_out(element: etree._Element) -> None:
    """Move blanks at the ends of marks and links to the text around them."""
    for mark in reversed(list(element.iter("a", *_MARKS))):
        if (text := mark.text or "") and text[0] in _BLANKS:
            mark.text = text.lstrip(_BLANKS)
            parent = mark.getparent()
            _insert_text(parent, parent.index(mark), text[: len(text) - len(mark.text)])
        owner, slot = (mark[-1], "tail") if len(mark) else (mark, "text")
        if (text := getattr(owner, slot) or "") and text[-1] in _BLANKS:
            stripped = text.rstrip(_BLANKS)
            setattr(owner, slot, stripped)
            mark.tail = text[len(stripped) :] + (mark.tail or "")


def _strip_end(last: tuple[etree._Element, str] | None) -> None:
    if last is not None:
        owner, slot = last
        setattr(owner, slot, (getattr(owner, slot) or "").rstrip(" \u00a0") or None)


def _text_slots(element: etree._Element) -> list[tuple[etree._Element, str, bool]]:
    """List the pieces of text in `element`, in order, and whether a break or block follows each."""
    slots: list[tuple[etree._Element, str, bool]] = []

    def walk(node: etree._Element) -> None:
        slots.append((node, "text", False))
        for child in node:
            if child.tag == "br" or child.tag in BLOCK_TAGS:
                owner, slot, _ = slots[-1]
                slots[-1] = (owner, slot, True)
            else:
                walk(child)
            slots.append((child, "tail", False))

    walk(element)
    return slots


def _strip_breaks(element: etree._Element) -> None:
    """Drop line breaks that begin or end a run, or stand beside another or a block."""
    for line_break in list(element.iter("br")):
        if line_break.getparent() is None:
            continue
        if not all(_text_between(element, line_break, forward=forward) for forward in (True, False)):
            _remove(line_break)


def _text_between(element: etree._Element, line_break: etree._Element, *, forward: bool) -> bool:
    """Say whether text stands between a line break and the next break, block or end in that direction."""
    pieces: list[tuple[str, str]] = []

    def walk(node: etree._Element) -> None:
        pieces.append(("text", node.text or ""))
        for child in node:
            if child is line_break:
                pieces.append(("here", ""))
            elif child.tag == "br" or child.tag in BLOCK_TAGS:
                pieces.append(("end", ""))
            else:
                walk(child)
            pieces.append(("text", child.tail or ""))

    walk(element)
    position = next((index for index, (name, _) in enumerate(pieces) if name == "here"), None)
    if position is None:
        return True
    for name, text in pieces[position + 1 :] if forward else pieces[:position][::-1]:
        if name == "end":
            return False
        if text.strip(_BLANKS):
            return True
    return False


def _has_content(element: etree._Element) -> bool:
    """Say whether a reader would see anything of `element`."""
    if element.tag == "hr" or next(element.iter("hr"), None) is not None:
        return True
    return bool("".join(element.itertext()).strip(_BLANKS))


def _holds_block(element: etree._Element) -> bool:
    return any(
        child.tag in BLOCK_TAGS or child.tag in TABLE_TAGS or child.tag in _CONTAINERS or child.tag == "li"
        for child in element.iterdescendants()
    )


def _positive(text: str | None, maximum: int) -> int | None:
    """Return a positive whole number up to `maximum`, or None for any other text."""
    if text is None or not re.fullmatch(r"[0-9]{1,9}", text):
        return None
    number = int(text)
    return number if 0 < number <= maximum else None


def _append_text(element: etree._Element, text: str | None) -> None:
    if not text:
        return
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def _insert_text(parent: etree._Element, index: int, text: str | None) -> None:
    """Put `text` just before the child at `index`."""
    if not text:
        return
    if index:
        parent[index - 1].tail = (parent[index - 1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def _remove(element: etree._Element) -> None:
    """Take `element` out, and keep the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    index = parent.index(element)
    tail, element.tail = element.tail, None
    parent.remove(element)
    _insert_text(parent, index, tail)


def _unwrap(element: etree._Element) -> None:
    """Put what `element` holds in its place."""
    parent = element.getparent()
    if parent is None:
        return
    index = parent.index(element)
    text, children = element.text, list(element)
    tail, element.tail = element.tail, None
    parent.remove(element)
    _insert_text(parent, index, text)
    for offset, child in enumerate(children):
        parent.insert(index + offset, child)
    if children:
        children[-1].tail = (children[-1].tail or "") + (tail or "") or None
    else:
        _insert_text(parent, index, tail)
