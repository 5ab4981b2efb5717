"""What the templates of the search ask of what was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from chatbots.search.marking import Piece
from content.models import Page, Topic
from content.numbers import NUMBER

register = template.Library()


@register.filter
def of_page(topics: dict[int, Topic], page: Page) -> Topic | None:
    """Return the page's topic, of those that were read for the results."""
    return topics.get(page.topic_id or 0)


@register.filter
def marked(pieces: Sequence[Piece]) -> SafeString:
    """Return pieces of a text as HTML: what was searched for marked, and each number of the text on one line."""
    text = "".join(piece.text for piece in pieces)
    parts, at = [], 0
    for match in NUMBER.finditer(text):
        number = format_html('<span class="phone">{}</span>', _between(pieces, match.start(), match.end()))
        parts += [_between(pieces, at, match.start()), number]
        at = match.end()
    return format_html_join("", "{}", ((part,) for part in (*parts, _between(pieces, at, len(text)))))


def _between(pieces: Sequence[Piece], start: int, end: int) -> SafeString:
    cut = _cut(pieces, start, end)
    return format_html_join("", "{}", ((format_html("<mark>{}</mark>", text) if hit else text,) for text, hit in cut))


def _cut(pieces: Sequence[Piece], start: int, end: int) -> Iterator[Piece]:
    """Yield what lies between two places of the text that the pieces are."""
    at = 0
    for piece in pieces:
        if text := piece.text[max(0, start - at) : max(0, end - at)]:
            yield Piece(text, piece.is_match)
        at += len(piece.text)
