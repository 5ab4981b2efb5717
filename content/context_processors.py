"""What every page of the site needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from content.feeds import FEED_PATHS
from content.menus import front_item, health_item, language_links, menu, named_pages
from content.middleware import language_of
from content.notices import shown_notices


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the site's facts, its menu, and what other apps add to each page.

    `page` is the page being shown, None unless the view says otherwise; `addresses` is where the same
    content stands, by language.
    """
    language = language_of(request.path_info)
    return {
        "page": None,
        "addresses": {},
        "language_links": language_links(language, {}),
        "notices": SimpleLazyObject(lambda: shown_notices(language)),
        "front_item": front_item(language),
        "health_item": health_item(language),
        "menu": SimpleLazyObject(lambda: menu(language)),
        "footer_pages": SimpleLazyObject(lambda: named_pages(language, settings.SITE_FOOTER_PAGES[language])),
        "canonical_url": request.build_absolute_uri(request.path),
        "site_root": request.build_absolute_uri("/").rstrip("/"),
        "site_name": settings.SITE_NAME,
        "site_phone": settings.SITE_PHONE,
        "site_email": settings.SITE_EMAIL,
        "site_address": settings.SITE_ADDRESS,
        "out_of_hours_phone": settings.SITE_OUT_OF_HOURS_PHONE,
        "poison_phone": settings.SITE_POISON_PHONE,
        "crisis_phone": settings.SITE_CRISIS_PHONE,
        "ask_url": settings.SITE_ASK_PATHS.get(language, ""),
        "feed_url": FEED_PATHS[language],
        "search_url": settings.SITE_SEARCH_PATHS.get(language, ""),
        "page_end_templates": settings.SITE_PAGE_END_TEMPLATES,
        "body_end_templates": settings.SITE_BODY_END_TEMPLATES,
    }
