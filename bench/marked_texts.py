"""The texts of the interface that are marked for translation, read from the sources as `makemessages` reads them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("chatbots", "content", "site_project")
KEYWORDS = ("_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy")


def texts_of(source: str) -> Iterator[str]:
    """Yield the msgid of each call that marks a text in Python `source`; the singular where there are two."""
    for _line, keyword, found, _comments in extract_python(BytesIO(source.encode()), KEYWORDS, [], {}):
        texts = found if isinstance(found, tuple) else (found,)
        text = texts[1] if keyword.startswith("pgettext") else texts[0]
        if text:
            yield text


def python_of(template: str) -> str:
    """Return a template as calls of gettext, in the way of makemessages; what stands between means nothing."""
    return "\n".join(line.lstrip() for line in templatize(template).splitlines())


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


@cache
def texts_by_file() -> dict[str, tuple[str, ...]]:
    """Return the Danish texts of each file that has any, by its path in the repository."""
    found = {}
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*.py")):
            found[str(path.relative_to(ROOT))] = tuple(texts_of(path.read_text()))
    for path in templates():
        found[str(path.relative_to(ROOT))] = tuple(texts_of(python_of(path.read_text())))
    return {path: texts for path, texts in found.items() if texts}
