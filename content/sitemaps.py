"""What search engines are told: every published page, when it changed, and its translation.

/sitemap.xml names them all; on a site too large for one file, it names a file for each section, and more than one where
a section is long.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Hashable
from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import index, sitemap
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse

from content.models import PATH_PREFIXES, Page, Topic
from content.topic_pairs import topic_pairs


class TranslatedSitemap(Sitemap, ABC):
    """Entries of which those that say the same in two languages name each other."""

    def language_of(self, item: Any) -> str:
        return str(item.language)

    @abstractmethod
    def content_of(self, item: Any) -> Hashable:
        """Return what `item` has in common with its translations, and with nothing else."""

    def get_urls(self, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        urls = super().get_urls(*args, **kwargs)
        same = defaultdict(list)
        for url in urls:
            same[self.content_of(url["item"])].append(url)
        for group in same.values():
            links = [{"lang_code": self.language_of(one["item"]), "location": one["location"]} for one in group]
            for url in group if len(group) > 1 else ():
                url["alternates"] = links
        return urls


class FrontSitemap(TranslatedSitemap):
    """The front pages of the site and of its health articles."""

    def items(self) -> list[tuple[str, str]]:
        return list(PATH_PREFIXES)

    def location(self, item: tuple[str, str]) -> str:
        return PATH_PREFIXES[item]

    def language_of(self, item: tuple[str, str]) -> str:
        return item[0]

    def content_of(self, item: tuple[str, str]) -> str:
        return item[1]


class TopicSitemap(TranslatedSitemap):
    """The topics that have something to read."""

    def items(self) -> QuerySet[Topic]:
        self.pairs = topic_pairs()
        readable = Page.objects.published().order_by().values("topic")
        return Topic.objects.filter(pk__in=readable).order_by("pk")

    def content_of(self, item: Topic) -> frozenset[int]:
        return frozenset({item.pk, self.pairs.get(item.pk, item.pk)})


class PageSitemap(TranslatedSitemap):
    """Every published page, translations side by side, so that the end of a file parts few of them."""

    limit = 10_000

    def items(self) -> QuerySet[Page]:
        fields = ("slug", "language", "kind", "created_at", "updated_at", "publish_at", "translation_of_id")
        return Page.objects.published().only(*fields).order_by(Coalesce("translation_of_id", "pk"), "pk")

    def lastmod(self, page: Page) -> datetime:
        return page.renewed_at

    def content_of(self, item: Page) -> int:
        return item.translation_of_id or item.pk


#: Other apps put theirs in.
SITEMAPS: dict[str, type[Sitemap]] = {"fronts": FrontSitemap, "topics": TopicSitemap, "pages": PageSitemap}


def sitemap_or_index(request: HttpRequest) -> HttpResponse:
    """Return every address of the site in one file, or, where they do not fit in one, the index of several."""
    if any(section().paginator.num_pages > 1 for section in SITEMAPS.values()):
        return index(request, SITEMAPS, sitemap_url_name="content:sitemap")
    return sitemap(request, SITEMAPS)
