from __future__ import annotations

import pytest

from chatbots.indexing import extraction
from chatbots.indexing.extraction import Block, BlockKind, extract_blocks
from content import cleaning

PARAGRAPH, ITEM, ROW, HEADING = BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.ROW, BlockKind.HEADING


def texts(html: str, kind: BlockKind | None = None) -> list[str]:
    return [block.text for block in extract_blocks(html) if kind in (None, block.kind)]


def test_blocks_come_in_reading_order_with_their_kinds() -> None:
    html = "<p>Først.</p><h2 id='to'>To</h2><ul><li>Et<ul><li>Indre</li></ul></li></ul><h3 id='tre'>Tre</h3>Sidst."
    assert extract_blocks(html) == (
        Block(PARAGRAPH, "Først."),
        Block(HEADING, "To", "to", 2),
        Block(ITEM, "Et", level=1),
        Block(ITEM, "Indre", level=2),
        Block(HEADING, "Tre", "tre", 3),
        Block(PARAGRAPH, "Sidst."),
    )


@pytest.mark.parametrize(
    "html", ["", "  \n ", "<p></p>", "<hr>", "<ul><li> </li></ul>", "<table><tr><td></td></tr></table>"]
)
def test_html_without_text_gives_no_blocks(html: str) -> None:
    assert extract_blocks(html) == ()


def test_what_the_site_drops_the_bots_do_not_read() -> None:
    assert extraction._UNSEEN == cleaning._DROPPED_WITH_CONTENT


def test_marks_within_a_line_neither_add_nor_take_space() -> None:
    assert texts("<p>Tag <strong>to</strong>\n tab<em>let</em>ter H<sub>2</sub>O, <a href='/x/'>læs</a>.</p>") == [
        "Tag to tabletter H2O, læs."
    ]


def test_a_line_break_parts_words_in_paragraphs_and_headings() -> None:
    html = "<h2 id='x'>Ring<br>112</h2><p>Møllegade 12<br>5970 Åvang</p>"
    assert texts(html) == ["Ring 112", "Møllegade 12 5970 Åvang"]


def test_what_no_reader_sees_is_left_out() -> None:
    assert texts("<p>Synlig</p><!-- skjult --><script>skjult</script><style>skjult</style> også") == ["Synlig", "også"]


def test_text_after_a_nested_list_still_belongs_to_its_item() -> None:
    blocks = extract_blocks("<ol><li>Før<ul><li>Inde</li></ul>Efter</li></ol><p>Ude</p>")
    assert [(block.text, block.kind, block.level) for block in blocks] == [
        ("Før", ITEM, 1),
        ("Inde", ITEM, 2),
        ("Efter", ITEM, 1),
        ("Ude", PARAGRAPH, 0),
    ]


@pytest.mark.parametrize(
    ("html", "numbers"),
    [
        ("<ol><li>Et</li><li>To</li></ol>", [1, 2]),
        ("<ol start='4'><li>Fire</li><li>Fem</li></ol>", [4, 5]),
        ("<ol start='x'><li>Et</li></ol>", [1]),
        ("<ul><li>Prik</li></ul><dl><dt>Ord</dt></dl>", [0, 0]),
        ("<ol><li><p>Et</p><p>mere</p><ul><li>prik</li></ul>efter</li><li>To</li></ol>", [1, 0, 0, 0, 2]),
        ("<ol><li><ol><li>Inde</li></ol></li><li>To</li></ol>", [1, 2]),
        ("<ol><li></li><li>To</li></ol><p>Ude</p>", [2, 0]),
    ],
)
def test_an_item_of_a_numbered_list_has_its_number_where_it_begins(html: str, numbers: list[int]) -> None:
    assert [block.number for block in extract_blocks(html)] == numbers


