"""What is wrong with content files is said by file and line, and nothing is imported."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.faults import ContentFault
from content.files import _READERS, parse_file
from content.models import Page, Topic
from tests.content.content_files import ARTICLE, SITE_PAGE, TEXTS, faults, run, write
from tests.content.view_pages import make_page

pytestmark = pytest.mark.django_db


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
