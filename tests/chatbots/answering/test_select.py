from __future__ import annotations

import numpy as np
import pytest

from chatbots.answering.answer_forms import forms_wanted
from chatbots.answering.select import (
    CLOSE,
    FEATURES,
    MOST_ROWS,
    MOST_STATEMENTS,
    choose,
    select_quotes,
    select_statements,
    selection,
    statement_scores,
)
from chatbots.indexing.sentences import marked_statements, quotable_lines, row_line
from chatbots.lexical import Bm25, Postings, stems
from chatbots.models import Chunk
from chatbots.retrieval import Hit
from content.models import Page

LEFTOVERS = (
    "Rester er god mad, når du passer på dem. Sæt dem på køl inden for to timer. "
    "Rester kan stå i køleskabet i højst tre døgn. Lugt altid til maden."
)
ADVICE = """Du kan selv gøre dette:
- Drik rigeligt med vand.
- Hold sengen.
- Tag en mild pille.
Ring, hvis det ikke hjælper."""
ROWS = [("Mandag", "kl. 8-16"), ("Fredag", "kl. 8-14"), ("Søndag", "lukket")]
TABLE = "\n".join(row_line([("Dag", day), ("Tid", time)]) for day, time in ROWS)


def hit(
    text: str, scores: list[float] | None = None, *, page: int = 1, score: float = 1.0, language: str = "da"
) -> Hit:
    statements = marked_statements(text)
    return Hit(
        page=Page(pk=page, title="Side"),
        chunk=Chunk(text=text, language=language, heading_path=["Afsnit"]),
        score=score,
        page_score=score,
        signals={},
        statements=statements,
        statement_scores=np.array(scores if scores is not None else [0.0] * len(statements), np.float32),
    )


def bm25(*texts: str) -> Bm25:
    return Bm25([Postings.build(stems(text, "da") for text in texts)])


INDEX = bm25(LEFTOVERS, ADVICE, TABLE)


def select(text: str, question: str, scores: list[float] | None = None) -> tuple[str, ...]:
    return select_statements(hit(text, scores), question, INDEX, 3)


def test_the_sentence_with_the_number_of_days_is_quoted_and_not_the_introduction() -> None:
    quoted = select(LEFTOVERS, "hvor mange dage må rester stå i køleskabet", [])
    assert "Rester kan stå i køleskabet i højst tre døgn." in quoted
    assert "Rester er god mad, når du passer på dem." not in quoted


@pytest.mark.parametrize(
    ("question", "row"),
    [("hvornår har I åbent om fredagen", "Fredag – Tid: kl. 8-14"), ("hvad tid mandag", "Mandag – Tid: kl. 8-16")],
)
def test_the_row_of_a_table_that_answers_is_quoted_whole_with_its_columns(question: str, row: str) -> None:
    assert row in select(TABLE, question)


@pytest.mark.parametrize(
    ("name", "heading", "quoted"),
    [
        ("Åbningstid", "Vores åbningstider", "Fredag: kl. 8-14"),
        ("Åbningstid om sommeren", "Vores åbningstider", "Fredag – Åbningstid om sommeren: kl. 8-14"),
        ("Må ikke", "Hvad må du?", "Fredag – Må ikke: kl. 8-14"),
        ("%", "Vores åbningstider", "Fredag – %: kl. 8-14"),
        ("", "Vores åbningstider", "Fredag: kl. 8-14"),
    ],
)
def test_the_name_of_a_column_is_left_out_where_the_line_above_says_all_of_it(
    name: str, heading: str, quoted: str
) -> None:
    passage = hit(row_line([("Dag", "Fredag"), (name, "kl. 8-14")]))
    passage.chunk.heading_path = [heading]
    assert select_statements(passage, "fredag", INDEX, 1) == (quoted,)


def test_each_row_has_the_columns_that_are_its_own() -> None:
    other = row_line([("Dag", "Jul"), ("Note", "lukket")])
    text = f"Vi har åbent hver dag.\n{TABLE.split(chr(10))[0]}\n{other}"
    assert select(text, "hvornår er der åbent eller lukket", [3, 3, 3.5]) == (
        "Vi har åbent hver dag.",
        "Mandag – Tid: kl. 8-16",
        "Jul – Note: lukket",
    )


def test_a_row_is_never_taken_for_a_sentence_that_leans_on_the_one_before() -> None:
    text = "\n".join(
        row_line([("Hvad", what), ("Tid", time)]) for what, time in [("Maden", "1 døgn"), ("Den", "i dag")]
    )
    assert select(text, "hvad", [0, 9]) == ("Den – Tid: i dag",)


