"""An address that leads nowhere ▸ the pages it may have meant."""

from __future__ import annotations

import re

from django.db.models import Q
from rapidfuzz import fuzz, process

from content.models import Page

#: The first letters of a word find its misspelt neighbours: "influensa" shares "infl" with "influenza".
STEM = 4
MAX_WORDS = 6
MAX_CANDIDATES = 200
MIN_SCORE = 55


def words_of(path: str) -> list[str]:
    """Return the words of the last segment of `path`."""
    last = path.rstrip("/").rpartition("/")[2]
    return [word for word in re.findall(r"[^\W\d_]+", last.lower()) if len(word) >= 3][:MAX_WORDS]


def pages_like(path: str, language: str, limit: int = 5) -> list[Page]:
    """Return published pages of `language` whose address resembles `path`, best first."""
    words = words_of(path)
    if not words:
        return []
    resembles = Q()
    for word in words:
        resembles |= Q(slug__contains=word[:STEM]) | Q(title__icontains=word)
    candidates = Page.objects.published().filter(resembles, language=language).only("title", "slug", "language", "kind")
    by_slug = {page.slug: page for page in candidates[:MAX_CANDIDATES]}
    best = process.extract("-".join(words), by_slug.keys(), scorer=fuzz.WRatio, score_cutoff=MIN_SCORE, limit=limit)
    return [by_slug[slug] for slug, _score, _index in best]
