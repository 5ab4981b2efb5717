"""Write the site's pages to a folder of content files."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from content.exporting import export_folder


class Command(BaseCommand):
    help = "Export every page to a Markdown file with front matter, as import_content reads them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, metavar="DIR")
        parser.add_argument("--prune", action="store_true", help="delete Markdown files in DIR that are no page")

    def handle(self, *, directory: Path, prune: bool, **options: Any) -> None:
        try:
            directory.mkdir(parents=True, exist_ok=True)
            written, strays = export_folder(directory)
            if prune:
                for path in strays:
                    path.unlink()
        except OSError as error:
            raise CommandError(
                _("Kan ikke skrive til %(directory)s: %(problem)s") % {"directory": directory, "problem": error}
            ) from error
        for path in strays:
            name = path.relative_to(directory)
            message = _("Slettet: %(name)s") if prune else _("Hører ikke til nogen side: %(name)s")
            self.stderr.write(message % {"name": name})
        self.stdout.write(_("Eksporteret: %(count)d sider.") % {"count": len(written)})