def test_a_list_item_comes_with_the_line_that_introduces_it() -> None:
    assert select(ADVICE, "skal jeg drikke vand", [0, 3, 0, 0, 0]) == (
        "Du kan selv gøre dette:",
        "Drik rigeligt med vand.",
    )


def test_the_line_that_introduces_a_list_brings_its_items() -> None:
    quoted = select(ADVICE, "hvad kan jeg selv gøre", [9, 0, 0, 0, 0])
    assert quoted[:2] == ("Du kan selv gøre dette:", "Drik rigeligt med vand.")


def days(count: int) -> str:
    return "\n".join(row_line([("Dag", f"{n}. maj"), ("Tid", "kl. 8-16")]) for n in range(1, count + 1))


def quoted_of_days(count: int, *best: int) -> tuple[str, ...]:
    """Return the days quoted of a table between two paragraphs, where those from `best` answer."""
    scores = [9.0 if n in best else 0.0 for n in range(count + 2)]
    passage = hit(f"Vi har travlt.\n{days(count)}\nRing først.", scores)
    ((_, quoted),) = select_quotes([passage], "hvornår", INDEX)
    return tuple(line.partition(".")[0] for line in quoted)


def test_two_rows_bring_the_whole_of_a_short_table_and_one_stays_alone() -> None:
    assert quoted_of_days(MOST_ROWS, 2, 4) == tuple("12345678")
    assert quoted_of_days(MOST_ROWS, 3) == ("3",)


@pytest.mark.parametrize(
    ("best", "quoted"),
    [((2, 3, 5), "2 3 … 5 …"), ((1, 9), "1 … 9"), ((8, 9), "8 9"), ((1, 2), "1 2 …"), ((4,), "4")],
)
def test_of_a_long_table_what_is_left_out_between_rows_and_after_them_is_marked(
    best: tuple[int, ...], quoted: str
) -> None:
    assert quoted_of_days(MOST_ROWS + 1, *best) == tuple(quoted.split())


def test_rows_of_two_tables_are_not_taken_for_one() -> None:
    passage = hit(f"{days(3)}\nHele året:\n{TABLE}", [9, 0, 0, 0, 9, 0, 0])
    ((_, quoted),) = select_quotes([passage], "hvornår", INDEX)
    assert quoted == ("1. maj – Tid: kl. 8-16", "Mandag – Tid: kl. 8-16")


def test_the_head_of_a_table_is_never_the_answer_but_its_rows_are() -> None:
    head = row_line([("", "Dag"), ("", "Tid"), ("", "Note")])
    text = f"{head}\n{TABLE}"
    assert select(text, "hvad", [9, 0, 0, 0]) == tuple(f"{day} – Tid: {time}" for day, time in ROWS)
    ((_, quoted),) = select_quotes([hit(text, [0, 9, 9, 0])], "hvad", INDEX)
    assert quoted == tuple(f"{day} – Tid: {time}" for day, time in ROWS)


def test_a_row_above_a_list_is_no_introduction_to_it() -> None:
    assert select(f"{TABLE}\n- Drik vand.", "hvad", [0, 0, 0, 9]) == ("Drik vand.",)
    assert select(f"{TABLE}\n- Drik vand.", "hvad", [0, 0, 9, 0]) == ("Søndag – Tid: lukket",)


STEPS = """Flåten sidder ofte i lysken.
1.\u00a0Kom ikke smør på flåten.
2.\u00a0Tag fat tæt ved huden.
3.\u00a0Træk roligt.
- Ikke i ryk.
4.\u00a0Vask stedet.
Ring, hvis du får feber."""


@pytest.mark.parametrize("best", range(1, 6))
def test_one_step_brings_all_steps_of_its_list_with_their_numbers(best: int) -> None:
    scores = [0.0] * 7
    scores[best] = 9
    quoted = select(STEPS, "hvordan fjerner jeg en flåt", scores)
    assert quoted == (
        "Flåten sidder ofte i lysken.",
        "1. Kom ikke smør på flåten.",
        "2. Tag fat tæt ved huden.",
        "3. Træk roligt.",
        "Ikke i ryk.",
        "4. Vask stedet.",
    )


def test_steps_that_began_in_the_passage_before_keep_their_numbers() -> None:
    text = STEPS[STEPS.index("3.") : STEPS.index("\nRing")]
    assert select(text, "hvordan", [0, 0, 9]) == ("3. Træk roligt.", "Ikke i ryk.", "4. Vask stedet.")


