"""A body written as Markdown reads back to the same body."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from content.cleaning import clean_body
from content.markdown import to_html, to_markdown
from tests.content.bodies import clean_bodies


@settings(max_examples=100, deadline=None)
@given(clean_bodies())
def test_every_clean_body_survives_markdown(body: str) -> None:
    assert to_html(to_markdown(body)) == body


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("## Hvad så?\n", '<h2 id="hvad-saa">Hvad så?</h2>'),
        ("## Hvad så? {#spoergsmaal}\n", '<h2 id="spoergsmaal">Hvad så?</h2>'),
        ("- a\n- b\n  - c\n", "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>"),
        (
            "| A | B |\n| --- | --- |\n| 1 | 2 |\n",
            "<table><thead><tr><th>A</th><th>B</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>",
        ),
        ("Ring **112** nu.\n", "<p>Ring <strong>112</strong> nu.</p>"),
        ("Se [kontakt](/kontakt/).\n", '<p>Se <a href="/kontakt/">kontakt</a>.</p>'),
    ],
)
def test_plain_markdown_reads_and_writes_as_people_write_it(markdown: str, html: str) -> None:
    assert to_html(markdown) == html
    assert to_markdown(html) == markdown


def test_html_in_markdown_is_cleaned() -> None:
    assert to_html('<p onclick="x">a</p>\n\n<script>x</script>\n\nb') == "<p>a</p>\n<p>b</p>"


def test_what_markdown_cannot_say_is_written_as_html_and_the_rest_stays_markdown() -> None:
    body = clean_body('<h2>Priser</h2><table><tr><td colspan="2">a</td></tr></table><p>Slut</p>')
    markdown = to_markdown(body)
    assert markdown.startswith("## Priser\n")
    assert '<td colspan="2">' in markdown
    assert markdown.endswith("\nSlut\n")
    assert to_html(markdown) == body


def test_a_body_that_was_never_cleaned_is_written_as_it_is() -> None:
    assert to_markdown("<p>åben<br>luk") == "<p>åben<br>luk\n"


def test_an_empty_body_is_an_empty_file() -> None:
    assert to_markdown("") == ""
    assert to_html("") == ""
