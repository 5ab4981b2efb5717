"""The vocabulary of a page's body, and moves on its tree that lose no text."""

from __future__ import annotations

import re

from lxml import etree

BLOCK_TAGS = frozenset({"p", "h2", "h3", "h4", "ul", "ol", "table", "blockquote", "hr"})
INLINE_TAGS = frozenset({"a", "strong", "em", "sub", "sup", "br"})
TABLE_TAGS = frozenset({"thead", "tbody", "tr", "th", "td"})
HEADINGS = ("h2", "h3", "h4")
MARKS = ("strong", "em", "sub", "sup")
#: Containers without a meaning of their own here; what they hold moves up.
CONTAINERS = frozenset(
    {
        *("div", "section", "article", "main", "header", "footer", "aside", "nav", "figure", "details", "dl"),
        *("form", "fieldset", "tfoot", "hgroup", "search"),
    }
)
#: White space: text of nothing else shows a reader nothing.
BLANKS = " \u00a0\t\n\r\f"


def parse_body(html: str) -> etree._Element:
    """Return sanitised HTML as a tree under a `body` element."""
    xml = html.replace("&nbsp;", "\u00a0").replace("<br>", "<br/>").replace("<hr>", "<hr/>")
    xml = re.sub(r"<(br|hr)(\s[^<>]*[^<>/])>", r"<\1\2/>", xml)
    return etree.fromstring(f"<body>{xml}</body>", etree.XMLParser(resolve_entities=False, huge_tree=True))


def serialise_body(body: etree._Element) -> str:
    """Return what `body` holds as HTML, one top-level block a line."""
    return "\n".join(etree.tostring(block, encoding="unicode", method="html", with_tail=False) for block in body)


def has_content(element: etree._Element) -> bool:
    """Say whether a reader would see anything of `element`."""
    if element.tag == "hr" or next(element.iter("hr"), None) is not None:
        return True
    return bool("".join(element.itertext()).strip(BLANKS))


def holds_block(element: etree._Element) -> bool:
    return any(
        child.tag in BLOCK_TAGS or child.tag in TABLE_TAGS or child.tag in CONTAINERS or child.tag == "li"
        for child in element.iterdescendants()
    )


def append_text(element: etree._Element, text: str | None) -> None:
    if not text:
        return
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def insert_text(parent: etree._Element, index: int, text: str | None) -> None:
    """Put `text` just before the child at `index`."""
    if not text:
        return
    if index:
        parent[index - 1].tail = (parent[index - 1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def remove_element(element: etree._Element) -> None:
    """Take `element` out, and keep the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    index = parent.index(element)
    tail, element.tail = element.tail, None
    parent.remove(element)
    insert_text(parent, index, tail)


def unwrap(element: etree._Element) -> None:
    """Put what `element` holds in its place."""
    parent = element.getparent()
    if parent is None:
        return
    index = parent.index(element)
    text, children = element.text, list(element)
    tail, element.tail = element.tail, None
    parent.remove(element)
    insert_text(parent, index, text)
    for offset, child in enumerate(children):
        parent.insert(index + offset, child)
    if children:
        children[-1].tail = (children[-1].tail or "") + (tail or "") or None
    else:
        insert_text(parent, index, tail)
