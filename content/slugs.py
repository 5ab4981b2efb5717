"""Danish text made into the ASCII of web addresses and anchors."""

from __future__ import annotations

import re
import unicodedata

_DANISH = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})

#: First segments of addresses that the site itself uses; a page that took one would never be seen.
RESERVED_SLUGS = frozenset(
    {
        *("admin", "api", "static", "media", "chat", "healthz", "readyz", "i18n", "jsi18n", "preview"),
        *("da", "en", "sundhed", "health", "emner", "topics", "soeg", "search", "forhaandsvisning"),
        *("tilbagemelding", "page-feedback"),
        *("sitemap", "sitemap.xml", "robots", "robots.txt", "favicon", "favicon.ico"),
    }
)

_BETWEEN = re.compile(r"[^a-z0-9]+")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


def danish_slug(text: str, max_length: int = 200) -> str:
    """Return `text` as lowercase ASCII words joined by hyphens: æ, ø, å become ae, oe, aa. May be empty.

    Signs part words ("Test/vaccination"), an apostrophe does not. The admin does the same while a title is typed
    (content/static/content/admin/slug.js).
    """
    letters = unicodedata.normalize("NFKD", text.lower().translate(_DANISH))
    slug = _BETWEEN.sub("-", "".join(sign for sign in letters if not _is_dropped(sign))).strip("-")
    if len(slug) > max_length:
        slug = slug[:max_length].rsplit("-", 1)[0] if "-" in slug[:max_length] else slug[:max_length]
    return slug.strip("-")


def _is_dropped(sign: str) -> bool:
    """Say whether `sign` goes without parting words: an accent, an apostrophe, a letter unknown to ASCII."""
    category = unicodedata.category(sign)
    return sign in "'’" or (not sign.isascii() and (category[0] in "LM" or category == "Cf"))


def is_slug(text: str) -> bool:
    """Say whether `text` is an address or anchor as `danish_slug` makes them."""
    return _SLUG.match(text) is not None
