"""What the templates of the search ask of what was found."""

from __future__ import annotations

from django import template

from content.models import Page, Topic

register = template.Library()


@register.filter
def of_page(topics: dict[int, Topic], page: Page) -> Topic | None:
    """Return the page's topic, of those that were read for the results."""
    return topics.get(page.topic_id or 0)
