"""A page's stored text ▸ what the browser shows: passages, wide tables that scroll, a table of contents.

The stored text is clean already; nothing is added to it here but containers.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from lxml import html

HEADINGS = ("h2", "h3", "h4")
TABLE_LABEL: Promise = _("Tabel")


@dataclass(frozen=True)
class Heading:
    """A heading one can link to."""

    level: int
    anchor: str
    text: str


@dataclass(frozen=True)
class RenderedBody:
    """The text as HTML and its headings in order."""

    html: SafeString
    headings: tuple[Heading, ...]


def render_body(body: str) -> RenderedBody:
    """Gather each heading and what follows it in a `div.passage`, so that a link can point out the whole passage."""
    if not body.strip():
        return RenderedBody(mark_safe(""), ())
    root = html.fragment_fromstring(body, create_parent="div")
    headings = tuple(
        Heading(int(element.tag[1]), element.get("id"), element.text_content().strip())
        for element in root.iterchildren(*HEADINGS)
        if element.get("id")
    )
    for table in list(root.iter("table")):
        _make_scrollable(table)
    passages = _passages(root)
    return RenderedBody(mark_safe("".join(html.tostring(part, encoding="unicode") for part in passages)), headings)


def _passages(root: html.HtmlElement) -> list[html.HtmlElement]:
    passages = [html.Element("div", {"class": "passage passage--lead"})]
    passages[0].text = root.text
    for element in list(root):
        if element.tag in HEADINGS:
            passages.append(html.Element("div", {"class": f"passage passage--{element.tag}"}))
        passages[-1].append(element)
    lead = passages[0]
    return passages if len(lead) or (lead.text or "").strip() else passages[1:]


def _make_scrollable(table: html.HtmlElement) -> None:
    """Put `table` in a region that can be scrolled sideways, by keyboard too."""
    caption = table.find("caption")
    label = caption.text_content().strip() if caption is not None else str(TABLE_LABEL)
    region = html.Element("div", {"class": "table-scroll", "role": "region", "tabindex": "0", "aria-label": label})
    region.tail, table.tail = table.tail, None
    table.getparent().replace(table, region)
    region.append(table)
