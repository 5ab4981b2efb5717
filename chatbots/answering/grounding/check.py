"""One sentence against its grounds: the first thing that is wrong with it, if anything.

A wrong refusal costs a quotation in place of a sentence; a wrong pass costs trust. So in doubt a sentence goes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from chatbots.answering.grounding import facts, polarity
from chatbots.answering.grounding.grounds import Grounds, Statement
from chatbots.language import detect_language
from chatbots.lexical import is_stop_word, stems, words


class Fault(StrEnum):
    """Why a sentence may not be shown."""

    MARKUP = "markup"
    QUESTION = "question"
    LANGUAGE = "language"
    LINK = "link"
    PHONE = "phone"
    DAY = "day"
    NUMBER = "number"
    MEANING = "meaning"
    CONTRADICTION = "contradiction"


#: Support is the cosine to the nearest statement, plus this share of the words that are about something and stand in
#: the nearest statements. Measured on golden/grounding.yaml: supported sentences have 1.12 or more, invented ones 0.93
#: or less (figures in docs/adr/0016-a-language-model-rewrites-the-quotes.md).
_WORDS_COUNT = 0.5
MIN_SUPPORT = 1.05
#: Statements that a sentence may be put together from.
_NEAREST = 3
#: Share of the words of one part of a sentence that must stand in the evidence.
_MIN_KNOWN = 0.6
_PART = re.compile(
    r"[,;:–—]|\b(?:og|eller|men|samt|på grund af|hvis|når|and|or|but|because|due to|through|if|when)\b", re.IGNORECASE
)
_MARKUP = re.compile(r"<[a-z/!]|&#|\{\{|\[\[|<\||\|>|=====|\(javascript:", re.IGNORECASE)
_FOREIGN = re.compile(r"[^\W\d_a-zA-ZÀ-ÿŒœŠšŽžμΜ]")
#: Words from which on a sentence tells its language.
_TELLING = 4


def check(sentence: str, grounds: Grounds) -> Fault | None:
    """Return why the sentence may not be shown, None when it stands on its grounds."""
    if _MARKUP.search(sentence):
        return Fault.MARKUP
    if sentence.rstrip().endswith("?"):
        return Fault.QUESTION
    if _is_foreign(sentence, grounds.language):
        return Fault.LANGUAGE
    everything = " \n".join(f"{statement.place} \n{statement.text}" for statement in grounds.statements)
    if not facts.links(sentence) <= facts.links(everything):
        return Fault.LINK
    if not facts.phones(sentence) <= facts.phones(everything):
        return Fault.PHONE
    ranked = grounds.nearest(sentence)
    nearest = [statement for _cosine, statement in ranked[:_NEAREST]]
    if not ranked or _support(sentence, ranked[0][0], nearest, grounds.language) < MIN_SUPPORT:
        return Fault.MEANING
    if not _parts_are_known(sentence, everything, grounds.language):
        return Fault.MEANING
    near = " \n".join(statement.text for statement in nearest)
    places = " \n".join(statement.place for statement in nearest)
    if not facts.days(sentence) <= facts.days(f"{near} \n{places}"):
        return Fault.DAY
    known = [*facts.numbers(near, grounds.language), *facts.numbers(places, grounds.language)]
    if next(facts.unfounded_numbers(facts.numbers(sentence, grounds.language), known), None):
        return Fault.NUMBER
    if polarity.flips(sentence, [statement.text for statement in nearest], grounds.language):
        return Fault.CONTRADICTION
    return None


def _is_foreign(sentence: str, language: str) -> bool:
    if _FOREIGN.search(sentence):
        return True
    return len(words(sentence)) >= _TELLING and detect_language(sentence, language) != language


def _support(sentence: str, cosine: float, nearest: Sequence[Statement], language: str) -> float:
    return cosine + _WORDS_COUNT * known_share(sentence, " ".join(f"{s.place} {s.text}" for s in nearest[:2]), language)


def known_share(text: str, evidence: str, language: str) -> float:
    """Return the share of a text's words about something that stand in the evidence, by stem; 1 when it has none."""
    said = _about(text, language)
    return len(said & _about(evidence, language)) / len(said) if said else 1.0


def _parts_are_known(sentence: str, evidence: str, language: str) -> bool:
    """Say whether no part of a sentence is new: half of a sentence from a page does not carry an invented half."""
    return all(known_share(part, evidence, language) >= _MIN_KNOWN for part in _PART.split(sentence))


def _about(text: str, language: str) -> set[str]:
    return {stem for stem in stems(text, language) if not stem.isdigit() and not is_stop_word(stem, language)}
