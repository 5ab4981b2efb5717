"""Versions of a page: what differs between two, and how an old one is restored."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import models, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from content.markdown import to_markdown
from content.models import Page

#: Fields whose difference is shown, in the order of the form.
COMPARED = (
    "title", "slug", "language", "summary", "body", "topic", "parent", "order", "translation_of", "status",
    "publish_at", "expire_at", "owner", "sources", "reviewed_by", "reviewed_on", "review_due", "questions",
)  # fmt: skip
#: Fields that stay as they are when an old version is restored: restoring a text must not unpublish it.
KEPT = frozenset({"status", "publish_at", "expire_at", "owner"})

#: Equal lines shown around a difference.
_CONTEXT = 2
_ANCHOR = re.compile(r" \{#[a-z0-9-]+\}$", re.MULTILINE)
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a line. how: same, removed or added."""

    how: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a comparison. how: same, removed, added or left-out (equal lines not shown)."""

    how: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs in one field."""

    name: str
    label: str
    lines: tuple[Line, ...]


def changed_fields(old: models.Model, new: models.Model) -> list[str]:
    """Return the names of the fields that differ between two versions."""
    return [name for name in COMPARED if _raw(old, name) != _raw(new, name)]


def field_labels(names: list[str]) -> list[str]:
    """Return fields' names as editors see them."""
    return [str(Page._meta.get_field(name).verbose_name) for name in names]


def compare(old: models.Model, new: models.Model) -> list[Difference]:
    """Return what differs between two versions, field by field."""
    return [
        Difference(
            name,
            capfirst(str(Page._meta.get_field(name).verbose_name)),
            lines,
        )
        for name in changed_fields(old, new)
        if (lines := tuple(compare_texts(field_text(old, name), field_text(new, name))))
    ]


def compare_texts(old: str, new: str) -> Iterator[Line]:
    """Yield the lines of two texts that differ, words marked, with a little of what stands around them."""
    before, after = ([line for line in text.splitlines() if line.strip()] for text in (old, new))
    for group in SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(_CONTEXT):
        first = group[0]
        if first[1] > 0:
            yield Line("left-out", ())
        for tag, old_start, old_end, new_start, new_end in group:
            if tag == "equal":
                yield from (Line("same", (Piece("same", line),)) for line in before[old_start:old_end])
                continue
            removed, added = before[old_start:old_end], after[new_start:new_end]
            pairs = [_compare_words(*pair) for pair in zip(removed, added, strict=False)]
            yield from (Line("removed", pair[0]) for pair in pairs)
            yield from (Line("removed", (Piece("same", line),)) for line in removed[len(pairs) :])
            yield from (Line("added", pair[1]) for pair in pairs)
            yield from (Line("added", (Piece("same", line),)) for line in added[len(pairs) :])


def _compare_words(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    removed, added = [], []
    for tag, old_start, old_end, new_start, new_end in SequenceMatcher(None, before, after, False).get_opcodes():
        same = tag == "equal"
        if old_end > old_start:
            removed.append(Piece("same" if same else "removed", "".join(before[old_start:old_end])))
        if new_end > new_start:
            added.append(Piece("same" if same else "added", "".join(after[new_start:new_end])))
    return tuple(removed), tuple(added)


def field_text(version: models.Model, name: str) -> str:
    """Return a field's value as text for people, the body as Markdown without anchors."""
    value = _value(version, name)
    if value is None or value == "":
        return ""
    if name == "body":
        return _ANCHOR.sub("", to_markdown(value))
    if name == "sources":
        return "\n".join(f"{source['title']} | {source['url']}" for source in value)
    if name == "questions":
        return "\n".join(value)
    if name in {"status", "language"}:
        return str(getattr(version, f"get_{name}_display")())
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    return str(value)


def _raw(version: models.Model, name: str) -> Any:
    return getattr(version, Page._meta.get_field(name).attname)


def _value(version: models.Model, name: str) -> Any:
    """Return a field's value; an object that is gone is named so."""
    try:
        return getattr(version, name)
    except ObjectDoesNotExist:
        return _("(slettet)")


def restore(page: Page, version: Any) -> list[str]:
    """Make `page` say again what it said in `version`, as a new version; return the fields that changed.

    Status, publishing times and owner stay. Raise ValidationError when the old content can no longer stand, such
    as when its address has been taken.
    """
    with transaction.atomic():
        page = Page.objects.get(pk=page.pk)
        changed = []
        for name in COMPARED:
            if name in KEPT:
                continue
            field = Page._meta.get_field(name)
            value = _raw(version, name)
            if field.is_relation and value is not None and not field.related_model.objects.filter(pk=value).exists():
                value = None
            if value != _raw(page, name):
                setattr(page, field.attname, value)
                changed.append(name)
        if changed:
            page.full_clean()
            moment = date_format(timezone.localtime(version.history_date), "SHORT_DATETIME_FORMAT")
            page._change_reason = _("Gendannet fra %(moment)s") % {"moment": moment}
            page.save()
        return changed
