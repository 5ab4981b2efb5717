"""What visitors and editors read is plain Danish, as far as LIX can tell: see `python -m bench.plain_danish`.

Björnsson calls a text below 35 easy to read, and Danish advice on plain language asks authorities for 35 to 40. Those
are figures for running text; what stands here is a sentence or three at a time, whose sentences are short anyway. So
a group must stay below 30: that leaves room for a word like "sundhedscenter", not for another way of writing. A text
of its own may be harder, since one long word in a few weighs much, but not above 45, where a newspaper ends, and 40
when it has more than two sentences. One of fewer than twelve words and three sentences is too short to measure:
"Samtalen er slettet." is 70.
"""

from __future__ import annotations

import pytest

from bench.plain_danish import GROUPS, Group, groups, is_sentence, reading, table
from chatbots.bots import BOTS

GROUP_LIMIT = 30
TEXT_LIMIT = 45
LONGER_TEXT_LIMIT = 40
MEASURED_FROM = 12


@pytest.mark.parametrize(
    ("text", "words", "long_words", "sentences"),
    [
        ("Ring 112 nu.", 3, 0, 1),
        ("Ring til lægevagten på 70 11 07 07. Det haster!", 7, 1, 2),
        ("Har du feber, så bliv hjemme", 6, 0, 1),
        ("Du kan læse om to ting: åbningstider og priser.", 9, 1, 2),
        ('Ring <a href="tel:112">112</a>, hvis %(name)s er syg. (Det haster.)', 8, 0, 2),
        ("Skriv ikke dit cpr-nummer her.", 5, 1, 1),
        ("“Er det svar nok?” Ja.", 5, 0, 2),
    ],
)
def test_words_long_words_and_sentences_are_counted(text: str, words: int, long_words: int, sentences: int) -> None:
    one = reading(text)
    assert (one.words, one.long_words, one.sentences) == (words, long_words, sentences)


def test_lix_is_the_words_a_sentence_and_the_long_ones_in_a_hundred() -> None:
    assert reading("Ring til lægevagten. Det haster nu.").lix == 6 / 2 + 100 * 1 / 6
    hard = reading("Undertegnede anmoder om fremsendelse af relevante helbredsoplysninger.")
    assert hard.lix > 55


@pytest.mark.parametrize(("text", "is_one"), [("Luk", False), ("Vælg, hvem du vil spørge", False), ("Gik det?", True)])
def test_a_label_is_no_sentence(text: str, is_one: bool) -> None:
    assert is_sentence(text) is is_one


@pytest.mark.parametrize("group", groups(), ids=lambda group: group.name)
def test_each_group_of_texts_is_easily_read(group: Group) -> None:
    assert group.reading.sentences >= 15
    assert group.reading.lix < GROUP_LIMIT


@pytest.mark.parametrize("group", groups(), ids=lambda group: group.name)
def test_no_single_text_is_hard(group: Group) -> None:
    read = {text: reading(text) for text in group.texts}
    hard = {text: round(one.lix) for text, one in read.items() if one.words >= MEASURED_FROM and one.lix > TEXT_LIMIT}
    hard |= {text: round(one.lix) for text, one in read.items() if one.sentences > 2 and one.lix > LONGER_TEXT_LIMIT}
    assert not hard


def test_nothing_that_a_visitor_reads_is_left_out() -> None:
    texts = {group.name: {*group.texts, *group.labels} for group in groups()}
    assert {"Selv tak. Spørg endelig igen, hvis der er andet."} <= texts["Canned replies"]
    assert "Ring 112 nu" in texts["Help cards"]
    assert "Alle, også pårørende." in " ".join(texts["Help cards"])
    assert "Leder efter svar …" in texts["Chat"]
    assert "Der er ikke noget på den adresse. Tjek, at den er rigtig." in texts["Problem details"]
    assert all(len(texts[name]) > 20 for name in GROUPS)


def test_the_figures_come_as_a_table() -> None:
    lines = table(groups()).splitlines()
    assert len(lines) == len(GROUPS) + 2
    assert len({line.count("|") for line in lines}) == 1


@pytest.mark.parametrize("bot", BOTS.values(), ids=lambda bot: bot.name)
def test_each_bot_says_what_it_may_be_used_for_and_what_it_is_not(bot: object) -> None:
    said = str(bot.notice)  # type: ignore[attr-defined]
    assert all(part in said for part in ("Jeg er en robot", "Brug mig til at finde", "erstatter ikke en læge"))
    assert reading(said).lix < GROUP_LIMIT
