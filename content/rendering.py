"""A page's stored text ▸ what the browser shows: passages, care cards, lists of advice, tables that fit, a
table of contents.

The stored text is clean already; nothing is added to it here but containers, what a table's cells are about, the
whole address of a link for paper, and links to call its phone numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from lxml import html

from content.advice import mark_advice
from content.anchors import LEAD_ANCHOR
from content.care import mark_care
from content.numbers import mark_numbers
from content.tables import frame_table

HEADINGS = ("h2", "h3", "h4")


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


def render_body(body: str, site_root: str = "") -> RenderedBody:
    """Gather each heading and what follows it in a `div.passage`, so that a link can point out the whole passage.

    `site_root` is where the site's own paths begin, as in "https://eksempel.dk": paper shows whole addresses.
    """
    if not body.strip():
        return RenderedBody(SafeString(""), ())
    root = html.fragment_fromstring(body, create_parent="div")
    headings = tuple(
        Heading(int(element.tag[1]), element.get("id"), element.text_content().strip())
        for element in root.iterchildren(*HEADINGS)
        if element.get("id")
    )
    passages = _passages(root)
    for passage in passages:
        heading = passage[0] if len(passage) and passage[0].tag in HEADINGS else None
        for table in list(passage.iter("table")):
            frame_table(table, heading)
        mark_care(passage, heading)
        mark_advice(passage, heading)
        mark_numbers(passage)
        for link in passage.xpath(".//a[starts-with(@href, '/')]"):
            link.set("data-address", f"{site_root}{link.get('href')}")
    markup = "".join(html.tostring(part, encoding="unicode") for part in passages)
    return RenderedBody(mark_safe(markup), headings)  # noqa: S308 - cleaned at every way into the database


def _passages(root: html.HtmlElement) -> list[html.HtmlElement]:
    passages = [html.Element("div", {"class": "passage passage--lead", "id": LEAD_ANCHOR})]
    passages[0].text = root.text
    for element in list(root):
        if element.tag in HEADINGS:
            passages.append(html.Element("div", {"class": f"passage passage--{element.tag}"}))
        passages[-1].append(element)
    lead = passages[0]
    return passages if len(lead) or (lead.text or "").strip() else passages[1:]


def render_line(text: str) -> SafeString:
    """Return a line of plain text as HTML, with links to call its phone numbers."""
    line = html.fragment_fromstring(escape(text), create_parent="span")
    mark_numbers(line)
    markup = html.tostring(line, encoding="unicode").removeprefix("<span>").removesuffix("</span>")
    return mark_safe(markup)  # noqa: S308 - escaped above
