"""What search engines are told: every published page, when it changed, and its translation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet

from content.models import PATH_PREFIXES, Page, Topic


class FrontSitemap(Sitemap):
    """The front pages of the site and of its health articles."""

    def items(self) -> list[tuple[str, str]]:
        return list(PATH_PREFIXES)

    def location(self, item: tuple[str, str]) -> str:
        return PATH_PREFIXES[item]

    def get_urls(self, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        """Return the entries, each with the same page in every language."""
        urls = super().get_urls(*args, **kwargs)
        locations = {url["item"]: url["location"] for url in urls}
        for url in urls:
            kind = url["item"][1]
            url["alternates"] = [
                {"lang_code": code, "location": locations[code, kind]} for code, _name in settings.LANGUAGES
            ]
        return urls


class TopicSitemap(Sitemap):
    """The topics that have something to read."""

    def items(self) -> QuerySet[Topic]:
        readable = Page.objects.published().order_by().values("topic")
        return Topic.objects.filter(pk__in=readable).order_by("pk")


class PageSitemap(Sitemap):
    """Every published page."""

    limit = 10_000

    def items(self) -> QuerySet[Page]:
        fields = ("slug", "language", "kind", "updated_at", "translation_of_id")
        return Page.objects.published().only(*fields).order_by("pk")

    def lastmod(self, page: Page) -> datetime:
        return page.updated_at

    def get_urls(self, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        """Return the entries; a page and its translation each name both."""
        urls = super().get_urls(*args, **kwargs)
        by_pk = {url["item"].pk: url for url in urls}
        for url in urls:
            original = by_pk.get(url["item"].translation_of_id)
            if original is not None:
                pair = [
                    {"lang_code": other["item"].language, "location": other["location"]} for other in (original, url)
                ]
                original["alternates"] = url["alternates"] = pair
        return urls


SITEMAPS = {"fronts": FrontSitemap, "topics": TopicSitemap, "pages": PageSitemap}
