"""The widget's own files, as partners' pages get them: without comments, compressed, each version with its own address.

`/widget.js` names the folder of the present version; everything in that folder may be cached for good. The files are
those that this site itself serves from static/chat/, module by module: nothing is bundled.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders

from chatbots.minifying import minify

TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}

_INDENT = re.compile(r"^[ \t]+|\n(?=\n)", re.MULTILINE)
_ICON = re.compile(r'<symbol id="(\w+)" viewBox="0 0 24 24">(.*?)</symbol>')
_USE = re.compile(r'(<svg class="chat-icon")([^>]*)><use href="[^"#]*#(\w+)"></use></svg>')


@dataclass(frozen=True)
class File:
    """One file: what it says, plain and compressed."""

    content: bytes
    compressed: bytes
    content_type: str


@dataclass(frozen=True)
class Version:
    """All files as they are now, and a name that no other version has."""

    name: str
    files: dict[str, File]


def current() -> Version:
    """Return the present version; read once in each process, or each time while somebody works on it (DEBUG)."""
    return read_version() if settings.DEBUG else _kept_version()


def read_version() -> Version:
    """Return the version that lies on the disk now."""
    folder = Path(str(finders.find("chat")))
    paths = sorted(path for path in folder.rglob("*") if path.suffix in TYPES)
    files = {path.relative_to(folder).as_posix(): _read(path) for path in paths}
    digest = hashlib.sha256()
    for name, file in files.items():
        digest.update(name.encode() + b"\0" + file.content + b"\0")
    return Version(digest.hexdigest()[:16], files)


def for_partner(html: str) -> str:
    """Return `html` without indentation, each icon drawn in place: a browser takes no `<use>` from another site."""
    html = _INDENT.sub("", html)
    return _USE.sub(lambda use: f'{use[1]} viewBox="0 0 24 24"{use[2]}>{_icons()[use[3]]}</svg>', html)


@lru_cache(maxsize=1)
def _kept_version() -> Version:
    return read_version()


@lru_cache(maxsize=1)
def _icons() -> dict[str, str]:
    return dict(_ICON.findall(Path(str(finders.find("chat/icons.svg"))).read_text()))


def _read(path: Path) -> File:
    content = minify(path, path.read_text()).encode()
    return File(content, gzip.compress(content, 9, mtime=0), TYPES[path.suffix])
