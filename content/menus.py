"""The ways around the site: menu, breadcrumb and language switch."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from content.models import PATH_PREFIXES, Page, Topic

#: A menu longer than this helps nobody; the rest is found on the pages themselves.
MAX_TOP_LEVEL = 12
MAX_CHILDREN = 120

MENU_FIELDS = ("title", "slug", "language", "kind", "order", "parent_id")


@dataclass(frozen=True)
class MenuItem:
    """A page of the menu and the pages below it."""

    title: str
    url: str
    children: list[MenuItem] = field(default_factory=list)


def site_pages(language: str) -> QuerySet[Page]:
    """Return the published site pages of `language` in the editors' order."""
    return Page.objects.published().filter(language=language, kind=Page.Kind.PAGE)


def menu(language: str) -> list[MenuItem]:
    """Return the menu of `language`, two levels deep."""
    pages = site_pages(language).only(*MENU_FIELDS)
    tops = {page.pk: _item(page) for page in pages.filter(parent=None)[:MAX_TOP_LEVEL]}
    for page in pages.filter(parent__in=tops)[:MAX_CHILDREN]:
        tops[page.parent_id].children.append(_item(page))
    return list(tops.values())


def named_pages(language: str, slugs: Collection[str]) -> list[Page]:
    """Return those of the site pages called `slugs` that are published, in the order of `slugs`."""
    found = {page.slug: page for page in site_pages(language).filter(slug__in=slugs).only(*MENU_FIELDS, "summary")}
    return [found[slug] for slug in slugs if slug in found]


def front_item(language: str) -> MenuItem:
    """Return the front page of `language`."""
    return MenuItem(_("Forside"), PATH_PREFIXES[language, "page"])


def health_item(language: str) -> MenuItem:
    """Return the front page of the health articles of `language`."""
    return MenuItem(_("Sygdom og sundhed"), PATH_PREFIXES[language, "health"])


def page_trail(page: Page) -> list[MenuItem]:
    """Return the way from the front page to `page`, without `page`; an ancestor nobody may see is left out."""
    if page.kind == Page.Kind.HEALTH:
        return topic_trail(page.language) + ([_item(page.topic)] if page.topic else [])
    return [front_item(page.language), *(_item(ancestor) for ancestor in page.breadcrumb[:-1] if ancestor.is_public())]


def topic_trail(language: str) -> list[MenuItem]:
    """Return the way from the front page to a topic of `language`, without the topic."""
    return [front_item(language), health_item(language)]


def _item(place: Page | Topic) -> MenuItem:
    return MenuItem(str(place), place.get_absolute_url())


def language_links(current: str, addresses: dict[str, str]) -> list[dict[str, str]]:
    """Return a link to each language but `current`: its address in `addresses`, else its front page.

    `note` says so of the latter, in the words of whoever follows the link.
    """
    return [
        {"code": code, "url": addresses.get(code, PATH_PREFIXES[code, "page"]), "note": _front_note(code, addresses)}
        for code, _name in settings.LANGUAGES
        if code != current
    ]


def _front_note(language: str, addresses: dict[str, str]) -> str:
    if language in addresses:
        return ""
    with override(language):
        return _("forside")
