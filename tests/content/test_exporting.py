"""The site becomes a folder of content files, and the same site again."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from hypothesis import example, given, settings
from hypothesis import strategies as st

from content.cleaning import clean_line, clean_lines
from content.files import parse_file, write_text
from content.models import Page, Topic
from tests.content.content_files import ARTICLE, TEXTS, run, write
from tests.content.view_pages import make_page

pytestmark = pytest.mark.django_db


def everything() -> list[dict[str, Any]]:
    """Return all that a content file holds of each page, relations by name."""
    return [
        {
            field.name: str(value) if (value := getattr(page, field.name)) and field.is_relation else value
            for field in Page._meta.concrete_fields
            if field.name not in {"id", "created_at", "updated_at"}
        }
        for page in Page.objects.select_related("topic", "parent", "owner").order_by("language", "slug")
    ]


def test_an_export_imports_to_the_same_pages_field_by_field(tmp_path: Path) -> None:
    owner = User.objects.create_user("lene")
    topic = Topic.objects.create(name="Børn: “små” # 1", language="da")
    article = make_page(
        "112: hvornår? # ikke en kommentar",
        "hvornaar",
        summary="Første linje.\n\nAnden linje: “citat” - [x] 'y' \"z\"",
        body='<h2 id="gammelt-anker">Nyt navn</h2><p>* a_b_c &lt;tag&gt; <strong>x</strong></p>'
        '<table><tr><td colspan="2">a</td></tr></table><ol start="4"><li>d</li></ol>',
        topic=topic,
        status="draft",
        owner=owner,
        publish_at=datetime(2026, 7, 1, 6, 30, 0, 123456, tzinfo=UTC),
        expire_at=datetime(2027, 1, 1, tzinfo=UTC),
        sources=[{"title": "A | b: c", "url": "https://a.dk/?x=1#y"}],
        questions=["Hvad: nu?", "- 1. ja", "null", "2026-01-01"],
        reviewed_by="Dr. Ø. Åse",
        reviewed_on=date(2026, 1, 1),
        review_due=date(2027, 1, 1),
    )
    make_page("When?", "when", language="en", translation_of=article)
    parent = make_page("Tilbud", "tilbud", kind="page", order=-5)
    make_page("no", "no", kind="page", parent=parent, status="archived", summary="true")
    before = everything()

    assert "Eksporteret: 4 sider." in run("export_content", tmp_path)
    assert "uændret 4" in run("import_content", tmp_path)

    Page.objects.all().delete()
    Topic.objects.all().delete()
    run("import_content", tmp_path)
    assert everything() == before
    assert Page.objects.get(slug="when").counterpart == Page.objects.get(slug="hvornaar")


@settings(deadline=None)
@given(TEXTS)
@example("5\u00a0%  \u2009a\u030a\u00ad")
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    for clean in (clean_line, clean_lines):
        assert clean(clean(text)) == clean(text)


@settings(deadline=None)
@given(st.lists(TEXTS.map(clean_line).filter(bool), min_size=4, max_size=4), TEXTS.map(clean_lines).filter(bool))
def test_every_clean_text_survives_a_file(lines: list[str], summary: str) -> None:
    values = parse_file(ARTICLE, "a.md").values | {
        "title": lines[0],
        "summary": summary,
        "topic": lines[1],
        "reviewed_by": lines[2],
        "sources": [{"title": lines[3], "url": "https://a.dk/"}],
        "questions": lines,
    }
    assert parse_file(write_text(values, ""), "a.md").values == values


def test_what_is_typed_in_any_way_is_the_same_page_at_every_import(tmp_path: Path) -> None:
    odd = "Na\u030ar  5\u00a0%\u00ad  er\u2009“a\u030abent” #"
    topic = Topic.objects.create(name=odd, slug="en-anden-adresse")
    Topic.objects.create(name="Uden sider")
    make_page(
        odd,
        "odd",
        summary=f"{odd}\r\n\n {odd}",
        body=f"<h2>{odd}</h2><p>{odd}</p>",
        topic=topic,
        reviewed_by=odd,
        sources=[{"title": odd, "url": "https://a.dk/"}],
        questions=[odd, f" {odd} "],
    )
    assert Page.objects.get().title == "Når 5\u00a0% er\u00a0“åbent” #"
    before = everything()
    run("export_content", tmp_path)
    assert "topic_slug: en-anden-adresse" in (tmp_path / "da" / "health" / "odd.md").read_text()
    assert "uændret 1" in run("import_content", tmp_path)
    Page.objects.all().delete()
    Topic.objects.all().delete()
    run("import_content", tmp_path)
    assert everything() == before
    assert Topic.objects.get().slug == "en-anden-adresse"


def test_a_file_typed_in_any_way_is_the_same_page_at_every_import(tmp_path: Path) -> None:
    odd = "'Na\u030ar  5\u00a0%\u00ad  er\u2009\u030abent'"
    write(tmp_path, "a.md", title=odd, summary=odd, topic=odd, reviewed_by=odd)
    run("import_content", tmp_path)
    assert Page.objects.get().title.startswith("Når 5\u00a0% er")
    assert "uændret 1" in run("import_content", tmp_path)
    assert Page.history.count() == 1


def test_a_backup_comes_up_on_a_machine_without_its_users(tmp_path: Path) -> None:
    make_page("Influenza", "influenza", owner=User.objects.create_user("lene"))
    run("export_content", tmp_path)
    Page.objects.all().delete()
    User.objects.all().delete()
    assert "Ingen bruger hedder lene: 1 side fik ikke den ansvarlige, som filen nævner." in run(
        "import_content", tmp_path
    )
    assert Page.objects.get().owner is None


def test_the_demo_site_survives_there_and_back(tmp_path: Path) -> None:
    demo = Path(__file__).resolve().parents[2] / "content" / "demo"
    run("import_content", demo)
    before = everything()
    run("export_content", tmp_path)
    Page.objects.all().delete()
    run("import_content", tmp_path)
    assert everything() == before
    assert f"uændret {len(before)}" in run("import_content", demo)


def test_an_export_tells_of_files_that_are_no_page_and_prunes_them_when_asked(tmp_path: Path) -> None:
    make_page("Influenza", "influenza")
    stray = write(tmp_path, "da/health/gammel.md", slug="gammel")
    assert "Hører ikke til nogen side: da/health/gammel.md" in run("export_content", tmp_path)
    assert stray.exists()
    run("export_content", tmp_path, "--prune")
    assert [path.name for path in tmp_path.rglob("*.md")] == ["influenza.md"]


def test_an_export_leaves_a_file_alone_that_is_right(tmp_path: Path) -> None:
    make_page("Influenza", "influenza")
    run("export_content", tmp_path)
    path = tmp_path / "da" / "health" / "influenza.md"
    stamp = path.stat().st_mtime_ns
    run("export_content", tmp_path)
    assert path.stat().st_mtime_ns == stamp