def test_two_numbered_lists_and_one_with_dots_are_kept_apart() -> None:
    text = "- Løst\n1.\u00a0Et\n2.\u00a0To\n1.\u00a0Andet et\n2.\u00a0Andet to"
    assert select(text, "hvad", [0, 0, 9, 0, 0]) == ("1. Et", "2. To")
    assert select(text, "hvad", [0, 0, 0, 9, 0]) == ("1. Andet et", "2. Andet to")
    assert select(text, "hvad", [9, 0, 0, 0, 0]) == ("Løst",)


def test_a_long_list_of_steps_leaves_nothing_for_the_next_passage_to_lose() -> None:
    steps = "\n".join(f"{n}.\u00a0Trin {n}" for n in range(1, 9))
    first = hit(steps, [9] + [0] * 7, score=2)
    second = hit(ADVICE, [8.9, 0, 0, 0, 0])
    (_, steps_quoted), (_, others) = select_quotes([first, second], "hvad", INDEX)
    assert len(steps_quoted) == 8
    assert others in {("Du kan selv gøre dette:",), ("Du kan selv gøre dette:", "Drik rigeligt med vand.")}


def test_a_sentence_that_leans_on_the_one_before_comes_with_it() -> None:
    text = "Kløen varer en uge. Det går over af sig selv. Brug ikke creme."
    assert select(text, "hvornår går det over", [0, 5, 0]) == ("Kløen varer en uge.", "Det går over af sig selv.")


@pytest.mark.parametrize("text", [LEFTOVERS, ADVICE, TABLE, "Et. To. Tre. Fire. Fem. Seks."])
@pytest.mark.parametrize("question", ["hvor mange dage", "hvad gør jeg", "", "vand rester fredag"])
def test_what_is_quoted_is_whole_unaltered_in_order_and_short(text: str, question: str) -> None:
    quoted = select(text, question)
    statements = [statement.quoted for statement in marked_statements(text)]
    assert quotable_lines(text).issuperset(quoted)
    places = [statements.index(line) for line in quoted if line in statements]
    assert places == sorted(places)
    assert len(set(places)) == len(places)
    assert 1 <= len(places) <= 3 + any(statement.is_item for statement in marked_statements(text))
    assert len(quoted) == len(places)


def test_a_passage_without_text_has_nothing_to_quote() -> None:
    assert select("", "hvad") == ()


def test_without_a_model_shared_words_decide() -> None:
    passage = hit(LEFTOVERS, [])
    scores = statement_scores(passage, "køleskabet", INDEX)
    assert scores.argmax() == 2
    assert select_statements(passage, "køleskabet", INDEX, 3) == ("Rester kan stå i køleskabet i højst tre døgn.",)


def test_selecting_leaves_the_numbers_of_the_search_as_they_are() -> None:
    passage = hit(LEFTOVERS, [1, 2, 3, 4])
    statement_scores(passage, "rester", INDEX)
    assert passage.statement_scores.tolist() == [1, 2, 3, 4]


def test_quotes_are_of_the_best_page_alone_and_the_passage_that_answers_comes_first() -> None:
    best = hit("Noget om mad.", [0.0], score=2.0)
    answers = hit("Rester kan stå i køleskabet i højst tre døgn.", [5.0], score=1.9)
    far = hit("Helt andet.", [-3.0], score=-5.0)
    other = hit("Rester på en anden side.", [9.0], page=2, score=1.95)
    quotes = select_quotes([best, other, answers, far], "hvor længe kan rester stå i køleskabet", INDEX)
    assert quotes[0] == (answers, ("Rester kan stå i køleskabet i højst tre døgn.",))
    assert not {id(other), id(far)} & {id(passage) for passage, _ in quotes}


def test_statements_of_two_passages_share_the_places_and_a_third_passage_gets_none() -> None:
    passages = [hit(f"Rester nummer {n} er gode. Rester nummer {n} er kolde.", [1.0, 0.9]) for n in range(3)]
    quotes = select_quotes(passages, "rester", INDEX)
    assert [len(quoted) for _, quoted in quotes] in ([2, 1], [1, 2])
    assert choose([np.array([1.0]), np.array([0.9]), np.array([0.8])]) == {0: [0], 1: [0]}


def test_no_more_than_three_statements_are_quoted_when_both_passages_lean() -> None:
    first = hit("Kløen varer en uge. Det går over af sig selv. Brug creme.", [0.0, 5.0, 0.0], score=2.0)
    second = hit("Udslættet varer en måned. Det svinder af sig selv. Tag et bad.", [0.0, 5.0, 0.0], score=2.0)
    quotes = select_quotes([first, second], "", INDEX)
    assert sum(len(quoted) for _, quoted in quotes) == MOST_STATEMENTS


