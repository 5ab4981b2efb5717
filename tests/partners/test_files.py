"""What a partner's page loads, and how much of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from chatbots.models import Partner
from chatbots.partners import files
from tests.partners.conftest import ORIGIN

CHAT = Path(__file__).resolve().parents[2] / "static" / "chat"
STYLES = ["chat.css", "partner/partner.css"]
#: Bytes, gzipped: the script, every module it leads to, and both style sheets.
LIMIT = 30 * 1024


def modules(name: str = "partner/define.js") -> set[str]:
    """Return the names of the module and of all that it leads to."""
    found: set[str] = set()
    wanted = [name]
    while wanted:
        name = wanted.pop()
        if name in found:
            continue
        found.add(name)
        for path in re.findall(r'^import[^"]*"(\.[^"]+)"', (CHAT / name).read_text(), re.MULTILINE):
            wanted.append((CHAT / name).parent.joinpath(path).resolve().relative_to(CHAT).as_posix())
    return found


def test_all_that_a_partners_page_loads_is_small() -> None:
    sizes = {name: len(files.current().files[name].compressed) for name in [*modules(), *STYLES]}
    assert len(sizes) > 20
    assert sum(sizes.values()) <= LIMIT, sorted(sizes.items(), key=lambda item: -item[1])


@pytest.mark.django_db
def test_even_with_the_parts_it_is_small(client: Client) -> None:
    partner = Partner.objects.create(name="Kommunen", origins=ORIGIN)
    headers = {"origin": ORIGIN, "accept-encoding": "gzip"}
    parts = client.get(f"/api/partners/{partner.key}/parts/", headers=headers)
    assert parts["Content-Encoding"] == "gzip"
    total = len(parts.content) + sum(len(files.current().files[name].compressed) for name in [*modules(), *STYLES])
    assert total <= LIMIT


def test_the_name_of_the_version_changes_with_any_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = []
    for text in ("let a = 1;\n", "let a = 2;\n"):
        (tmp_path / "a.js").write_text(text)
        monkeypatch.setattr(files.finders, "find", lambda name: tmp_path)
        names.append(files.read_version().name)
    assert names[0] != names[1]


def test_every_custom_property_of_the_chat_is_set_inside_the_shadow_tree() -> None:
    """Else a page with a property of that name would colour the chat."""
    chat, own = (CHAT / "chat.css").read_text(), (CHAT / "partner" / "partner.css").read_text()
    used = set(re.findall(r"var\((--[\w-]+)", chat))
    set_by_itself = set(re.findall(r"^\s+(--[\w-]+):", chat, re.MULTILINE))
    set_inside = set(re.findall(r"^\s+(--[\w-]+):.*;$", own, re.MULTILINE))
    assert used - set_by_itself - set_inside == set()
    outside = set(re.findall(r"var\((--[\w-]+)", own)) - set_inside
    assert {name for name in outside if not name.startswith("--vejviser-")} == set()


def test_icons_are_drawn_in_place() -> None:
    html = '<svg class="chat-icon" width="24"><use href="/static/chat/icons.svg#close"></use></svg>'
    drawn = files.for_partner(html)
    assert drawn.startswith('<svg class="chat-icon" viewBox="0 0 24 24" width="24"><path d="M6 6l12 12')
    assert "use" not in drawn
