"""Markdown ▸ a page's body, and back.

What `to_markdown` writes, `to_html` reads to exactly the same body: a block that Markdown cannot say is
written as HTML.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from lxml import etree
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdownify import MarkdownConverter

from content.anchors import default_anchors, find_headings
from content.cleaning import clean_body
from content.trees import parse_body, serialise_body

_ANCHOR = re.compile(r"[ \t]+\{#([a-z0-9]+(?:-[a-z0-9]+)*)\}[ \t]*\Z")


def to_html(markdown: str, previous: str = "") -> str:
    """Return Markdown as a clean body. `## Heading {#anchor}` sets an anchor; see `clean_body` for `previous`."""
    return clean_body(_parser().render(markdown), previous=previous)


def to_markdown(body: str) -> str:
    """Return a clean body as Markdown that `to_html` reads to the same body."""
    try:
        tree = parse_body(body)
    except etree.XMLSyntaxError:  # not a clean body; its HTML says what it is
        return body + "\n"
    for with_all_anchors in (False, True):
        markdown = _blocks_to_markdown(tree, with_all_anchors=with_all_anchors)
        if to_html(markdown) == body:
            return markdown
    return body + "\n" if body else ""


def _blocks_to_markdown(tree: etree._Element, *, with_all_anchors: bool) -> str:
    defaults = default_anchors(tree)
    blocks = []
    for block in tree:
        html = _one(block)
        markdown = _to_markdown(html)
        if markdown != html and (anchor := block.get("id")) and (with_all_anchors or defaults[block] != anchor):
            markdown = f"{markdown} {{#{anchor}}}"
        blocks.append(markdown)
    return "\n\n".join(blocks) + "\n" if blocks else ""


def _one(block: etree._Element) -> str:
    """Return one block as HTML."""
    return etree.tostring(block, encoding="unicode", method="html", with_tail=False).replace("\u00a0", "&nbsp;")


def _without_anchors(html: str) -> str:
    tree = parse_body(html)
    for heading in find_headings(tree):
        heading.element.attrib.pop("id", None)
    return serialise_body(tree)


# ── Reading ─────────────────────────────────────────────────────────────────────────────────────
@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    parser.core.ruler.before("inline", "heading_anchors", _heading_anchors)
    return parser


def _heading_anchors(state: StateCore) -> None:
    """Take `{#anchor}` off the end of a heading and set it as its id."""
    for opening, inline in zip(state.tokens, state.tokens[1:], strict=False):
        if opening.type == "heading_open" and (match := _ANCHOR.search(inline.content)):
            opening.attrSet("id", match[1])
            inline.content = inline.content[: match.start()]


# ── Writing ─────────────────────────────────────────────────────────────────────────────────────
class _Converter(MarkdownConverter):
    """Writes the Markdown that editors write: `##`, `-`, `**`, `*`."""

    class Options:
        heading_style = "atx"
        bullets = "-"
        newline_style = "backslash"
        sub_symbol = "<sub>"
        sup_symbol = "<sup>"
        autolinks = False

    def convert_br(self, el: Any, text: str, parent_tags: set[str]) -> str:
        if parent_tags & {"td", "th"}:
            return "<br>"
        return str(super().convert_br(el, text, parent_tags))


#: From the most legible to the surest: as the text stands, with marks escaped, with everything escaped.
_ESCAPING: tuple[dict[str, bool], ...] = (
    {"escape_asterisks": False, "escape_underscores": False, "escape_misc": False},
    {"escape_asterisks": True, "escape_underscores": True, "escape_misc": False},
    {"escape_asterisks": True, "escape_underscores": True, "escape_misc": True},
)


def _to_markdown(html: str) -> str:
    """Return one block as the most legible Markdown that reads back to it; as HTML when there is none."""
    for escaping in _ESCAPING:
        markdown = str(_Converter(**escaping).convert(html)).strip("\n ").replace("\u00a0", "&nbsp;")
        if markdown and _without_anchors(to_html(markdown)) == _without_anchors(html):
            return markdown
    return html
