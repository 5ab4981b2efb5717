"""The demo site as a visitor walks through it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urldefrag

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from tests.content.view_pages import tree

DEMO = Path(settings.BASE_DIR) / "content" / "demo"


#: Where the site leaves `content`, or the pages that are read as HTML.
ELSEWHERE = ("/chat/", "/en/chat/", "/aendringer.atom", "/en/changes.atom")


@pytest.mark.django_db
def test_every_link_of_the_demo_site_leads_somewhere_and_every_anchor_exists(client: Client) -> None:
    call_command("import_content", str(DEMO), verbosity=0)
    anchors: dict[str, set[str]] = {}
    found_on = {"/": "", "/en/": ""}
    fragments: set[tuple[str, str, str]] = set()
    waiting = list(found_on)
    while waiting:
        address = waiting.pop()
        response = client.get(address)
        assert response.status_code == 200, f"{address}, linked from {found_on[address]}"
        page = tree(response)
        anchors[address] = set(page.xpath("//@id"))
        for href in page.xpath("//a/@href"):
            path, fragment = urldefrag(href)
            target = path or address
            if not target.startswith("/") or target.startswith(ELSEWHERE):
                continue
            if fragment:
                fragments.add((target, fragment, address))
            if target not in found_on:
                found_on[target] = address
                waiting.append(target)

    assert len(anchors) >= 80
    assert [link for link in fragments if link[1] not in anchors[link[0]]] == []
