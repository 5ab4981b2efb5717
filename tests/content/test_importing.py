"""A folder of content files becomes the site: its pages, their addresses and what ties them together."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from content.models import Page, PageRedirect, Topic
from tests.content.content_files import ARTICLE, SITE_PAGE, faults, run, write
from tests.content.view_pages import make_page

pytestmark = pytest.mark.django_db


def test_a_file_becomes_a_page(tmp_path: Path) -> None:
    write(tmp_path, "da/influenza.md")
    assert "oprettet 1, ændret 0, uændret 0, slettet 0" in run("import_content", tmp_path)
    page = Page.objects.get()
    assert (page.kind, page.language, page.status, page.title) == ("health", "da", "published", "Influenza")
    assert page.body == (
        '<p>Influenza begynder brat.</p>\n<h2 id="symptomer">Symptomer</h2>\n<ul><li>feber</li><li>hoste</li></ul>'
    )
    assert page.topic is not None
    assert (page.topic.name, page.topic.slug) == ("Luftveje", "luftveje")
    assert page.sources == [{"title": "Sundhed.dk", "url": "https://www.sundhed.dk/"}]
    assert page.questions == ["Hvor længe varer influenza?"]
    assert (page.reviewed_by, page.reviewed_on) == ("Læge Lene Lund", date(2026, 3, 12))


def test_a_second_import_changes_nothing_and_makes_no_version(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    run("import_content", tmp_path)
    stored = Page.objects.values().get()
    assert "oprettet 0, ændret 0, uændret 1, slettet 0" in run("import_content", tmp_path)
    assert Page.objects.values().get() == stored
    assert Page.history.count() == 1


def test_a_changed_file_changes_its_page_and_no_other(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    write(tmp_path, "b.md", slug="b")
    run("import_content", tmp_path)
    write(tmp_path, "a.md", title="Influenza hos voksne")
    assert "ændret 1, uændret 1" in run("import_content", tmp_path)
    assert Page.history.count() == 3


def test_a_heading_renamed_in_a_file_keeps_its_anchor(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    run("import_content", tmp_path)
    write(tmp_path, "a.md", ARTICLE.replace("## Symptomer", "## Tegn"))
    run("import_content", tmp_path)
    assert '<h2 id="symptomer">Tegn</h2>' in Page.objects.get().body
    assert "uændret 1" in run("import_content", tmp_path)


def test_a_dry_run_tells_and_does_nothing(tmp_path: Path) -> None:
    make_page("Gammel", "gammel")
    write(tmp_path, "a.md")
    out = run("import_content", tmp_path, "--dry-run", "--prune")
    assert "intet er gemt" in out
    assert "oprettet 1, ændret 0, uændret 0, slettet 1" in out
    assert [page.slug for page in Page.objects.all()] == ["gammel"]
    assert not Topic.objects.exists()


def test_only_prune_deletes_pages_without_a_file(tmp_path: Path) -> None:
    make_page("Gammel", "gammel")
    write(tmp_path, "a.md")
    run("import_content", tmp_path)
    assert Page.objects.count() == 2
    assert "slettet 1" in run("import_content", tmp_path, "--prune")
    assert [page.slug for page in Page.objects.all()] == ["influenza"]


def test_an_empty_folder_is_refused_also_with_prune(tmp_path: Path) -> None:
    make_page("Gammel", "gammel")
    with pytest.raises(CommandError, match="ingen indholdsfiler"):
        run("import_content", tmp_path, "--prune")
    with pytest.raises(CommandError, match="ingen mappe"):
        run("import_content", tmp_path / "nowhere", "--prune")
    assert Page.objects.exists()


def test_files_may_refer_to_each_other_in_any_order(tmp_path: Path) -> None:
    write(tmp_path, "a.md", SITE_PAGE, slug="barn", parent="mor", order="3")
    write(tmp_path, "b.md", SITE_PAGE, slug="mor", parent="bedstemor")
    write(tmp_path, "c.md", SITE_PAGE, slug="bedstemor")
    write(tmp_path, "0.md", SITE_PAGE, slug="child", language="en", translation_of="barn")
    run("import_content", tmp_path)
    child = Page.objects.get(slug="barn")
    assert [page.slug for page in child.breadcrumb] == ["bedstemor", "mor", "barn"]
    assert child.order == 3
    assert child.counterpart is not None
    assert child.counterpart.slug == "child"
    assert "uændret 4" in run("import_content", tmp_path)


def test_a_translation_may_pass_to_another_page_and_a_tree_be_turned_over(tmp_path: Path) -> None:
    write(tmp_path, "a.md", SITE_PAGE, slug="a")
    write(tmp_path, "b.md", SITE_PAGE, slug="b", parent="a")
    write(tmp_path, "x.md", SITE_PAGE, slug="x", language="en", translation_of="a")
    write(tmp_path, "y.md", SITE_PAGE, slug="y", language="en")
    run("import_content", tmp_path)
    write(tmp_path, "a.md", SITE_PAGE, slug="a", parent="b")
    write(tmp_path, "b.md", SITE_PAGE, slug="b")
    write(tmp_path, "x.md", SITE_PAGE, slug="x", language="en")
    write(tmp_path, "y.md", SITE_PAGE, slug="y", language="en", translation_of="a")
    run("import_content", tmp_path)
    page = Page.objects.get(slug="a")
    assert page.parent is not None
    assert page.counterpart is not None
    assert (page.parent.slug, page.counterpart.slug) == ("b", "y")


def test_a_page_with_pages_under_it_cannot_become_an_article_unless_they_leave_it(tmp_path: Path) -> None:
    for parent, child in (("a", "b"), ("d", "c")):
        write(tmp_path, f"{parent}.md", SITE_PAGE, slug=parent)
        write(tmp_path, f"{child}.md", SITE_PAGE, slug=child, parent=parent)
    run("import_content", tmp_path)
    for parent in ("a", "d"):
        write(tmp_path, f"{parent}.md", SITE_PAGE, slug=parent, kind="health")
    assert faults(tmp_path) == [
        "a.md:4: kind: Siden “Hold” ligger under denne, så den kan ikke være en sundhedsartikel.",
        "d.md:4: kind: Siden “Hold” ligger under denne, så den kan ikke være en sundhedsartikel.",
    ]
    for child in ("b", "c"):
        write(tmp_path, f"{child}.md", SITE_PAGE, slug=child)
    assert "ændret 4" in run("import_content", tmp_path)


def test_an_owner_who_is_no_user_is_told_once_and_is_no_fault(tmp_path: Path) -> None:
    mette = User.objects.create_user("mette")
    for slug, owner in (("a", "lene"), ("b", "lene"), ("c", "mette"), ("d", "ole")):
        write(tmp_path, f"{slug}.md", slug=slug, owner=owner)
    out, told = StringIO(), StringIO()
    call_command("import_content", str(tmp_path), stdout=out, stderr=told)
    assert told.getvalue().splitlines() == [
        "Ingen bruger hedder lene: 2 sider fik ikke den ansvarlige, som filerne nævner.",
        "Ingen bruger hedder ole: 1 side fik ikke den ansvarlige, som filen nævner.",
    ]
    assert dict(Page.objects.values_list("slug", "owner")) == {"a": None, "b": None, "c": mette.pk, "d": None}
    assert "uændret 4" in run("import_content", tmp_path)


def test_a_page_keeps_its_owner_where_its_file_names_an_unknown_one(tmp_path: Path) -> None:
    mette = User.objects.create_user("mette")
    make_page("Influenza", "influenza", owner=mette)
    write(tmp_path, "influenza.md", slug="influenza", owner="lene")
    run("import_content", tmp_path)
    assert Page.objects.get().owner == mette
    write(tmp_path, "influenza.md", slug="influenza")
    run("import_content", tmp_path)
    assert Page.objects.get().owner is None


# ── Addresses ───────────────────────────────────────────────────────────────────────────────────
def test_a_page_moves_to_a_new_slug_with_its_versions_and_its_old_address(tmp_path: Path, client: Client) -> None:
    write(tmp_path, "a.md")
    write(tmp_path, "en.md", slug="influenza-en", language="en", topic="Airways", translation_of="influenza")
    run("import_content", tmp_path)
    page = Page.objects.get(slug="influenza")
    write(tmp_path, "a.md", slug="rigtig-influenza", previous_slug="influenza")
    write(tmp_path, "en.md", translation_of="rigtig-influenza", slug="influenza-en", language="en", topic="Airways")
    assert "oprettet 0, ændret 1, uændret 1, slettet 0" in run("import_content", tmp_path, "--prune")
    moved = Page.objects.get(slug="rigtig-influenza")
    assert (moved.pk, moved.history.count()) == (page.pk, 2)
    assert moved.counterpart is not None
    assert client.get("/sundhed/influenza/").headers["Location"] == "/sundhed/rigtig-influenza/"
    assert "uændret 2" in run("import_content", tmp_path, "--prune")


def test_a_new_slug_without_the_old_one_is_a_new_page(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    run("import_content", tmp_path)
    write(tmp_path, "a.md", slug="rigtig-influenza")
    assert "oprettet 1, ændret 0, uændret 0, slettet 1" in run("import_content", tmp_path, "--prune")
    assert not PageRedirect.objects.exists()


def test_no_page_moves_away_from_an_address_that_a_file_still_has(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    run("import_content", tmp_path)
    write(tmp_path, "b.md", slug="b", previous_slug="influenza")
    write(tmp_path, "c.md", slug="c", previous_slug="findes-ikke")
    assert "oprettet 2, ændret 0, uændret 1" in run("import_content", tmp_path)


def test_a_topic_gets_the_address_that_a_file_gives_it(tmp_path: Path) -> None:
    write(tmp_path, "a.md", topic_slug="lunger")
    write(tmp_path, "b.md", slug="b")
    run("import_content", tmp_path)
    assert Topic.objects.get().slug == "lunger"
    write(tmp_path, "a.md")
    assert "Emner med ny adresse" not in run("import_content", tmp_path)
    assert Topic.objects.get().slug == "lunger"
    write(tmp_path, "b.md", slug="b", topic_slug="lunger-og-luftveje")
    assert "Emner med ny adresse: /emner/lunger-og-luftveje/." in run("import_content", tmp_path)
    assert Topic.objects.get().slug == "lunger-og-luftveje"


def test_a_new_topic_may_take_the_address_that_another_leaves(tmp_path: Path) -> None:
    Topic.objects.create(name="Lunger", slug="luftveje", language="da")
    write(tmp_path, "a.md")
    write(tmp_path, "b.md", slug="b", topic="Lunger", topic_slug="lunger")
    run("import_content", tmp_path)
    assert dict(Topic.objects.values_list("name", "slug")) == {"Lunger": "lunger", "Luftveje": "luftveje"}


@pytest.mark.parametrize(
    ("replace", "line", "message"),
    [
        ({"slug": "b", "topic_slug": "andet"}, 2, "Emnet Luftveje har adressen lunger i a.md."),
        ({"slug": "b", "topic": "Næse", "topic_slug": "lunger"}, 2, "topic_slug: "),
        ({"slug": "b", "topic": "", "topic_slug": "lunger"}, 2, "Siden har intet emne"),
    ],
)
def test_an_address_that_a_topic_cannot_have_is_reported(
    tmp_path: Path, replace: dict[str, str], line: int, message: str
) -> None:
    write(tmp_path, "a.md", topic_slug="lunger")
    write(tmp_path, "b.md", **replace)
    (fault,) = faults(tmp_path)
    assert fault.startswith(f"b.md:{line}: ")
    assert message in fault
