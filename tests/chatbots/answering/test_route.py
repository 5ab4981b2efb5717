"""Who answers what, on a small site; the fit itself is measured on the golden questions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chatbots.answering import Question, belonging, canned, judge
from chatbots.answering.context import Context, EarlierTurn
from chatbots.answering.pipeline import as_json, run
from chatbots.answering.route import BOUNDS
from chatbots.bots import BOTS, GUIDE, HEALTH, Bot
from chatbots.evaluation import belonging as fitting
from chatbots.evaluation.golden import read_golden
from chatbots.models import Chunk
from chatbots.query import read_question
from content.models import Page
from tests.chatbots.pages import index

pytestmark = pytest.mark.django_db

PRACTICAL, HEALTHY = "Hvornår har sundhedscentret åbent?", "Hvad lindrer hosten?"
BOTH = "Hvad lindrer hosten, og hvornår har sundhedscentret åbent?"


@pytest.fixture(autouse=True)
def plain_fit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, site: Page) -> Iterator[None]:
    """Let the best page alone tell whose a question is, so that these tests depend on no fit."""
    fitted = {"intercept": 0.0, "weights": {"page_before_article": 2.0}}
    fitted |= {"means": {"page_before_article": 0.0}, "deviations": {"page_before_article": 1.0}}
    file = tmp_path / "belonging.json"
    file.write_text(json.dumps(fitted))
    monkeypatch.setattr(belonging, "BELONGING_FILE", file)
    belonging.forget_fitted()
    yield
    belonging.forget_fitted()


def asked(question: str, bot: Bot, **fields: Any) -> Context:
    return run(bot, Question(question, **fields))


@pytest.mark.parametrize(("question", "bot"), [(PRACTICAL, GUIDE), (HEALTHY, HEALTH)])
def test_a_question_stays_with_the_bot_that_it_is_for(question: str, bot: Bot) -> None:
    context = asked(question, bot)
    assert context.status == "answered"
    assert context.handover is None


def test_a_health_question_to_the_guide_goes_to_the_health_bot_and_names_the_article() -> None:
    data = as_json(asked(HEALTHY, GUIDE))
    assert (data["status"], data["handover"]) == ("handover", {"bot": "health", "question": HEALTHY})
    assert "Sundhedsrobotten" in data["text"]
    assert [page["url"] for page in data["suggestions"]] == ["/sundhed/hoste/"]
    assert data["sources"] == []


def test_a_practical_question_to_the_health_bot_goes_to_the_guide() -> None:
    data = as_json(asked(PRACTICAL, HEALTH))
    assert (data["status"], data["handover"]) == ("handover", {"bot": "guide", "question": PRACTICAL})
    assert "Vejviseren" in data["text"]
    assert [page["url"] for page in data["suggestions"]] == ["/aabningstider/"]


def test_who_asks_the_guide_for_the_page_gets_the_page() -> None:
    assert asked("Har I en artikel om hoste?", GUIDE).handover is None


def test_what_nobody_knows_is_handed_to_nobody() -> None:
    for bot in BOTS.values():
        assert asked("hvordan reparerer jeg en punkteret cykel", bot).status == "no_answer"


def test_a_question_handed_over_stays_where_it_came() -> None:
    for question, bot, other in ((PRACTICAL, HEALTH, GUIDE), (HEALTHY, GUIDE, HEALTH)):
        first = asked(question, bot)
        assert first.handover is not None
        sent = EarlierTurn(question, bot=bot.name, status="handover")
        assert asked(first.handover.question, other, turns=(sent,)).handover is None
        assert asked(first.handover.question, other).handover is None  # in a conversation of its own
        # Whatever the fit says: it is not sent back to where it came from.
        assert asked(question, bot, turns=(EarlierTurn(question, bot=other.name, status="handover"),)).handover is None


def test_the_bounds_leave_no_question_that_both_send_away() -> None:
    to_health = max(bound for name, bound in BOUNDS.items() if name.startswith("guide_hands_over"))
    to_guide = min(bound for name, bound in BOUNDS.items() if name.startswith("health_hands_over"))
    assert to_health < to_guide


def test_a_follow_up_is_carried_along_whole() -> None:
    earlier = asked(PRACTICAL, GUIDE)
    assert earlier.sources
    about = EarlierTurn(HEALTHY, bot="guide", status="handover", asked="")
    context = asked("Hvad med børn, lindrer honning hosten?", GUIDE, turns=(about,))
    assert context.handover is not None
    assert "hosten" in context.handover.question


@pytest.mark.parametrize("bot", [GUIDE, HEALTH])
def test_both_halves_are_answered_each_by_its_own_bot(bot: Bot) -> None:
    data = as_json(asked(BOTH, bot))
    assert data["status"] == "answered"
    assert data["handover"] is None
    assert canned.reserve() not in data["text"]
    assert "Varm te med honning lindrer hosten." in data["text"]
    assert "Sundhedscentret har åbent fra klokken 8 til 16." in data["text"]
    assert "Sundhedsrobotten svarer på “Hvad lindrer hosten”:" in data["text"]
    assert "Vejviseren svarer på “hvornår har sundhedscentret åbent”:" in data["text"]
    assert {source["kind"] for source in data["sources"]} == {"health", "page"}


def answer_without_reserve_from(**sure: float) -> None:
    """Let each bot answer without reserve only from a confidence of its own."""
    fitted = json.loads(judge.SUFFICIENCY_FILE.read_text())
    for one in fitted.values():
        one["sure"] |= sure
    judge.SUFFICIENCY_FILE.write_text(json.dumps(fitted))
    judge.forget_fitted()


@pytest.mark.parametrize(
    ("never_sure", "labels"),
    [
        ([HEALTH], ["Sundhedsrobotten svarer på “Hvad lindrer hosten”:"]),
        ([GUIDE], ["Vejviseren svarer på “hvornår har sundhedscentret åbent”:"]),
        (
            [HEALTH, GUIDE],
            [
                "Sundhedsrobotten svarer på “Hvad lindrer hosten”:",
                "Vejviseren svarer på “hvornår har sundhedscentret åbent”:",
            ],
        ),
    ],
)
def test_a_half_in_doubt_says_so_before_its_quotation(never_sure: list[Bot], labels: list[str]) -> None:
    answer_without_reserve_from(**{bot.name: 1.1 for bot in never_sure})
    context = asked(BOTH, GUIDE)
    assert context.status == "partial"
    reserves = [at for at, paragraph in enumerate(context.paragraphs) if paragraph == canned.reserve()]
    assert [context.paragraphs[at - 1] for at in reserves] == labels
    assert all("\n> " in context.paragraphs[at + 1] for at in reserves)


def test_every_quotation_of_both_halves_stands_in_a_chunk() -> None:
    quoted = [line[2:] for line in asked(BOTH, GUIDE).text.split("\n") if line.startswith("> ")]
    rows = list(Chunk.objects.values_list("text", flat=True))
    assert len(quoted) >= 2
    for line in quoted:
        assert any(line in row for row in rows), line


def test_the_fit_and_the_way_in_see_the_same_nearest_pages() -> None:
    found = [belonging.find(bot, read_question(bot, BOTH, None, language="da")) for bot in (GUIDE, HEALTH)]
    page, title = belonging.nearest(found[0])
    assert page > 0 < title
    assert belonging.features(*found)["page_before_title"] == page - title


def test_when_the_other_bot_knows_nothing_everything_stays() -> None:
    Page.objects.filter(kind="health").delete()
    index()
    assert asked(HEALTHY, GUIDE).handover is None


# ── The fit ─────────────────────────────────────────────────────────────────────────────────────


def test_the_fit_learns_from_golden_questions_which_bot_is_meant(tmp_path: Path) -> None:
    lines = [
        f"- {{id: q{number}, bot: {bot}, language: da, kind: fact, question: '{question}', pages: [{page}], "
        f"status: answered}}"
        for number, (bot, question, page) in enumerate(
            [("guide", PRACTICAL, "aabningstider"), ("health", HEALTHY, "hoste")] * 12
        )
    ]
    file = tmp_path / "golden.yaml"
    file.write_text("\n".join(lines))
    fitted = fitting.fit(fitting.cases(read_golden(file)))
    assert fitted["cross_validated"]["AUROC"] == 1.0
    assert fitted["weights"]["page_before_article"] > 0
    fitting.write(fitted)
    assert asked(PRACTICAL, HEALTH).handover is not None
    assert asked(PRACTICAL, GUIDE).handover is None
