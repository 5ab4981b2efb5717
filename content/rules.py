"""What must hold for a page beyond single fields: address, translation, place in the menu, topic, dates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from content.slugs import RESERVED_SLUGS

if TYPE_CHECKING:
    from content.models import Page

#: A field's name and what is wrong with its value.
Broken = tuple[str, str]


def broken_rules(page: Page) -> Iterator[Broken]:
    """Yield each rule that `page` breaks."""
    for rule in (_address, _original, _translation, _parent, _children, _topic, _dates):
        yield from rule(page)


def _others(page: Page) -> Any:
    """Return a query of all pages, of both kinds, but this one."""
    return page._meta.concrete_model._default_manager.exclude(pk=page.pk)


def _address(page: Page) -> Iterator[Broken]:
    if page.slug in RESERVED_SLUGS:
        yield "slug", _("Adressen “%(slug)s” bruger hjemmesiden selv. Vælg en anden.") % {"slug": page.slug}
    other = _others(page).filter(language=page.language, slug=page.slug).first() if page.slug else None
    if other is not None:
        message = _("Adressen “%(slug)s” er taget af siden “%(title)s” på samme sprog. Vælg en anden.")
        yield "slug", message % {"slug": page.slug, "title": other.title}


def _original(page: Page) -> Iterator[Broken]:
    """A translation is of one page in the other language, which is no translation and has no other."""
    original = page.translation_of
    if original is None:
        return
    title = {"title": original.title}
    if original.pk is not None and original.pk == page.pk:
        yield "translation_of", _("En side kan ikke være en oversættelse af sig selv.")
    elif original.language == page.language:
        yield "translation_of", _("“%(title)s” er på samme sprog.") % title
    elif original.translation_of_id is not None:
        yield "translation_of", _("“%(title)s” er selv en oversættelse. Vælg den oprindelige side.") % title
    elif _others(page).filter(translation_of=original.pk).exists():
        yield "translation_of", _("“%(title)s” har allerede en oversættelse.") % title


def _translation(page: Page) -> Iterator[Broken]:
    """A page that has a translation stays in its language and is no translation itself."""
    translation = _others(page).filter(translation_of=page.pk).first() if page.pk else None
    if translation is None:
        return
    title = {"title": translation.title}
    if page.translation_of_id is not None:
        yield "translation_of", _("Siden har selv en oversættelse, “%(title)s”, og kan ikke også være en.") % title
    if translation.language == page.language:
        yield "language", _("Sidens oversættelse, “%(title)s”, er på samme sprog.") % title


def _parent(page: Page) -> Iterator[Broken]:
    """The menu is a tree of site pages of one language."""
    parent = page.parent
    if parent is None:
        return
    if page.kind != "page":
        yield "parent", _("Kun sider kan ligge under en anden side. Sundhedsartikler hører til et emne.")
    elif parent.kind != "page":
        yield "parent", _("“%(title)s” er en sundhedsartikel. Vælg en side.") % {"title": parent.title}
    elif parent.language != page.language:
        yield "parent", _("“%(title)s” er på et andet sprog.") % {"title": parent.title}
    elif page.pk and _is_at_or_above(page, parent):
        yield "parent", _("En side kan ikke ligge under sig selv eller under en af sine egne undersider.")


def _is_at_or_above(page: Page, other: Page) -> bool:
    seen: set[int] = set()
    ancestor: int | None = other.pk
    while ancestor is not None and ancestor not in seen:
        if ancestor == page.pk:
            return True
        seen.add(ancestor)
        ancestor = _others(page).filter(pk=ancestor).values_list("parent_id", flat=True).first()
    return False


def _children(page: Page) -> Iterator[Broken]:
    """A page that has pages under it stays a site page, in their language."""
    children = _others(page).filter(parent=page.pk) if page.pk else _others(page).none()
    if page.kind != "page" and (child := children.first()) is not None:
        yield (
            "kind",
            _("Siden “%(title)s” ligger under denne, så den kan ikke være en sundhedsartikel.")
            % {"title": child.title},
        )
    if (child := children.exclude(language=page.language).first()) is not None:
        yield "language", _("Undersiden “%(title)s” er på et andet sprog.") % {"title": child.title}


def _topic(page: Page) -> Iterator[Broken]:
    if page.topic is not None and page.topic.language != page.language:
        yield "topic", _("Emnet “%(name)s” er på et andet sprog.") % {"name": page.topic.name}


def _dates(page: Page) -> Iterator[Broken]:
    if page.publish_at and page.expire_at and page.expire_at <= page.publish_at:
        yield "expire_at", _("Siden skal udløbe, efter at den er udgivet.")
    if page.reviewed_on and page.review_due and page.review_due <= page.reviewed_on:
        yield "review_due", _("Næste gennemgang skal ligge efter den seneste.")
