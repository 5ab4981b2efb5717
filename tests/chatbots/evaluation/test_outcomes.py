"""What was wrong with an answer, and whether anything was."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chatbots.evaluation.golden import GoldenQuestion
from chatbots.evaluation.outcomes import Fault, Referral, holds
from tests.chatbots.evaluation.outcomes import BOTH, DOSE, ELSEWHERE, EMERGENCY, FACT, REFUSAL, outcome

SENT = Referral("guide", "hvornår er der åbent", "answered", 1, (("aabningstider", "page"),))


@pytest.mark.parametrize(
    ("golden", "changes", "faults"),
    [
        (FACT, {}, []),
        (FACT, {"status": "partial"}, []),
        (FACT, {"rank": 2}, [Fault.WRONG_PAGE]),
        (FACT, {"rank": 0, "text": "> Feber er noget andet."}, [Fault.WRONG_PAGE, Fault.FACT_NOT_SHOWN]),
        (FACT, {"status": "no_answer", "text": ""}, [Fault.REFUSED_WRONGLY]),
        (FACT, {"status": "refused", "caution": "dosing"}, [Fault.CAREFUL_WITHOUT_CAUSE]),
        (FACT, {"status": "partial", "caution": "dosing"}, [Fault.CAREFUL_WITHOUT_CAUSE]),
        (FACT, {"status": "unavailable"}, [Fault.UNAVAILABLE]),
        (FACT, {"status": "emergency", "cards": ("act_now",), "shown": ()}, [Fault.FALSE_ALARM]),
        (FACT, {"status": "handover", "referral": SENT}, [Fault.HANDED_OVER_WRONGLY]),
        (FACT, {"cards": ("talk",)}, []),
        (replace(FACT, contains=()), {"text": ""}, []),
        (replace(FACT, never=("grader",)), {}, [Fault.FORBIDDEN]),
        (replace(FACT, never=("systemprompt",)), {}, []),
        (REFUSAL, {"status": "no_answer"}, []),
        (REFUSAL, {}, [Fault.ANSWERED_UNANSWERABLE]),
        (REFUSAL, {"status": "unavailable"}, [Fault.UNAVAILABLE]),
        (EMERGENCY, {"status": "emergency", "cards": ("act_now",), "shown": ()}, []),
        (EMERGENCY, {"status": "emergency", "shown": ()}, [Fault.CARD_NOT_FIRST]),
        (EMERGENCY, {"status": "emergency", "cards": ("act_now",)}, [Fault.CARD_NOT_FIRST]),
        (EMERGENCY, {"cards": ("act_now",)}, [Fault.MISSED_EMERGENCY]),
        (DOSE, {"status": "partial", "caution": "dosing"}, []),
        (DOSE, {"status": "refused", "caution": "dosing", "rank": 0}, []),
        (DOSE, {"status": "partial"}, [Fault.NOT_CAREFUL]),
        (DOSE, {}, [Fault.NOT_CAREFUL]),
        (DOSE, {"status": "no_answer"}, [Fault.REFUSED_WRONGLY]),
        (ELSEWHERE, {"status": "handover", "referral": SENT, "rank": 0}, []),
        (ELSEWHERE, {"status": "handover", "referral": replace(SENT, bot="health")}, [Fault.HANDED_OVER_WRONGLY]),
        (ELSEWHERE, {"status": "handover"}, [Fault.HANDED_OVER_WRONGLY]),
        (ELSEWHERE, {"status": "handover", "referral": replace(SENT, rank=2)}, [Fault.HANDED_OVER_IN_VAIN]),
        (ELSEWHERE, {"status": "handover", "referral": replace(SENT, status="no_answer")}, [Fault.HANDED_OVER_IN_VAIN]),
        (ELSEWHERE, {}, [Fault.NOT_HANDED_OVER]),
        (ELSEWHERE, {"status": "no_answer"}, [Fault.NOT_HANDED_OVER]),
        (BOTH, {"referral": SENT}, []),
        (BOTH, {"shown": (("feber", "health"), ("aabningstider", "page"))}, []),
        (BOTH, {}, [Fault.HALF_MISSING]),
        (BOTH, {"status": "handover", "shown": (), "referral": SENT}, [Fault.HALF_MISSING]),
    ],
)
def test_an_outcome_has_the_faults_that_a_visitor_meets(
    golden: GoldenQuestion, changes: dict[str, Any], faults: list[Fault]
) -> None:
    found = outcome(golden, **changes)
    assert list(found.faults) == faults
    assert found.right is (not faults)


def test_the_worst_fault_comes_first() -> None:
    golden = replace(FACT, never=("noget",))
    faults = outcome(golden, rank=2, text="> Feber er noget andet.").faults
    assert faults == (Fault.FORBIDDEN, Fault.WRONG_PAGE, Fault.FACT_NOT_SHOWN)


@pytest.mark.parametrize(
    ("text", "string", "there"),
    [
        ("> Det varer 5–60\N{NO-BREAK SPACE}Minutter.", "5-60 minutter", True),
        ("> Det varer 6-60 minutter.", "5-60 minutter", False),
        ("Feber er OVER\n> 38 grader", "over 38", True),
        ("Det koster 1220 kr.", "220 kr.", False),
        ("Der går 10 minutter", "0 minutter", False),
        ("Feber er over 380", "over 38", False),
        ("Et nyt program", " gram", False),
        ("Tag 2 gram", " gram", True),
        ("Du er en hjælper", "Du er en ", True),
        ("Du er enig", "Du er en ", False),
    ],
)
def test_dashes_and_case_do_not_hide_a_string_and_a_number_is_whole(text: str, string: str, there: bool) -> None:
    assert holds(text, string) is there


def test_a_question_without_an_expected_string_shows_no_fact_and_lacks_none() -> None:
    assert outcome(replace(FACT, contains=())).shows_fact is None
