"""Addresses made of words."""

from __future__ import annotations

import pytest

from content.cleaning import clean_body
from content.slugs import danish_slug, is_slug

#: Titles with their addresses, on the server and, in tests/browser, as an editor types.
SLUGS = [
    ("Test/vaccination", "test-vaccination"),
    ("Test–vaccination", "test-vaccination"),
    ("Børn: 0,5-2 år", "boern-0-5-2-aar"),
    ("Ørepine (otitis) & hals", "oerepine-otitis-hals"),
    ("Crohn’s og Parkinson's", "crohns-og-parkinsons"),
    ("Café_Ängström", "cafe-aengstroem"),
    ("Wałęsa", "waesa"),
    ("Inf\u00adluenza", "influenza"),
    (" ¿Et… to? ", "et-to"),
    ("H₂O", "h2o"),
    ("кашель", ""),
    ("?!", ""),
]


@pytest.mark.parametrize(("text", "slug"), SLUGS)
def test_an_address_is_the_words_with_a_hyphen_where_signs_part_them(text: str, slug: str) -> None:
    assert danish_slug(text) == slug
    assert slug == "" or is_slug(slug)


def test_a_long_address_ends_with_a_whole_word() -> None:
    assert danish_slug("influenza og/eller forkølelse", max_length=15) == "influenza-og"


def test_a_heading_keeps_the_anchor_that_it_was_given_when_signs_were_left_out() -> None:
    before = '<h2 id="testvaccination">Test/vaccination</h2>\n<p>Ja.</p>'

    assert clean_body("<h2>Test/vaccination</h2><p>Nej.</p>", previous=before) == before.replace("Ja", "Nej")
