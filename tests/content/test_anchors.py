"""Headings keep their anchors for as long as they live."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import content.anchors
from content.cleaning import clean_body

SECTIONS = [
    ("Symptomer", "Feber, hoste og ondt i halsen i en uge."),
    ("Behandling", "Drik rigeligt, hold dig i ro, og tag smertestillende medicin efter behov."),
    (
        "Hvornår skal du ringe til lægen?",
        "Ring, når feberen varer mere end fem dage, eller du får svært ved at trække vejret.",
    ),
    ("Smitte", "Det smitter gennem luften og fra hænderne."),
]
WORDS = ["feber", "hoste", "træthed", "udslæt", "kløe", "svimmelhed"]


def anchors(body: str) -> dict[str, str]:
    """Return the headings' texts by their anchors."""
    return {match[1]: match[2] for match in re.finditer(r'<h[234] id="([^"]*)">(.*?)</h[234]>', body)}


def html(sections: list[tuple[str, str]]) -> str:
    """Return sections as the rich text editor sends them: without anchors."""
    return "".join(f"<h2>{heading}</h2><p>{text}</p>" for heading, text in sections)


def test_an_anchor_is_the_text_in_ascii() -> None:
    assert anchors(clean_body("<h2>Hvornår er øjet rødt? (Æ)</h2>")) == {
        "hvornaar-er-oejet-roedt-ae": "Hvornår er øjet rødt? (Æ)"
    }


def test_equal_headings_get_different_anchors() -> None:
    assert list(anchors(clean_body("<h2>Råd</h2><h3>Råd</h3><h2>?!</h2><h2>…</h2>"))) == [
        "raad",
        "raad-2",
        "afsnit",
        "afsnit-2",
    ]


def test_headings_keep_their_anchors_through_an_editor_that_drops_them() -> None:
    before = clean_body(html(SECTIONS).replace("<h2>Smitte", '<h2 id="smittefare">Smitte'))
    assert clean_body(html(SECTIONS), previous=before) == before


def test_a_heading_renamed_in_place_keeps_its_anchor() -> None:
    before = clean_body(html(SECTIONS))
    renamed = [("Tegn på sygdom", SECTIONS[0][1]), *SECTIONS[1:]]
    assert anchors(clean_body(html(renamed), previous=before))["symptomer"] == "Tegn på sygdom"


def test_two_headings_renamed_at_once_keep_their_own_anchors() -> None:
    before = clean_body(html(SECTIONS))
    renamed = [("Tegn på sygdom", SECTIONS[0][1]), ("Det kan du selv gøre", SECTIONS[1][1]), *SECTIONS[2:]]
    after = anchors(clean_body(html(renamed), previous=before))
    assert (after["symptomer"], after["behandling"]) == ("Tegn på sygdom", "Det kan du selv gøre")


def test_a_heading_renamed_beside_a_new_one_keeps_its_anchor() -> None:
    before = clean_body(html(SECTIONS))
    edited = [("Nyt afsnit", "Noget helt andet om vaccination."), ("Tegn på sygdom", SECTIONS[0][1]), *SECTIONS[1:]]
    after = anchors(clean_body(html(edited), previous=before))
    assert after["symptomer"] == "Tegn på sygdom"
    assert after["nyt-afsnit"] == "Nyt afsnit"


def test_a_section_replaced_by_another_does_not_pass_its_anchor_on() -> None:
    before = clean_body(html(SECTIONS))
    replaced = [("Vaccination", "Børn over to år kan få et spray i næsen."), *SECTIONS[1:]]
    after = anchors(clean_body(html(replaced), previous=before))
    assert "symptomer" not in after
    assert after["vaccination"] == "Vaccination"


def test_a_heading_that_moves_keeps_its_anchor() -> None:
    before = clean_body(html(SECTIONS).replace("<h2>Smitte", '<h2 id="smittefare">Smitte'))
    moved = [SECTIONS[3], *SECTIONS[:3]]
    assert anchors(clean_body(html(moved), previous=before))["smittefare"] == "Smitte"


def test_the_second_of_two_equal_headings_keeps_its_anchor_when_the_first_goes() -> None:
    twins = [("Børn", "Til to år."), ("Råd", "Drik."), ("Voksne", "Fra 18 år."), ("Råd", "Hvil.")]
    before = clean_body(html(twins))
    after = anchors(clean_body(html(twins[2:]), previous=before))
    assert after == {"voksne": "Voksne", "raad-2": "Råd"}


def test_a_copied_anchor_is_given_to_the_first_heading_only() -> None:
    body = clean_body('<h2 id="x">Et</h2><h2 id="x">To</h2><h2 id="Ikke pæn">Tre</h2>')
    assert anchors(body) == {"x": "Et", "to": "To", "tre": "Tre"}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_edits_elsewhere_never_change_an_anchor(data: st.DataObject) -> None:
    before = clean_body(html(SECTIONS))
    kept = data.draw(st.sampled_from(SECTIONS))
    edited = []
    for section in SECTIONS:
        if section is kept:
            edited.append(section)
            continue
        action = data.draw(st.sampled_from(["keep", "drop", "rewrite", "insert"]))
        if action == "insert":
            edited.append((data.draw(st.sampled_from(["Nyt", "Råd", "Mere"])), "Ny tekst."))
        if action == "rewrite":
            edited.append((section[0] + " igen", "Helt anden tekst om noget andet."))
        elif action != "drop":
            edited.append(section)
    old = {heading: anchor for anchor, heading in anchors(before).items()}
    new = {heading: anchor for anchor, heading in anchors(clean_body(html(edited), previous=before)).items()}
    assert new[kept[0]] == old[kept[0]]


def long_page(name: str, like: str) -> list[tuple[str, str]]:
    """Return sixty sections of one pattern, of which `like` is a part."""
    said = [" ".join(f"{word}{number * place}" for place in range(12)) for number, word in enumerate(WORDS * 10, 1)]
    return [(f"{name} {number}", f"{words}. {like}. {words[::-1]}") for number, words in enumerate(said)]


def test_in_a_long_page_that_is_rewritten_few_sections_are_compared_letter_by_letter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared = []

    class Counting(SequenceMatcher):  # type: ignore[type-arg]
        def ratio(self) -> float:
            compared.append(len(self.a))
            return super().ratio()

    monkeypatch.setattr(content.anchors, "SequenceMatcher", Counting)
    before = clean_body(html(long_page("Afsnit", "Det gamle om det hele, som står i hvert eneste afsnit")))
    after = anchors(clean_body(html(long_page("Om", "Det nye om det hele, som er i hvert eneste afsnit")), before))

    assert [anchor.split("-")[1] for anchor in after] == [text.split()[1] for text in after.values()]
    assert all(anchor.startswith("afsnit-") for anchor in after)
    assert 60 <= sum(length > 200 for length in compared) <= 200


def test_a_renamed_heading_among_many_others_keeps_its_anchor_if_its_text_is_changed_too() -> None:
    sections = [(f"{heading} {number}", text) for number in range(15) for heading, text in SECTIONS]
    before = clean_body(html(sections))
    edited = [(f"Nyt om {heading.lower()}", text.replace("og", "eller")) for heading, text in sections]

    assert list(anchors(clean_body(html(edited), previous=before))) == list(anchors(before))
