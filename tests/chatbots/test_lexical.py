from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbots.lexical import Bm25, Postings, fold, grams, is_stop_word, stems, stop_word, words

# Three documents of 3, 2 and 4 terms; the mean length is 3.
DOCUMENTS = (("hoste", "hoste", "te"), ("feber", "te"), ("hoste", "feber", "ro", "ro"))


def test_words_are_letters_and_numbers_in_lower_case() -> None:
    assert words("Ring 112 – Øret gør ondt!") == ["ring", "112", "øret", "gør", "ondt"]
    assert words("covid-19, 38,5° a_b") == ["covid", "19", "38", "5", "a", "b"]


def test_words_written_apart_by_accents_are_put_together() -> None:
    assert words("a\N{COMBINING RING ABOVE}ben") == ["åben"]


@pytest.mark.parametrize(
    "family", [("søvn", "soevn", "sovn"), ("får", "faar", "far"), ("æble", "aeble", "able"), ("müsli", "musli")]
)
def test_every_way_to_type_a_word_folds_to_the_same(family: tuple[str, ...]) -> None:
    assert len({fold(word) for word in family}) == 1


@pytest.mark.parametrize("typed", ["søvn", "soevn", "sovn", "SØVN"])
def test_a_question_finds_the_text_however_its_letters_are_typed(typed: str) -> None:
    index = Bm25([Postings.build([stems("Børn har brug for søvn", "da"), stems("Drik vand", "da")])])
    assert index.scores(stems(typed, "da"))[0] > 0
    parts = Bm25([Postings.build([grams("Børn har brug for søvnhygiejne", "da"), grams("Drik vand", "da")])])
    assert parts.scores(grams(typed, "da"))[0] > 0


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("da", "hoste", "hosten"),
        ("da", "symptomer", "symptomerne"),
        ("da", "vaccination", "vaccinationer"),
        ("da", "læge", "lægen"),
        ("en", "cough", "coughing"),
        ("en", "vaccine", "vaccines"),
        ("en", "symptom", "symptoms"),
    ],
)
def test_endings_do_not_matter(language: str, one: str, other: str) -> None:
    assert stems(one, language) == stems(other, language) != []


def test_each_language_has_stems_of_its_own() -> None:
    assert stems("coughing", "da") != stems("coughing", "en")


def test_words_without_a_subject_are_left_out() -> None:
    assert stems("Hvor længe skal man være hjemme fra", "da") == stems("længe hjemme", "da")
    assert grams("hvad er det", "da") == []
    assert stems("how long should I stay at home", "en") == stems("long stay home", "en")


def test_stop_words_are_known_however_they_are_typed() -> None:
    assert is_stop_word("faar", "da")
    assert stop_word("faar", "da") == "får"
    assert stop_word("hvornaar", "da") == "hvornår"
    assert stop_word("og", "da") == "og"
    assert not is_stop_word("feber", "da")


def test_grams_mark_both_ends_of_a_word() -> None:
    assert grams("hoste", "da") == ["^hos", "host", "oste", "ste$"]
    assert grams("te", "da") == ["^te$"]
    assert grams("ø", "da") == ["^o$"]


def test_bm25_is_what_the_formula_says() -> None:
    index = Bm25([Postings.build(DOCUMENTS)], k1=1.2, b=0.75)
    idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))  # "hoste" stands in two of three
    first = idf * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 3 / 3))
    third = idf * 1 * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 4 / 3))
    assert index.scores(["hoste"]) == pytest.approx([first, 0, third], rel=1e-6)
    assert index.idf("hoste") == pytest.approx(idf)
    assert index.idf("ukendt") == pytest.approx(math.log(1 + 3.5 / 0.5))


def test_bm25_adds_up_over_terms_and_asks_each_once() -> None:
    index = Bm25([Postings.build(DOCUMENTS)])
    assert index.scores(["hoste", "te", "hoste"]) == pytest.approx(index.scores(["hoste"]) + index.scores(["te"]))


def test_rarer_terms_weigh_more_and_unknown_ones_nothing() -> None:
    index = Bm25([Postings.build(DOCUMENTS)])
    assert index.idf("ro") > index.idf("te")
    assert index.scores(["ukendt"]).tolist() == [0, 0, 0]


def test_terms_stand_together_only_in_one_row() -> None:
    index = Bm25([Postings.build(DOCUMENTS[:2]), Postings.build(DOCUMENTS[2:])])
    assert index.has_together(["hoste", "te", "te"])
    assert index.has_together(["ro"])
    assert not index.has_together(["ro", "te"])
    assert not index.has_together(["ukendt"])
    assert not index.has_together([])


def test_an_index_of_nothing_answers_nothing() -> None:
    assert Bm25([]).scores(["hoste"]).tolist() == []
    assert Bm25([Postings.build([])]).scores(["hoste"]).tolist() == []
    assert Bm25([Postings.build([(), ()])]).scores(["hoste"]).tolist() == [0, 0]


_documents = st.lists(
    st.lists(st.sampled_from(["hoste", "feber", "te", "ro", "vand", "læge", "hvile"]), max_size=8),
    min_size=1,
    max_size=9,
)


@settings(max_examples=80, deadline=None)
@given(_documents, st.data())
def test_segments_joined_score_as_one(documents: list[list[str]], data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(documents)), max_size=3)))
    edges = [0, *cuts, len(documents)]
    parts = [documents[begin:end] for begin, end in itertools.pairwise(edges)]
    whole = Bm25([Postings.build(documents)])
    joined = Bm25([Postings.build(part) for part in parts])
    query = data.draw(st.lists(st.sampled_from(["hoste", "te", "læge", "ukendt"]), min_size=1, max_size=4))
    assert joined.scores(query) == pytest.approx(whole.scores(query), rel=1e-5)
    assert joined.idf("te") == pytest.approx(whole.idf("te"))
    assert joined.scores(query).dtype == np.float32


def test_a_term_counts_no_higher_than_its_array_can_hold() -> None:
    rows, counts = Postings.build([["hoste"] * 70_000]).of("hoste")
    assert (rows.tolist(), counts.tolist()) == ([0], [65_535])
