"""What a page is, as schema.org says it, for search engines: JSON-LD in a block of data that no browser runs.

Only what is true and visible on the page is said: no FAQPage, for no page is one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from content.menus import MenuItem
from content.models import Page

#: What could end the block, or begin another element.
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def page_data(page: Page, url: str, root: str, trail: Sequence[MenuItem]) -> SafeString:
    """Return JSON-LD of one page at `url`: a MedicalWebPage with its review where it is a health article."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "MedicalWebPage" if page.kind == Page.Kind.HEALTH else "WebPage",
        "@id": url,
        "url": url,
        "name": page.title,
        "description": page.summary,
        "inLanguage": page.language,
        "datePublished": timezone.localdate(page.published_at).isoformat(),
        "dateModified": timezone.localdate(page.renewed_at).isoformat(),
        "isPartOf": {"@type": "WebSite", "name": str(settings.SITE_NAME), "url": f"{root}/"},
        "publisher": organisation(root),
        "breadcrumb": breadcrumb(page.title, url, root, trail),
    }
    if page.reviewed_on:
        data["lastReviewed"] = page.reviewed_on.isoformat()
    if page.reviewed_by:
        name, _comma, title = page.reviewed_by.partition(",")
        data["reviewedBy"] = {"@type": "Person", "name": name.strip()}
        if title.strip():
            data["reviewedBy"]["jobTitle"] = title.strip()
    if page.kind == Page.Kind.HEALTH:
        data["audience"] = {"@type": "MedicalAudience", "audienceType": "Patient"}
        data["citation"] = [
            {"@type": "CreativeWork", "name": source["title"], "url": source["url"]} for source in page.sources
        ]
    return as_block(data)


def site_data(root: str, url: str, language: str) -> SafeString:
    """Return JSON-LD of the front page: the site, and whose it is."""
    return as_block(
        {
            "@context": "https://schema.org",
            "@graph": [
                organisation(root) | {"telephone": f"+45 {settings.SITE_PHONE}", "email": settings.SITE_EMAIL},
                {"@type": "WebSite", "name": str(settings.SITE_NAME), "url": url, "inLanguage": language},
            ],
        }
    )


def organisation(root: str) -> dict[str, Any]:
    """Return whose site this is."""
    return {"@type": "MedicalOrganization", "name": str(settings.SITE_NAME), "url": f"{root}/"}


def breadcrumb(title: str, url: str, root: str, trail: Sequence[MenuItem]) -> dict[str, Any]:
    """Return the way to a page, itself last."""
    steps = [(item.title, f"{root}{item.url}") for item in trail] + [(title, url)]
    items = [
        {"@type": "ListItem", "position": number, "name": name, "item": address}
        for number, (name, address) in enumerate(steps, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def as_block(data: dict[str, Any]) -> SafeString:
    """Return `data` as JSON that can stand in an element of HTML whatever it holds."""
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_ESCAPES))  # noqa: S308 - escaped just here
