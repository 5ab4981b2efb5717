"""Make any HTML into the clean, semantic HTML that a page's body is stored as.

sanitise (nh3) ▸ tree ▸ drop what is hidden ▸ plain names ▸ tidy blocks ▸ anchors ▸ sanitise again

What comes out is a fixed point: cleaning it once more changes nothing.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

import nh3
from lxml import etree

from content.anchors import assign_anchors
from content.blocks import tidy_blocks
from content.hiding import HIDING_ATTRIBUTES, drop_hidden
from content.trees import (
    BLOCK_TAGS,
    CONTAINERS,
    HEADINGS,
    INLINE_TAGS,
    TABLE_TAGS,
    parse_body,
    serialise_body,
    unwrap,
)

#: What a body may hold. The editor in the admin offers the same (content/static/content/admin/editor.js).

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
#: Elements nested deeper than this are unwrapped: no reader's text is, and each level costs.
_MAX_DEPTH = 40

_MAX_ROUNDS = 5

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
    "font": "span",
}
#: Elements whose content is no text for readers.
_DROPPED_WITH_CONTENT = frozenset(
    {
        *("script", "style", "template", "noscript", "noembed", "noframes", "iframe", "object", "embed", "applet"),
        *("svg", "math", "head", "title", "select", "datalist", "textarea", "button", "canvas", "audio", "video"),
    }
)
#: Zero-width, joining, soft-hyphen, direction and tag characters; controls; noncharacters; private use.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\ud800-\udfff\ufdd0-\ufdef\ue000-\uf8ff"
    "\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
_OTHER_SPACES = re.compile("[\u1680\u2000-\u200a\u202f\u205f\u3000]")
#: White space that is there for the one who types; a no-break space is there for the reader.
_BLANKS = re.compile("[ \t\f]+")
_BREAKS_AND_BLANKS = re.compile("[ \t\f\n\r\u2028\u2029]+")
_SITE_RELATIVE = re.compile(r"(?:/(?![/\\])|#)[^\s\\<>\"]*\Z")
_PHONE = re.compile(r"\+?[0-9*#]{2,20}\Z")

_FIRST_PASS = nh3.Cleaner(
    tags=ALLOWED_TAGS | set(_PLAIN_NAMES) | CONTAINERS | {"span"},
    clean_content_tags=_DROPPED_WITH_CONTENT,
    attributes={**ALLOWED_ATTRIBUTES, "h1": {"id"}, "h5": {"id"}, "h6": {"id"}, "*": HIDING_ATTRIBUTES},
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


class CleanBody(str):
    """A body as `clean_body` returned it: what stores it need not clean it again."""

    __slots__ = ()


def clean_body(html: str, previous: str = "") -> CleanBody:
    """Return `html` as a page's body: allowed elements only, tidy, every heading with an anchor.

    `previous` is the body as it was stored before; headings that live on keep the anchors they had there.
    """
    body = _parse(clean_text(html))
    drop_hidden(body)
    _limit_depth(body)
    _rename(body)
    _clean_links(body)
    body = _tidy(body)
    assign_anchors(body, _parse(previous))
    return CleanBody(_LAST_PASS.clean(serialise_body(body)))


def _tidy(body: etree._Element) -> etree._Element:
    """Tidy until there is nothing left to tidy: what one round takes away may make another's work."""
    before = None
    for _round in range(_MAX_ROUNDS):
        tidy_blocks(body)
        after = serialise_body(body)
        if after == before:
            break
        before, body = after, _parse(after)
    return body


def _parse(html: str) -> etree._Element:
    """Return any HTML as a tree of known elements."""
    try:
        return parse_body(_FIRST_PASS.clean(html))
    except etree.XMLSyntaxError:  # nested thousands deep: keep the text, not the nesting
        return parse_body(_FLAT.clean(clean_text(html)))


def clean_text(text: str) -> str:
    """Return `text` composed (NFC) and without characters that no reader sees."""
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    return _OTHER_SPACES.sub("\u00a0", text)


def clean_line(text: str) -> str:
    """Return `text` as one clean line, as titles and names are stored: single spaces, no-break spaces kept."""
    return _BREAKS_AND_BLANKS.sub(" ", clean_text(text)).strip()


def clean_lines(text: str) -> str:
    """Return `text` clean, as summaries are stored: single spaces, line breaks and no-break spaces kept."""
    return _BLANKS.sub(" ", clean_text(text)).strip()


def visible_body(html: str) -> str:
    """Return a body as a reader sees it: a clean one as it stands, one stored past `Page.save` cleaned."""
    return clean_body(html) if _MAY_HIDE.search(html) or _INVISIBLE.search(html) else html


#: What no clean body has.
_MAY_HIDE = re.compile(
    rf"<[!?]|<(?:{'|'.join(sorted(_DROPPED_WITH_CONTENT))}|font|input)\b"
    rf"|<[^>]*\s(?:{'|'.join(sorted(HIDING_ATTRIBUTES))})\b",
    re.IGNORECASE,
)


def _limit_depth(body: etree._Element) -> None:
    depths = {body: 0}
    too_deep = []
    for element in body.iterdescendants():
        depths[element] = depth = depths[element.getparent()] + 1
        if depth > _MAX_DEPTH:
            too_deep.append(element)
    for element in reversed(too_deep):
        unwrap(element)


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
            unwrap(link)


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
