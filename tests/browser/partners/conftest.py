"""A partner's web site, which is on the list, and one that is on nobody's."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, NewPage
from tests.browser.partners.host import KEY, LIMITED_KEY, OTHER_KEY, SMALL_KEY, Visit
from tests.browser.partners.site import PartnerSite, serving

MAKE = """
from chatbots.models import Partner
Partner.objects.create(name="Kommunen", key="{KEY}", origins="{own}", per_minute=10000, per_day=10000)
Partner.objects.create(name="Regionen", key="{OTHER_KEY}", origins="https://regionen.example")
Partner.objects.create(name="Klinikken", key="{SMALL_KEY}", origins="{own}", bots=["guide"])
Partner.objects.create(name="Lægehuset", key="{LIMITED_KEY}", origins="{own}", per_minute=1)
"""


@pytest.fixture(scope="package")
def partner(site: str, server_log: Path) -> Iterator[PartnerSite]:
    """Serve a partner's web site that is on the list."""
    with serving(site) as partner:
        make = MAKE.format(
            KEY=KEY, OTHER_KEY=OTHER_KEY, SMALL_KEY=SMALL_KEY, LIMITED_KEY=LIMITED_KEY, own=partner.address
        )
        environ = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "site_project.settings",
            "VEJVISER_DATA_DIR": str(server_log.parent),
            "DATABASE_URL": "",
        }
        subprocess.run(
            [sys.executable, "manage.py", "shell", "-c", make], cwd=ROOT, env=environ, check=True, timeout=120
        )
        yield partner


@pytest.fixture(scope="package")
def stranger(site: str) -> Iterator[PartnerSite]:
    """Serve a web site that is on nobody's list."""
    with serving(site) as stranger:
        yield stranger


@pytest.fixture
def visit(new_page: NewPage, partner: PartnerSite) -> Visit:
    """Return a function that opens a page of the partner with these widgets on it, and waits for the chat."""

    def open_page(widgets: str, *, style: str = "plain", chats: int = 1, **desk: object) -> Page:
        page = new_page(**desk)
        page.add_init_script(
            """window.told = [];
            window.warned = [];
            console.warn = (text) => warned.push(text);
            for (const name of ["ready", "failure", "open", "close"]) {
              addEventListener(`vejviser-widget:${name}`, ({ detail }) => told.push([name, detail]));
            }"""
        )
        page.goto(partner.put(widgets, style=style))
        expect(page.locator("vejviser-chat")).to_have_count(chats)
        return page

    return open_page
