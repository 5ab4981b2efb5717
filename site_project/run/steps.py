"""Bring the site's data up to date before it starts: `python -m site_project.run.steps`.

Each step looks first whether there is anything to do, so a second run takes seconds. They run in a process of their
own, which ends before the site starts and takes the memory of Django and the model with it.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent.parent
ADMIN = "admin"


def translations() -> str:
    from site_project.run.messages import compile_messages

    return f"{compile_messages(ROOT / 'locale')} compiled"


def static_files() -> str:
    from site_project.static_files import collect

    return f"{collect() or 'no'} files gathered"


def embedding_model() -> str:
    from django.core.management import call_command

    call_command("prepare_model")
    return ""


def database() -> str:
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    return "up to date"


def demo_content() -> str:
    from django.core.management import call_command

    from content.models import Page

    if count := Page.objects.count():
        return f"{count} pages are there"
    call_command("import_content", ROOT / "content" / "demo", stdout=StringIO())
    return f"{Page.objects.count()} pages imported"


def search_index() -> str:
    from django.core.management import call_command

    call_command("reindex")
    return ""


def triage() -> str:
    """Embed the example sentences that have no vectors yet, so that no visitor waits for it."""
    from chatbots.safety import knowledge

    known = knowledge.current()
    return f"{len(known.book.rules)} rules and {len(known.likeness.examples)} example sentences"


#: What is done, in order. A step returns what to say of it.
STEPS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("Translations", translations),
    ("Static files", static_files),
    ("Embedding model", embedding_model),
    ("Database", database),
    ("Demo site", demo_content),
    ("Search index", search_index),
    ("Help cards and triage", triage),
)


def make_admin() -> str:
    """Return the password of the admin login made for the demo, or "" when there are logins already."""
    from django.contrib.auth import get_user_model

    users = get_user_model().objects
    if users.filter(is_superuser=True).exists():
        return ""
    password = secrets.token_urlsafe(12)
    users.create_superuser(ADMIN, password=password)
    return password


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--password-to", type=int, metavar="FD", help="where the new admin's password is written")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_project.settings")
    django.setup()
    for number, (title, step) in enumerate(STEPS, 1):
        began = time.monotonic()
        print(f"[{number}/{len(STEPS)}] {title}", flush=True)
        said = step()
        print(f"      {said}{', ' if said else ''}{time.monotonic() - began:.1f} s", flush=True)
    password = make_admin()
    if options.password_to is not None:
        with os.fdopen(options.password_to, "w") as pipe:
            pipe.write(password)
    elif password:
        print(f"Admin login: {ADMIN} / {password}")


if __name__ == "__main__":
    from django.core.management.base import CommandError

    try:
        main()
    except CommandError as error:
        sys.exit(f"\n{error}")
