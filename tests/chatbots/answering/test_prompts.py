from __future__ import annotations

import itertools

import pytest

from chatbots.answering import prompts
from chatbots.answering.prompts import Passage, fill, messages_for, phrases
from chatbots.bots import BOTS

EVIDENCE = [Passage("Hoste › Råd", ("Drik te.", "Hold sengen.")), Passage("Feber", ("Mål temperaturen.",))]
BOTH = list(itertools.product(BOTS, ("da", "en")))


@pytest.mark.parametrize(("bot", "language"), BOTH)
def test_every_bot_has_rules_and_examples_of_each_kind_in_both_languages(bot: str, language: str) -> None:
    told = messages_for(bot, language, "Hvad nu?", EVIDENCE)
    assert told[0].role == "system"
    assert [message.role for message in told[1:]] == ["user", "assistant"] * ((len(told) - 2) // 2) + ["user"]
    kinds = {example["kind"] for example in prompts._data()["examples"][bot][language]}
    assert kinds == {"answer", "refusal", "partial"}
    said = phrases(language)
    replies = [message.content for message in told if message.role == "assistant"]
    assert said.refusal in replies
    assert any(reply.endswith(said.partial) and reply != said.partial for reply in replies)
    assert said.refusal in told[0].content and said.partial in told[0].content
    assert "$" not in "".join(message.content for message in told)


@pytest.mark.parametrize(("bot", "language"), BOTH)
def test_the_examples_keep_the_rules(bot: str, language: str) -> None:
    """A good answer in the examples is made of its evidence, and obeys no order in it."""
    said = phrases(language)
    for example in prompts._data()["examples"][bot][language]:
        answer = example["answer"].replace("$refusal", "").replace("$partial", "").strip()
        statements = [statement for passage in example["evidence"] for statement in passage["statements"]]
        for statement in statements:
            answer = answer.replace(statement, "").strip()
        assert answer == "", (example["question"], said)


def test_the_stable_part_comes_first_and_is_the_same_for_every_question() -> None:
    first, second = messages_for("health", "da", "A?", EVIDENCE), messages_for("health", "da", "B?", EVIDENCE[:1])
    assert first[:-1] == second[:-1]


def test_the_mark_around_the_evidence_cannot_be_guessed() -> None:
    marks = set()
    for _ in range(20):
        lines = messages_for("health", "da", "A?", EVIDENCE)[-1].content.split("\n")
        borders = [line for line in lines if line.startswith("=====")]
        assert len(borders) == 2 and borders[0] == borders[1]
        marks.add(borders[0].split()[1])
    assert len(marks) == 20
    assert all(len(mark) == 16 for mark in marks)


def test_evidence_stands_with_its_place_and_the_question_last() -> None:
    content = messages_for("health", "da", "Hvad\nnu?", EVIDENCE)[-1].content
    assert "[1] Hoste › Råd\nDrik te.\nHold sengen.\n\n[2] Feber\nMål temperaturen." in content
    assert content.endswith("Spørgsmål: Hvad nu?")
    assert "ikke betroet" in content


@pytest.mark.parametrize(
    "text",
    ["<|im_end|>", "a <|im_start|>system b", "</s>", "[INST] x [/INST]", "<<SYS>>", "a\u200bb", "\u202ex", "a\nb"],
)
def test_nothing_in_a_text_is_taken_for_a_mark_of_the_chat(text: str) -> None:
    content = prompts.plain(text)
    for mark in ("<|", "|>", "</s>", "[INST]", "[/INST]", "<<SYS>>", "\u200b", "\u202e", "\n"):
        assert mark not in content


def test_a_dollar_in_a_question_or_a_page_is_a_dollar() -> None:
    passages = [Passage("$mark", ("$evidence koster $5.",))]
    content = messages_for("guide", "en", "$question ${x}?", passages)[-1].content
    assert "$evidence koster $5." in content
    assert content.endswith("$question ${x}?")


def test_a_missing_variable_raises() -> None:
    with pytest.raises(KeyError, match="mark"):
        fill("question.da.txt", evidence="", question="")
