"""Feeds of changed pages (Atom), for who follows what a health site says: one of each language."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.http import HttpRequest
from django.utils import translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from content.models import PATH_PREFIXES, Page

#: Where the feeds stand, by language.
FEED_PATHS = {"da": "/aendringer.atom", "en": "/en/changes.atom"}
#: Changes that a feed tells of.
MOST = 40


class ChangesFeed(Feed):
    """The pages of a language that changed or came out last. Summaries only: the text is read where it is current."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, language: str) -> str:
        return language

    def get_feed(self, obj: Any, request: HttpRequest) -> Any:
        with translation.override(obj):
            return super().get_feed(obj, request)

    def title(self, language: str) -> str:
        return _("%(site)s: nye og ændrede sider") % {"site": settings.SITE_NAME}

    def link(self, language: str) -> str:
        return PATH_PREFIXES[language, "page"]

    def feed_url(self, language: str) -> str:
        return FEED_PATHS[language]

    def items(self, language: str) -> QuerySet[Page]:
        pages = Page.objects.published().filter(language=language).select_related("topic").defer("body")
        renewed_on = Greatest("updated_at", Coalesce("publish_at", "created_at"))
        return pages.order_by(renewed_on.desc(), "pk")[:MOST]

    def item_title(self, page: Page) -> str:
        return page.title

    def item_description(self, page: Page) -> str:
        return page.summary

    def item_categories(self, page: Page) -> tuple[str, ...]:
        return (page.topic.name,) if page.topic else ()

    def item_pubdate(self, page: Page) -> datetime:
        return page.published_at

    def item_updateddate(self, page: Page) -> datetime:
        return page.renewed_at
