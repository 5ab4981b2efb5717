"""Danish text made into the ASCII of web addresses and anchors."""

from __future__ import annotations

import re

from django.utils.text import slugify

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

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


def danish_slug(text: str, max_length: int = 200) -> str:
    """Return `text` as lowercase ASCII words joined by hyphens: æ, ø, å become ae, oe, aa. May be empty."""
    slug = slugify(text.lower().translate(_DANISH)).replace("_", "-").strip("-")
    slug = re.sub(r"-{2,}", "-", slug)
    if len(slug) > max_length:
        slug = slug[:max_length].rsplit("-", 1)[0] if "-" in slug[:max_length] else slug[:max_length]
    return slug.strip("-")


def is_slug(text: str) -> bool:
    """Say whether `text` is an address or anchor as `danish_slug` makes them."""
    return _SLUG.match(text) is not None