def test_a_table_row_says_by_itself_what_its_cells_are() -> None:
    html = (
        "<table><tr><th>Dag</th><th>Tid</th></tr><tr><td>Mandag</td><td>8-16</td></tr>"
        "<tr><th>Fredag</th><td>8-14</td></tr></table>"
    )
    assert texts(html, ROW) == ["Dag: Mandag; Tid: 8-16", "Dag: Fredag; Tid: 8-14"]
    assert [block.cells for block in extract_blocks(html)] == [
        (("Dag", "Mandag"), ("Tid", "8-16")),
        (("Dag", "Fredag"), ("Tid", "8-14")),
    ]


def test_paragraphs_and_items_in_a_cell_become_one_line() -> None:
    html = "<table><tr><td><p>Sæt dig.</p><p>Ring:</p><ul><li>112</li><li>1813</li></ul></td><td>Nu</td></tr></table>"
    (row,) = extract_blocks(html)
    assert row.cells == (("", "Sæt dig. Ring: 112, 1813"), ("", "Nu"))


def test_a_table_without_a_row_of_heads_keeps_its_cells_as_they_are() -> None:
    html = (
        "<table><caption>Åbent</caption><tr><th>Mandag</th><td>8-16</td></tr>"
        "<tr><th>Fredag</th><td>8-14</td></tr></table>"
    )
    assert texts(html) == ["Åbent", "Mandag; 8-16", "Fredag; 8-14"]


def test_a_cell_that_spans_rows_stands_in_each_and_the_others_keep_their_columns() -> None:
    html = (
        "<table><tr><th>Dag</th><th>Fra</th><th>Til</th></tr>"
        "<tr><td rowspan='2'>Mandag</td><td>8</td><td>12</td></tr><tr><td>13</td><td>16</td></tr></table>"
    )
    assert texts(html) == ["Dag: Mandag; Fra: 8; Til: 12", "Dag: Mandag; Fra: 13; Til: 16"]


def test_heads_in_two_rows_are_both_said() -> None:
    html = (
        "<table><tr><th rowspan='2'>Alder</th><th colspan='2'>Pris</th></tr><tr><th>Hverdag</th><th>Weekend</th></tr>"
        "<tr><td>Voksen</td><td>100 kr.</td><td>150 kr.</td></tr></table>"
    )
    assert texts(html) == ["Alder: Voksen; Pris, Hverdag: 100 kr.; Pris, Weekend: 150 kr."]


def test_a_line_across_the_table_is_of_no_column() -> None:
    html = (
        "<table><tr><th>Dag</th><th>Tid</th></tr><tr><td colspan='2'>Ferie</td></tr>"
        "<tr><td>Mandag</td><td>9-12</td></tr></table>"
    )
    assert texts(html) == ["Ferie", "Dag: Mandag; Tid: 9-12"]


def test_an_empty_cell_says_nothing_but_no_head_is_lost() -> None:
    html = "<table><tr><th>Dag</th><th>Tid</th><th>Note</th></tr><tr><td>Søndag</td><td></td></tr></table>"
    assert texts(html) == ["Dag; Tid; Note", "Dag: Søndag"]


def test_a_table_of_heads_alone_keeps_them() -> None:
    assert texts("<table><tr><th>A</th><th>B</th></tr><tr><th>C</th></tr></table>") == ["A; B", "C"]


def test_a_table_within_a_cell_is_told_once() -> None:
    html = "<table><tr><td>Ydre<table><tr><td>Indre</td></tr></table></td><td>Sidst</td></tr></table>"
    assert " ".join(texts(html)).count("Indre") == 1


@pytest.mark.parametrize("span", ["0", "-1", "x", "99999999999", "²", "9" * 5000])
def test_an_absurd_span_costs_nothing_and_loses_nothing(span: str) -> None:
    html = f"<table><tr><td rowspan='{span}' colspan='{span}'>A</td><td>B</td></tr><tr><td>C</td></tr></table>"
    found = " ".join(texts(html))
    assert all(word in found for word in "ABC")