def test_what_two_passages_say_alike_is_quoted_once() -> None:
    summary = hit("Barnet smitter, indtil alle blærer er tørret ind.", [3.0])
    section = hit("Barnet smitter, og indtil alle blærer er tørret ind. Bliv hjemme så længe.", [3.1, 2.0])
    said = [statement for _, quoted in select_quotes([summary, section], "smitter", INDEX) for statement in quoted]
    assert [statement for statement in said if "blærer" in statement] == [
        "Barnet smitter, og indtil alle blærer er tørret ind."
    ]


def test_what_is_said_of_two_things_is_quoted_of_both() -> None:
    yes = hit("Du må gerne bade med dræn i ørerne fra den anden dag.", [3.0])
    no = hit("Du må ikke bade med dræn i ørerne fra den anden dag.", [2.9])
    assert len(select_quotes([yes, no], "bade", INDEX)) == 2


def test_of_equals_the_first_are_quoted() -> None:
    assert choose([np.ones(5)]) == {0: [0, 1, 2]}


def test_what_scores_far_below_the_best_is_not_quoted() -> None:
    assert choose([np.array([5.0, 5.0 - CLOSE - 0.1, 4.0])]) == {0: [0, 2]}
    assert choose([np.array([])]) == {}


@pytest.mark.parametrize(
    ("question", "has_it", "lacks_it"),
    [
        ("Hvor længe varer det?", "Det tager to til fire uger.", "Tal med din læge."),
        ("Hvor lenge varer rødheten?", "Rødmen er væk efter 3-5 dage.", "Årsagen er ukendt."),
        ("Hvor tit skal jeg skylle?", "Skyl næsen 1-2 gange om dagen.", "Brug lunkent vand."),
        ("How often should I rinse?", "Rinse your nose twice a day.", "Use lukewarm water."),
        ("Hvad koster det?", "Det koster 250 kr.", "Ring og hør nærmere."),
        ("Hvad koster det?", "Du skal selv betale for briller.", "Ring og hør nærmere."),
        ("Hvor gammel skal man være?", "Tilbuddet er for dig, der er fyldt 18 år.", "Tilbuddet er for alle."),
        ("Hvor mange grader skal vandet have?", "Vask ved mindst 60 °C.", "Vask tøjet varmt."),
        ("Hvornår lukker I?", "Vi lukker kl. 17.30.", "Tag bus 31 til døren."),
        ("Hvor sent kan jeg komme?", "Der er åbent til 17.30.", "Årsagen er ukendt."),
        ("When do you close?", "We close at 5 pm.", "You may need to ring the bell."),
        ("Hvor mange må være med?", "Der er plads til tolv på hvert hold.", "Du får en plads på et hold."),
        ("How many can join?", "There is room for twelve: ten and two in reserve.", "You need to call us."),
        ("Hvad er jeres adresse?", "Vi ligger på Torvet 4.", "Der er 200 meter til bussen."),
        ("Hvilken e-mail skriver jeg til?", "Skriv til kontakt@aavang.example.", "Skriv til os."),
        ("Hvilken bus kører til jer?", "Bus nr. 31 holder lige uden for døren.", "Der er cykelparkering."),
        ("Hvilken etage ligger I på?", "Rådgivningen er på 2. sal.", "Tag elevatoren."),
    ],
)
def test_what_is_asked_for_shows_in_a_statement_that_has_it(question: str, has_it: str, lacks_it: str) -> None:
    forms = forms_wanted(question, "en" if question.startswith(("How", "When")) else "da")
    assert any(form.search(has_it) for form in forms)
    assert not any(form.search(lacks_it) for form in forms)


@pytest.mark.parametrize(
    "question",
    [
        *("Hvordan ændrer jeg min adresse?", "Kan jeg få svar på e-mail?", "Hvordan passer jeg et åbent sår?"),
        *("can i drink ginger shots when i am pregnant", "is it gluten-free"),
    ],
)
def test_what_only_sounds_like_asking_for_a_form_asks_for_none(question: str) -> None:
    assert forms_wanted(question, "en" if question.islower() else "da") == ()


def test_a_question_that_any_form_answers_wants_none() -> None:
    assert forms_wanted("Hvad gør jeg ved hoste?", "da") == ()


def test_the_weights_say_where_they_come_from_and_quote_the_answer_mostly() -> None:
    assert set(selection()["with_meaning"]) == set(selection()["words_alone"]) == set(FEATURES)
    assert "lay cases" in selection()["fitted_on"]
    for kind, least in {"lay guide": 0.75, "lay health": 0.75, "golden guide": 0.75, "golden health": 0.74}.items():
        assert selection()["cross_validated"]["with_meaning"][kind]["answer_quoted"] >= least, kind
