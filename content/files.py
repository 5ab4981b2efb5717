"""Content files: YAML front matter and Markdown ▸ the values of a page, and back.

Every fault is a Fault with its place; nothing here touches the database.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from content import front_matter
from content.cleaning import clean_line, clean_lines
from content.faults import ContentFault, Fault
from content.models import Language, Page
from content.slugs import is_slug
from content.validators import is_web_address

#: Larger files are refused: no page is that long, and some other file is.
MAX_BYTES = 1_000_000

REQUIRED = ("title", "slug", "kind", "language", "summary")


@dataclass(frozen=True)
class ContentFile:
    """A file's front matter, checked and with defaults filled in, and its Markdown."""

    path: str
    values: dict[str, Any]
    markdown: str
    lines: dict[str, int] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        """What makes a page one page: its language and slug."""
        return self.values["language"], self.values["slug"]

    def fault(self, key: str, message: str) -> Fault:
        """Return a Fault at the line of `key`, or at the file's first line."""
        return Fault(self.path, self.lines.get(key, 1), message)


def find_files(directory: Path) -> Iterator[Path]:
    """Yield the Markdown files under `directory`, sorted; hidden ones and symbolic links are left out."""
    found = []
    for folder, folders, names in os.walk(directory, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            path = Path(folder, name)
            if name.endswith(".md") and not name.startswith(".") and not path.is_symlink() and path.is_file():
                found.append(path)
    yield from sorted(found)


# ── Reading ─────────────────────────────────────────────────────────────────────────────────────
def read_file(path: Path, name: str) -> ContentFile:
    """Return the file at `path` as a ContentFile. Raise ContentFault with all that is wrong in `name`."""
    if path.stat().st_size > MAX_BYTES:
        raise ContentFault(Fault(name, 1, _("Filen er større end 1 MB.")))
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ContentFault(Fault(name, line, _("Filen er ikke UTF-8."))) from None
    return parse_file(text, name)


def parse_file(text: str, name: str) -> ContentFile:
    """Return the text of a file as a ContentFile. Raise ContentFault."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines[0].rstrip() != "---":
        raise ContentFault(Fault(name, 1, _("Filen skal begynde med en linje “---” og sidens oplysninger.")))
    end = next((number for number, line in enumerate(lines[1:], start=1) if line.rstrip() == "---"), None)
    if end is None:
        raise ContentFault(Fault(name, 1, _("Linjen “---” efter sidens oplysninger mangler.")))
    raw, key_lines, faults = front_matter.parse("\n".join(lines[1:end]), name)
    values = dict(_defaults())
    for key in raw:
        if key not in _READERS:
            faults.append(Fault(name, key_lines[key], _("Ukendt nøgle: %(key)s.") % {"key": key}))
    for key in REQUIRED:
        if raw.get(key) in (None, ""):
            faults.append(Fault(name, key_lines.get(key, 1), _("Nøglen %(key)s mangler.") % {"key": key}))
    for key, value in raw.items():
        if key in _READERS and value is not None and not (key in REQUIRED and value == ""):
            try:
                values[key] = _READERS[key](value)
            except ValueError as error:
                faults.append(Fault(name, key_lines[key], f"{key}: {error}"))
    if faults:
        raise ContentFault(*faults)
    return ContentFile(name, values, "\n".join(lines[end + 1 :]).strip("\n"), key_lines)


def _told(value: Any) -> str:
    """Return a value as a fault tells it. A list or a mapping may be larger than it is written, or endless."""
    return str(value) if isinstance(value, (str, int, float, date)) or value is None else "…"


def _read_text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(_("skal være tekst. Sæt anførselstegn om den."))
    return clean_lines(value)


def _read_line(value: Any) -> str:
    return clean_line(_read_text(value))


def _read_slug(value: Any) -> str:
    slug = _read_line(value)
    if not is_slug(slug):
        raise ValueError(_("“%(slug)s” er ikke en adresse af små bogstaver a-z, tal og bindestreger.") % {"slug": slug})
    return slug


def _choice(*choices: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in choices:
            raise ValueError(
                _("“%(value)s” er ukendt. Det skal være %(choices)s.")
                % {"value": _told(value), "choices": _(" eller ").join(choices)}
            )
        return str(value)

    return read


def _read_integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(_("skal være et helt tal."))
    if not -(2**31) <= value < 2**31:
        raise ValueError(_("tallet er for stort."))
    return value


def _read_date(value: Any) -> date:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            pass
    elif isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ValueError(_("“%(value)s” er ikke en dato som 2026-03-12.") % {"value": _told(value)})


def _read_moment(value: Any) -> datetime:
    moment = value
    if isinstance(value, str):
        with suppress(ValueError):
            moment = parse_datetime(value.strip()) or date.fromisoformat(value.strip())
    if isinstance(moment, date) and not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day)
    try:
        if isinstance(moment, datetime):
            moment = timezone.make_aware(moment) if timezone.is_naive(moment) else moment
            for place in (UTC, timezone.get_default_timezone()):  # as it is stored, and as it is shown
                moment.astimezone(place)
            return moment
    except OverflowError:  # before the first year or after the last
        pass
    raise ValueError(_("“%(value)s” er ikke et tidspunkt som 2026-03-12 08:00.") % {"value": _told(value)})


def _read_sources(value: Any) -> list[dict[str, str]]:
    if not isinstance(value, list):
        raise ValueError(_("skal være en liste af title og url."))
    sources = []
    for number, source in enumerate(value, start=1):
        if not isinstance(source, dict) or set(source) != {"title", "url"}:
            raise ValueError(_("kilde %(number)d skal have title og url, og ikke andet.") % {"number": number})
        title, url = source["title"], source["url"]
        if not isinstance(title, str) or not clean_line(title):
            raise ValueError(_("kilde %(number)d mangler en titel.") % {"number": number})
        if not isinstance(url, str) or not is_web_address(url.strip()):
            raise ValueError(
                _("kilde %(number)d: “%(url)s” er ikke en webadresse.") % {"number": number, "url": _told(url)}
            )
        sources.append({"title": _read_line(title), "url": url.strip()})
    return sources


def _read_questions(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise ValueError(_("skal være en liste af spørgsmål."))
    if not all(isinstance(question, str) and clean_line(question) for question in value):
        raise ValueError(_("hvert spørgsmål skal være tekst. Sæt anførselstegn om det."))
    return [_read_line(question) for question in value]


_READERS: dict[str, Callable[[Any], Any]] = {
    "title": _read_line,
    "slug": _read_slug,
    "previous_slug": _read_slug,
    "kind": _choice(*Page.Kind.values),
    "language": _choice(*Language.values),
    "status": _choice(*Page.Status.values),
    "topic": _read_line,
    "topic_slug": _read_slug,
    "summary": _read_text,
    "parent": _read_slug,
    "order": _read_integer,
    "translation_of": _read_slug,
    "publish_at": _read_moment,
    "expire_at": _read_moment,
    "owner": _read_line,
    "sources": _read_sources,
    "reviewed_by": _read_line,
    "reviewed_on": _read_date,
    "review_due": _read_date,
    "questions": _read_questions,
}


def _defaults() -> dict[str, Any]:
    return {
        "previous_slug": None,
        "status": Page.Status.PUBLISHED.value,
        "topic": None,
        "topic_slug": None,
        "parent": None,
        "order": 0,
        "translation_of": None,
        "publish_at": None,
        "expire_at": None,
        "owner": None,
        "sources": [],
        "reviewed_by": "",
        "reviewed_on": None,
        "review_due": None,
        "questions": [],
    }


# ── Writing ─────────────────────────────────────────────────────────────────────────────────────
def write_text(values: dict[str, Any], markdown: str) -> str:
    """Return a file's text. Keys with their default value are left out."""
    defaults = _defaults()
    shown = {
        key: value.isoformat() if isinstance(value, datetime) else value
        for key in _READERS
        if (value := values[key]) != defaults.get(key, ...)
    }
    return f"---\n{front_matter.write(shown)}---\n" + (f"\n{markdown}" if markdown else "")
