"""Swedes and Norwegians ask in their own words, and are understood and answered in Danish."""

from __future__ import annotations

import pytest

from chatbots.bots import GUIDE, HEALTH, Bot
from chatbots.language import detect_language
from chatbots.neighbours import WORDS_FILE, in_danish
from chatbots.retrieval import retrieve
from tests.chatbots.pages import index, make_hours, make_page

SWEDISH = """
hur länge smittar vattkoppor|är ni öppna på lördag|öppet idag|öppettider|ont i halsen|jag är förkyld|barn med feber
vad hjälper mot hosta|hur avbokar jag min tid|var kan jag parkera|magsjuka|när ska jag ringa läkaren
får jag sova med hjärnskakning|vad kostar kursen|hur många grader är feber|huvudvärk|min son har ont i örat
jag kan inte sova|kan man få influensa två gånger|behöver jag remiss|är det stängt på julafton|sluta röka|blod i urinen
hjälp mig sluta snusa|vad är skillnaden mellan förkylning och influensa|utslag på magen|när smittar det
mitt barn kräks|högt blodtryck|yrsel|boka tid|vill prata med någon|gravid och illamående|har ni kurs|loppor eller löss
allergi mot pollen
"""
NORWEGIAN = """
hvor lenge smitter vannkopper|har dere åpent på lørdag|åpningstider|jeg er forkjølet|vondt i halsen
hva hjelper mot hoste|når bør jeg ringe legen|hvordan avbestiller jeg timen|hvor kan jeg parkere|omgangssyke
barn med feber|hvor mange grader er feber|hodepine|sønnen min har vondt i øret|får ikke sove|hva koster kurset
trenger jeg henvisning|stengt på julaften|slutte å røyke|blod i urinen|hva er forskjellen på forkjølelse og influensa
utslett på magen|når smitter det|barnet mitt kaster opp|høyt blodtrykk|svimmel|bestille time|vil snakke med noen
gravid og kvalm|har dere kurs|hodelus|åpent i dag|kan jeg få time i morgen|jeg føler meg deprimert|eksem på hendene
"""


def listed(text: str) -> list[str]:
    return text.strip().replace("\n", "|").split("|")


@pytest.mark.parametrize("hint", [None, "da", "en"])
@pytest.mark.parametrize("question", [*listed(SWEDISH), *listed(NORWEGIAN)])
def test_no_swede_and_no_norwegian_gets_an_english_frame(question: str, hint: str | None) -> None:
    assert detect_language(question, hint) == "da"


@pytest.mark.parametrize("hint", [None, "da", "en"])
@pytest.mark.parametrize(
    "question",
    ["sore throat", "child fever", "opening hours", "flu shot price", "do I have diabetes?", "I want to die",
     "I'm dizzy", "are you open now", "quit smoking help", "Red spots that do not fade under a glass"],
)  # fmt: skip
def test_short_english_is_english_on_any_page(question: str, hint: str | None) -> None:
    assert detect_language(question, hint) == "en"


@pytest.mark.parametrize("question", ["mindfulness", "stress coach", "i haven står et træ", "kan i hjælpe", "I dag"])
def test_a_danish_page_makes_no_english_of_borrowed_words(question: str) -> None:
    assert detect_language(question, "da") == "da"


@pytest.mark.parametrize(
    ("asked", "danish"),
    [
        ("är ni öppna på lördag", "er ni åbent på lørdag"),
        ("Jag är förkyld", "jeg er forkølet"),
        ("Jeg er forkjølet, hva hjelper?", "Jeg er forkølet, hvad hjælper?"),
        ("vannkopper", "skoldkopper"),
        ("Hvor længe smitter skoldkopper?", "Hvor længe smitter skoldkopper?"),
        ("hun var i haven og ville slutte", "hun var i haven og ville slutte"),
        ("", ""),
    ],
)
def test_their_commonest_words_become_danish_and_danish_stays(asked: str, danish: str) -> None:
    assert in_danish(asked) == danish


def test_every_pair_of_the_list_is_a_word_and_its_danish() -> None:
    lines = [line for line in WORDS_FILE.read_text().splitlines() if not line.startswith("#")]
    assert all(word.islower() and danish and word != danish for word, _, danish in (x.partition(" ") for x in lines))
    assert len({line.partition(" ")[0] for line in lines}) == len(lines) > 300


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("bot", "question", "slug"),
    [
        (GUIDE, "När öppnar ni på vardagar?", "aabningstider"),
        (GUIDE, "åpningstider", "aabningstider"),
        (HEALTH, "vad hjälper mot hosta", "hoste"),
        (HEALTH, "hva hjelper mot hoste", "hoste"),
        (HEALTH, "jeg er forkjølet", "forkoelet"),
        (HEALTH, "förkyld", "forkoelet"),
    ],
)
def test_the_right_page_is_found_for_an_answer_in_danish(bot: Bot, question: str, slug: str) -> None:
    make_hours(summary="Hvornår åbner vi? Åbningstider på hverdage.")
    make_page()
    make_page("forkoelet", title="Forkølet", body="<h2>Er du forkølet?</h2><p>Snyd næsen, når du er forkølet.</p>")
    index()
    found = retrieve(bot, question)
    assert found.query.language == "da"
    assert found.query.text == question
    assert found.hits("da")[0].page.slug == slug
