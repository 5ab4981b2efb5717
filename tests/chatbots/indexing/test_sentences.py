from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbots.indexing.sentences import (
    Statement,
    item_line,
    marked_statements,
    quotable_lines,
    readable_text,
    row_line,
    split_sentences,
    split_statements,
)


@pytest.mark.parametrize(
    ("line", "sentences"),
    [
        ("Drik vand. Hvil dig! Har du feber? Ring.", ["Drik vand.", "Hvil dig!", "Har du feber?", "Ring."]),
        ("Vi åbner kl. 8 og lukker kl. 16. Ring først.", ["Vi åbner kl. 8 og lukker kl. 16.", "Ring først."]),
        ("Tal med dr. Hansen om f.eks. Panodil.", ["Tal med dr. Hansen om f.eks. Panodil."]),
        ("Det koster 20 kr. pr. gang.", ["Det koster 20 kr. pr. gang."]),
        ("Det koster 20 kr. Betal ved skranken.", ["Det koster 20 kr.", "Betal ved skranken."]),
        ("Kom den 3. januar 2027. Tag madpakke med.", ["Kom den 3. januar 2027.", "Tag madpakke med."]),
        ("Giv højst 1. 2. eller 3. dosis.", ["Giv højst 1. 2. eller 3. dosis."]),
        ("Tag 2,5 ml. Gentag efter 6 timer.", ["Tag 2,5 ml.", "Gentag efter 6 timer."]),
        ("Feber over 38,5 er høj. 112 er alarmcentralen.", ["Feber over 38,5 er høj.", "112 er alarmcentralen."]),
        ("Sagde hun: “Ring nu!” Så ringede vi.", ["Sagde hun: “Ring nu!”", "Så ringede vi."]),
        ("Vent lidt … Så går det.", ["Vent lidt …", "Så går det."]),
        ("Rest for 2-3 days, e.g. at home. Drink water.", ["Rest for 2-3 days, e.g. at home.", "Drink water."]),
        ("Uden punktum", ["Uden punktum"]),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_sees_an_end(line: str, sentences: list[str]) -> None:
    assert split_sentences(line) == sentences


def test_a_list_item_is_one_statement_and_a_paragraph_as_many_as_its_sentences() -> None:
    text = "Du kan selv gøre dette:\n- Drik vand. Helst meget.\n  - Lunkent\nRing til lægen. Vent ikke."
    assert [(statement.text, statement.is_item) for statement in marked_statements(text)] == [
        ("Du kan selv gøre dette:", False),
        ("Drik vand. Helst meget.", True),
        ("Lunkent", True),
        ("Ring til lægen.", False),
        ("Vent ikke.", False),
    ]


def test_a_step_is_quoted_with_its_number_and_searched_without() -> None:
    text = "\n".join([item_line("Ring 112.", depth=1, number=1), item_line("Giv førstehjælp.", depth=2, number=12)])
    assert [(one.text, one.said, one.quoted, one.is_item) for one in marked_statements(text)] == [
        ("Ring 112.", "Ring 112.", "1. Ring 112.", True),
        ("Giv førstehjælp.", "Giv førstehjælp.", "12. Giv førstehjælp.", True),
    ]
    assert quotable_lines(text) == {"1. Ring 112.", "12. Giv førstehjælp."}
    assert readable_text(text) == "- Ring 112.\n  - Giv førstehjælp."


def test_a_paragraph_that_begins_with_a_number_is_no_step() -> None:
    assert marked_statements("3. sal er lukket.") == (Statement("3. sal er lukket.", False),)


ROW = row_line([("Tilstand", "Hjertekrampe (angina)"), ("Gør", "Hvil. Ring til lægen.")])


def test_a_table_row_is_one_statement_quoted_and_searched_with_its_columns() -> None:
    before, row = marked_statements(f"Se skemaet.\n{ROW}")
    assert (before.text, before.quoted, before.said) == ("Se skemaet.", "Se skemaet.", "Se skemaet.")
    assert row.text == "Hjertekrampe (angina) · Hvil. Ring til lægen."
    assert (row.quoted, row.pair) == (
        "Hjertekrampe (angina) – Gør: Hvil. Ring til lægen.",
        "Hjertekrampe (angina): Hvil. Ring til lægen.",
    )
    assert row.said == "Tilstand: Hjertekrampe (angina); Gør: Hvil. Ring til lægen."
    assert not row.is_item


@pytest.mark.parametrize(
    ("cells", "quoted", "said"),
    [
        (
            [("", "Feber"), ("Influenza", "Høj, ofte 39-40 °C"), ("Forkølelse", "Sjælden")],
            "Feber – Influenza: Høj, ofte 39-40 °C; Forkølelse: Sjælden",
            "Feber; Influenza: Høj, ofte 39-40 °C; Forkølelse: Sjælden",
        ),
        ([("", "Mandag"), ("", "8-16")], "Mandag: 8-16", "Mandag; 8-16"),
        ([("", "Mandag"), ("", "8-16"), ("", "Lukket")], "Mandag: 8-16; Lukket", "Mandag; 8-16; Lukket"),
        ([("Trin", "1"), ("Eksempel", "Gå")], "Trin: 1 – Eksempel: Gå", "Trin: 1; Eksempel: Gå"),
        (
            [("Sår", "Eksem"), ("Smitter det?", "Nej."), ("Hvor", "Arme")],
            "Eksem – Smitter det? Nej. Hvor: Arme",
            "Sår: Eksem; Smitter det?: Nej.; Hvor: Arme",
        ),
        ([("Gør", "Hvil.")], "Gør: Hvil.", "Gør: Hvil."),
    ],
)
def test_a_row_is_quoted_with_the_name_of_its_column_before_each_cell(
    cells: list[tuple[str, str]], quoted: str, said: str
) -> None:
    (row,) = marked_statements(row_line(cells))
    assert (row.quoted, row.said) == (quoted, said)
    assert all(cell in row.quoted for _, cell in cells)


def test_what_may_be_quoted_is_each_statement_whole_and_a_row_with_its_columns_or_bare() -> None:
    assert quotable_lines(f"Se her. Læs alt.\n- Drik vand.\n{ROW}") == {
        "Se her.",
        "Læs alt.",
        "Drik vand.",
        "Hjertekrampe (angina) – Gør: Hvil. Ring til lægen.",
        "Hjertekrampe (angina): Hvil. Ring til lægen.",
    }


def test_a_text_is_read_with_the_columns_of_its_rows_and_the_rest_as_it_is() -> None:
    text = f"Se her.\n{ROW}\n  - Et punkt"
    assert readable_text(text).split("\n") == [
        "Se her.",
        "Tilstand: Hjertekrampe (angina); Gør: Hvil. Ring til lægen.",
        "  - Et punkt",
    ]


WORDS = "Ring nu. 112! kl. 8 (hos os.) “Ja.” - * dr. 3. a b.c … ?! Åh: 2,5 f.eks. osv. Æ"


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(WORDS.split(" ")), max_size=25))
def test_statements_lose_no_text_and_alter_none(words: list[str]) -> None:
    line = " ".join(words)
    statements = split_statements(line)
    assert "".join("".join(statements).split()) == "".join(line.removeprefix("- ").split())
    assert all(statement in line for statement in statements)
