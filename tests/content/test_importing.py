"""A folder of content files becomes the site, whole or not at all, and the site a folder."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import example, given, settings
from hypothesis import strategies as st

from content.cleaning import clean_line, clean_lines
from content.files import _READERS, ContentFault, parse_file, write_text
from content.models import Page, PageRedirect, Topic
from tests.content.view_pages import make_page

pytestmark = pytest.mark.django_db

ARTICLE = """---
title: Influenza
slug: influenza
kind: health
language: da
topic: Luftveje
summary: Feber i en uge.
sources:
  - title: Sundhed.dk
    url: https://www.sundhed.dk/
reviewed_by: Læge Lene Lund
reviewed_on: 2026-03-12
review_due: 2027-03-12
questions:
  - Hvor længe varer influenza?
---

Influenza begynder brat.

## Symptomer

- feber
- hoste
"""


def write(folder: Path, name: str, text: str = ARTICLE, **replace: str) -> Path:
    """Write a content file; `replace` exchanges whole lines by their key, or removes them when empty."""
    lines = text.split("\n")
    for key, value in replace.items():
        index = next((i for i, line in enumerate(lines) if line.startswith(f"{key}:")), None)
        new = [f"{key}: {value}"] if value else []
        lines[1:1] = new if index is None else []
        if index is not None:
            lines[index : index + 1] = new
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines))
    return path


def run(command: str, folder: Path, *arguments: str) -> str:
    out = StringIO()
    call_command(command, str(folder), *arguments, stdout=out, stderr=out)
    return out.getvalue()


def faults(folder: Path, *arguments: str) -> list[str]:
    """Return the faults that an import reports, a line each; check that nothing was written."""
    before = list(Page.objects.values())
    with pytest.raises(CommandError) as error:
        run("import_content", folder, *arguments)
    assert list(Page.objects.values()) == before
    return str(error.value).split("\n")[1:]


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


SITE_PAGE = "---\ntitle: Hold\nslug: hold\nkind: page\nlanguage: da\nsummary: x\n---\nTekst\n"


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


# ── Faults ──────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("replace", "line", "message"),
    [
        ({"title": ""}, 1, "Nøglen title mangler"),
        ({"summary": '""'}, 7, "Nøglen summary mangler"),
        ({"farve": "blå"}, 2, "Ukendt nøgle: farve"),
        ({"kind": "blog"}, 4, "“blog” er ukendt. Det skal være health eller page"),
        ({"language": "sv"}, 5, "“sv” er ukendt"),
        ({"status": "live"}, 2, "“live” er ukendt"),
        ({"slug": "Influenza!"}, 3, "er ikke en adresse"),
        ({"slug": "admin"}, 3, "bruger hjemmesiden selv"),
        ({"reviewed_on": "2026-02-30"}, 12, "dato"),
        ({"reviewed_on": "'12. marts'"}, 12, "“12. marts” er ikke en dato"),
        ({"review_due": "2020-01-01"}, 13, "Næste gennemgang skal ligge efter"),
        ({"publish_at": "snart"}, 2, "er ikke et tidspunkt"),
        ({"order": "først"}, 2, "skal være et helt tal"),
        ({"order": "true"}, 2, "skal være et helt tal"),
        ({"title": "2026"}, 2, "skal være tekst"),
        ({"title": "[a, b]"}, 2, "skal være tekst"),
        ({"topic": "{a: b}"}, 6, "skal være tekst"),
        ({"title": '"a'}, 2, "Fejl i YAML"),
        ({"title": "a: b: c"}, 2, "Fejl i YAML"),
        ({"title": "x" * 201}, 2, "title:"),
        ({"parent": "findes-ikke"}, 2, "ingen side på da med adressen findes-ikke"),
        ({"translation_of": "influenza"}, 2, "ingen side på en med adressen influenza"),
        ({"yes": "x"}, 2, "Ukendt nøgle: yes."),
        ({"null": "x"}, 2, "Ukendt nøgle: null."),
        ({"0x1F": "x"}, 2, "Ukendt nøgle: 0x1F."),
        ({"!!binary dGl0bGU=": "x"}, 2, "Ukendt nøgle: dGl0bGU=."),
        ({"<<": "{order: 3}"}, 2, "Ukendt nøgle: <<."),
        ({"publish_at": "0001-01-01"}, 2, "publish_at: “0001-01-01” er ikke et tidspunkt"),
        ({"expire_at": "9999-12-31T23:59:59-23:00"}, 2, "er ikke et tidspunkt"),
        ({"expire_at": "'9999-12-31T23:30:00+00:00'"}, 2, "er ikke et tidspunkt"),
        ({"reviewed_by": "2026-01-01 25:00:00"}, 11, "Ugyldig dato: hour must be in 0..23."),
        ({"reviewed_by": "!!bool x"}, 11, "Værdien af reviewed_by kan ikke læses."),
        ({"reviewed_by": "!!int ''"}, 11, "Værdien af reviewed_by kan ikke læses."),
        ({"reviewed_by": "!!timestamp x"}, 11, "Værdien af reviewed_by kan ikke læses."),
        ({"reviewed_by": '"\\UFFFFFFFF"'}, 11, "Fejl i YAML"),
        ({"reviewed_by": "\x07"}, 11, "Fejl i YAML"),
        ({"summary": "'a\u2028b'", "reviewed_by": "!!python/none"}, 11, "Fejl i YAML"),
        ({"title": '"\\u200b\\u00ad"'}, 2, "title: "),
        ({"summary": '"\\u200b\\u00ad"'}, 7, "summary: "),
    ],
)
def test_a_fault_is_reported_by_file_and_line(tmp_path: Path, replace: dict[str, str], line: int, message: str) -> None:
    write(tmp_path, "good.md", slug="god")
    write(tmp_path, "da/bad.md", **replace)
    (fault,) = faults(tmp_path)
    assert fault.startswith(f"da/bad.md:{line}: ")
    assert message in fault


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        ("  - title: a", "kilde 1 skal have title og url"),
        ("  - {title: a, url: b}", "“b” er ikke en webadresse"),
        ("  - {title: a, url: 'javascript:x'}", "er ikke en webadresse"),
        ("  - {title: '', url: 'https://a.dk'}", "mangler en titel"),
        ('  - {title: a, url: "https://a.dk/\\ud800"}', "er ikke en webadresse"),
        ('  - {title: a, url: "https://a.dk/\\0"}', "er ikke en webadresse"),
        ("  - {title: a, url: [b]}", "“…” er ikke en webadresse"),
        ('  - {title: "\\u200b", url: "https://a.dk"}', "mangler en titel"),
        ("  - https://a.dk", "kilde 1 skal have title og url"),
        ("  a: b", "skal være en liste"),
    ],
)
def test_a_bad_source_is_reported(tmp_path: Path, sources: str, message: str) -> None:
    text = ARTICLE.replace("  - title: Sundhed.dk\n    url: https://www.sundhed.dk/", sources)
    write(tmp_path, "a.md", text)
    (fault,) = faults(tmp_path)
    assert fault.startswith("a.md:8: sources: ")
    assert message in fault


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (b"---\ntitle: a\nslug: b\ntitle: \xe6\n---\n", 4, "ikke UTF-8"),
        (b"x" * 1_000_001, 1, "større end 1 MB"),
        (b"# Overskrift\n", 1, "skal begynde med en linje"),
        (b"", 1, "skal begynde med en linje"),
        (b"---\ntitle: a\n", 1, "mangler"),
        (b"---\n- a\n---\n", 2, "nøgle: værdi"),
        (b"---\n!!set {a, b}\n---\n", 2, "nøgle: værdi"),
        (b"---\n? [a]\n: b\n---\n", 2, "skal være et ord"),
        (b"---\ntitle: !!python/object:os.system x\n---\n", 2, "Fejl i YAML"),
        (b"---\ntitle: " + b"[" * 5000 + b"\n---\n", 2, ""),
    ],
)
def test_a_file_that_is_no_content_file_is_reported(tmp_path: Path, data: bytes, line: int, message: str) -> None:
    (tmp_path / "a.md").write_bytes(data)
    fault, *_ = faults(tmp_path)
    assert fault.startswith(f"a.md:{line}: ")
    assert message in fault


#: Text as it may be typed or pasted: spaces and breaks of all kinds, decomposed letters, what no reader sees.
TEXTS = st.text(
    st.one_of(
        st.sampled_from(" \u00a0\u2009\u202f\t\n\r\f\x85\u2028\u00ad\u200b\ufeffa\u030aåe\u0301'\"#:-|>[]{}&*!%@`\\"),
        st.characters(),
    ),
    max_size=30,
)
#: Keys and values that YAML takes for something else than words, and such as cannot be what they look like.
ODD_KEYS = st.sampled_from([*_READERS, "yes", "null", "0x1F", "1.5", "2026-01-01", "<<", "=", "!!binary YQ==", "? [a]"])
ODD_VALUES = st.sampled_from(
    [
        *("", "~", "no", "=", "0b2", "1:2", "9" * 5000, "1e999", ".nan", "2026-02-30", "0001-01-01", "9999-12-31"),
        *("2026-01-01 25:00:00", "2026-01-01T00:00:00+99:99", "9999-12-31T23:59:59-23:00", "'24:00'", "2026-W54"),
        *("!!int ''", "!!float x", "!!bool x", "!!timestamp x", "!!binary x", "!!null x", "!!set [a]", "!!omap [a]"),
        *(
            "!!python/name:os.system",
            "!x y",
            "&a [*a]",
            "&a {b: *a}",
            "*a",
            "{<<: 1}",
            "{[a]: b}",
            "[{title: 1, url: 2}]",
        ),
        *(
            '"\\UFFFFFFFF"',
            '"\\ud800"',
            "'",
            '"',
            "|",
            ">\n  a",
            "[" * 400,
            "[" * 400 + "]" * 400,
            "a: b",
            "- a",
            "\x07",
        ),
        *("[{title: a, url: [a]}]", "[{title: a, url: 'https://[a'}]", "health", "da", "draft", "influenza"),
    ]
)


@settings(deadline=None)
@given(
    st.one_of(
        st.lists(st.tuples(ODD_KEYS, st.one_of(ODD_VALUES, TEXTS)).map(": ".join), max_size=8).map("\n".join),
        st.text(st.one_of(st.sampled_from(" \t\n:-[]{},&*!|>'\"%@`#?~<=\\."), st.characters(codec="utf-8"))),
    )
)
def test_any_front_matter_gives_values_or_faults_with_file_and_line(front_matter: str) -> None:
    text = f"---\n{front_matter}\n---\n"
    try:
        file = parse_file(text, "a.md")
    except ContentFault as error:
        lines = re.split("\r\n|\r|\n", text)
        assert error.faults
        assert all(fault.path == "a.md" and 1 <= fault.line <= len(lines) for fault in error.faults)
    else:
        assert file.values.keys() == _READERS.keys()


def test_a_key_given_twice_is_reported(tmp_path: Path) -> None:
    write(tmp_path, "a.md", ARTICLE.replace("kind: health", "kind: health\nkind: page"))
    assert faults(tmp_path) == ["a.md:5: Nøglen kind står to gange."]


def test_faults_of_all_files_are_reported_at_once(tmp_path: Path) -> None:
    write(tmp_path, "a.md", kind="x", language="y")
    write(tmp_path, "b.md", title="")
    write(tmp_path, "c.md", slug="c")
    assert [fault.split(": ")[0] for fault in faults(tmp_path)] == ["a.md:4", "a.md:5", "b.md:1"]


def test_a_page_that_is_not_there_is_reported_with_the_other_faults(tmp_path: Path) -> None:
    write(tmp_path, "a.md", SITE_PAGE, slug="a", parent="findes-ikke")
    write(tmp_path, "b.md", SITE_PAGE, slug="b", kind="x")
    write(tmp_path, "c.md", SITE_PAGE, slug="c", parent="b")  # its page is in a file that cannot be read
    write(tmp_path, "d.md", slug="d", topic="?!")
    found = faults(tmp_path, "--prune")
    assert [fault.split(": ")[0] for fault in found] == ["a.md:2", "b.md:4", "d.md:6"], found
    assert "ingen side på da med adressen findes-ikke" in found[0]
    assert not Page.objects.exists()


def test_a_page_below_one_that_is_refused_is_no_fault_of_its_own(tmp_path: Path) -> None:
    write(tmp_path, "a.md", SITE_PAGE, slug="a", topic="?!")
    write(tmp_path, "b.md", SITE_PAGE, slug="b", parent="a")
    (fault,) = faults(tmp_path)
    assert fault.startswith("a.md:")


def test_an_address_used_by_two_files_is_reported_with_both(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    write(tmp_path, "b.md")
    write(tmp_path, "c.md", language="en", topic="Airways")
    assert faults(tmp_path) == ["b.md:3: Adressen influenza er også brugt i a.md."]


def test_a_circle_of_parents_is_reported(tmp_path: Path) -> None:
    write(tmp_path, "a.md", SITE_PAGE, slug="a", parent="b")
    write(tmp_path, "b.md", SITE_PAGE, slug="b", parent="a")
    (fault,) = faults(tmp_path)
    assert "parent går i ring" in fault


def test_a_fault_found_late_undoes_what_was_written_before(tmp_path: Path) -> None:
    make_page("Gammel", "gammel")
    write(tmp_path, "a.md", slug="a", topic="Nyt emne")
    write(tmp_path, "b.md", slug="b", topic="?!")
    (fault,) = faults(tmp_path, "--prune")
    assert fault.startswith("b.md:6: topic: ")
    assert not Topic.objects.exists()


def test_hidden_files_and_links_are_left_alone(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", "secret.md", slug="secret")
    folder = tmp_path / "site"
    write(folder, "a.md")
    write(folder, ".hidden.md", slug="hidden")
    write(folder, ".git/b.md", slug="b")
    write(folder, "notes.txt", slug="notes")
    (folder / "link.md").symlink_to(outside)
    (folder / "linked").symlink_to(outside.parent)
    run("import_content", folder)
    assert [page.slug for page in Page.objects.all()] == ["influenza"]


# ── There and back ──────────────────────────────────────────────────────────────────────────────
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
