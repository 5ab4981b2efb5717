"""Static files under names that change with what is in them: browsers keep them for good, and they come compressed.

`collect` gathers them in STATIC_ROOT. Where nothing has been gathered (tests, a developer's server), files keep their
plain names and come from the source folders.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.base import ContentFile, File
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

from chatbots.minifying import minify

#: Folders with scripts and styles of our own, which go without what only their readers need.
OURS = ("chat/", "site/")
#: Says which source files were gathered last.
STAMP = "collected"


class VersionedStaticFiles(CompressedManifestStaticFilesStorage):
    """Names each file with its digest, also where files name each other, and lays a compressed copy beside it."""

    support_js_module_import_aggregation = True
    manifest_strict = False

    def _save(self, name: str, content: File[bytes]) -> str:
        if name.startswith(OURS) and name.endswith((".js", ".css")):
            content.seek(0)  # It may have been saved once already, under a name that was not the last.
            content = ContentFile(minify(Path(name), content.read().decode()).encode())
        return str(super()._save(name, content))

    def url(self, name: str | None, force: bool = False) -> str:
        """Return the address of a file: by its digest where it was gathered, by its plain name where it was not."""
        if not self.hashed_files:
            return StaticFilesStorage.url(self, name)  # type: ignore[arg-type]
        try:
            return str(super().url(name, force))
        except ValueError:  # A file that came after the others were gathered.
            return StaticFilesStorage.url(self, name)  # type: ignore[arg-type]


def collect() -> int:
    """Gather the static files, unless they are as they were the last time. Return how many were gathered.

    Those of earlier versions stay: a page that is open in a browser may ask for one of them yet.
    """
    sources = _sources()
    stamp = Path(settings.STATIC_ROOT) / STAMP
    if stamp.exists() and stamp.read_text() == sources:
        return 0
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(sources)
    return sources.count("\n")


def _sources() -> str:
    """Return a line for each source file: its name, and a digest of where it lies, its size and when it was changed."""
    lines = []
    for finder in finders.get_finders():
        for name, storage in finder.list([]):
            path = Path(storage.path(name))
            stat = path.stat()
            seen = hashlib.sha256(f"{path} {stat.st_size} {stat.st_mtime_ns}".encode()).hexdigest()
            lines.append(f"{name} {seen}\n")
    return "".join(sorted(lines))
