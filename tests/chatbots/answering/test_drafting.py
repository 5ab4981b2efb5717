from __future__ import annotations

from collections.abc import Generator

import pytest

from chatbots.answering.drafting import MOST_CHARACTERS, Sentence, sentences
from chatbots.exceptions import LLMInterrupted, LLMTimeout


def stream(*pieces: str, error: Exception | None = None) -> Generator[str]:
    yield from pieces
    if error:
        raise error


def told(*pieces: str) -> list[str]:
    return [("- " if s.is_item else "") + s.text for s in sentences(stream(*pieces)) if s.text]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Drik vand. Hold sengen.", ["Drik vand.", "Hold sengen."]),
        ("Ring kl. 8. Kom den 3. januar.", ["Ring kl. 8.", "Kom den 3. januar."]),
        ("Gør dette:\n- Drik vand.\n* Hold sengen. Sov.\n\nTak.", [
            "Gør dette:", "- Drik vand.", "- Hold sengen. Sov.", "Tak.",
        ]),
        ("1. Drik vand\n2. Hold sengen", ["- Drik vand", "- Hold sengen"]),
        ("> Citat.\n# Overskrift\n**Fed** tekst.", ["Citat.", "Overskrift", "Fed tekst."]),
        ("", []),
        ("\n\n  \n", []),
    ],
)  # fmt: skip
def test_the_sentences_are_the_same_however_the_pieces_fall(text: str, expected: list[str], size: int) -> None:
    assert told(*(text[at : at + size] for at in range(0, len(text), size))) == expected


def test_a_sentence_is_told_when_the_next_begins() -> None:
    seen: list[str] = []

    def pieces() -> Generator[str]:
        yield "Drik vand. "
        assert seen == []
        yield "Hold"
        assert seen == ["Drik vand."]

    for sentence in sentences(pieces()):
        if sentence.text:
            seen.append(sentence.text)
    assert seen == ["Drik vand.", "Hold"]


def test_signs_of_life_are_passed_on() -> None:
    assert list(sentences(stream("", "Ja.", ""))) == [Sentence(""), Sentence(""), Sentence("Ja.")]


def test_what_breaks_off_loses_its_half_sentence_and_says_so() -> None:
    seen: list[str] = []
    with pytest.raises(LLMTimeout):
        seen.extend(s.text for s in sentences(stream("Drik vand. Hold", error=LLMTimeout())))
    assert seen == ["Drik vand."]


def test_a_reply_without_end_is_broken_off() -> None:
    with pytest.raises(LLMInterrupted):
        list(sentences(stream(*["ord " * 10] * MOST_CHARACTERS)))


def test_closing_closes_what_it_reads() -> None:
    closed: list[bool] = []

    def pieces() -> Generator[str]:
        try:
            while True:
                yield ""
        finally:
            closed.append(True)

    reading = sentences(pieces())
    next(reading)
    reading.close()
    assert closed == [True]
