"""Make the site's pages what a folder of content files says."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from content.faults import ContentFault
from content.files import find_files
from content.importing import ImportReport, import_folder


class Command(BaseCommand):
    help = (
        "Import pages from Markdown files with front matter: all of them, or none when one has a fault. "
        "A page is known by its slug and language: a new slug in a file is a new page, and the old one stays, or goes "
        "with --prune, unless the file names the old slug as previous_slug. Then the page moves, with its versions, "
        "and its old address leads to the new one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, metavar="DIR")
        parser.add_argument("--prune", action="store_true", help="delete pages that have no file in DIR")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")

    def handle(self, *, directory: Path, prune: bool, dry_run: bool, **options: Any) -> None:
        if not directory.is_dir():
            raise CommandError(_("Der er ingen mappe %(directory)s.") % {"directory": directory})
        if next(find_files(directory), None) is None:
            raise CommandError(_("Der er ingen indholdsfiler (*.md) i %(directory)s.") % {"directory": directory})
        try:
            report = self._import(directory, prune=prune, dry_run=dry_run, verbosity=options["verbosity"])
        except ContentFault as fault:
            raise CommandError(
                _("Intet er importeret. Ret disse fejl først:") + "".join(f"\n{fault}" for fault in fault.faults)
            ) from None
        except OperationalError as error:
            message = _("Intet er importeret, for databasen er optaget: %(problem)s. Prøv igen.")
            raise CommandError(message % {"problem": error}) from None
        self._tell(report, dry_run=dry_run, verbosity=options["verbosity"])

    def _import(self, directory: Path, *, prune: bool, dry_run: bool, verbosity: int) -> ImportReport:
        columns = (TextColumn(_("Importerer")), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=Console(stderr=True), disable=verbosity == 0) as bar:
            task = bar.add_task("", total=None)
            return import_folder(
                directory,
                prune=prune,
                dry_run=dry_run,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )

    def _tell(self, report: ImportReport, *, dry_run: bool, verbosity: int) -> None:
        outcomes = [
            (_("Oprettet"), report.created),
            (_("Ændret"), report.changed),
            (_("Uændret"), report.unchanged),
            (_("Slettet"), report.pruned),
        ]
        if verbosity >= 2:
            for name, addresses in outcomes:
                for address in addresses:
                    self.stdout.write(f"{name}: {address}")
        counts = ", ".join(f"{name.lower()} {len(addresses)}" for name, addresses in outcomes)
        prefix = _("Prøvekørsel, intet er gemt. ") if dry_run else ""
        self.stdout.write(prefix + _("Sider: %(counts)s.") % {"counts": counts})
        for name, count in sorted(report.unknown_owners.items()):
            message = ngettext(
                "Ingen bruger hedder %(name)s: %(count)d side fik ikke den ansvarlige, som filen nævner.",
                "Ingen bruger hedder %(name)s: %(count)d sider fik ikke den ansvarlige, som filerne nævner.",
                count,
            )
            self.stderr.write(message % {"name": name, "count": count})
        if report.moved_topics:
            self.stdout.write(_("Emner med ny adresse: %(addresses)s.") % {"addresses": ", ".join(report.moved_topics)})
