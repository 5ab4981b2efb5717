"""Recognise what a bot must not say to one person: a dose, a diagnosis, the reading of a result.

The rules are data, in `caution.yaml`, and say there how they are read. They ask for a question about one person:
"har jeg diabetes?" and not "hvad er diabetes?".
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from chatbots.lexical import words
from chatbots.safety.clauses import SHORT
from chatbots.safety.phrases import Form, Matcher, Phrase, find, parse_phrases, tokens

RULES_FILE = Path(__file__).with_name("caution.yaml")
DOSING, DIAGNOSIS, TEST_RESULT = "dosing", "diagnosis", "test_result"
#: In this order: a question about a dose may name a result, and both may name an illness.
KINDS = (DOSING, TEST_RESULT, DIAGNOSIS)

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
#: Words of a question and the sentence before it, at most, for them to be judged as one.
_MOST_TOGETHER = SHORT
#: Letters of a word that has no other endings and spellings than those listed.
_SHORT = 4


@dataclass(frozen=True, slots=True)
class Rule:
    """Fits a message that has all phrases of `all`, one of `any`, none of `none`, and at most `words` words."""

    all: tuple[Phrase, ...]
    any: tuple[Phrase, ...] = ()
    none: tuple[Phrase, ...] = ()
    words: int = 1000


def caution_of(message: str, language: str) -> str | None:
    """Return the kind of caution that `message` asks for, or None. `language` is "da" or "en"."""
    rules, matcher = _rules()
    said = [read_numbers(_plain_i(piece, language)) for piece in _pieces(message)]
    pieces = [_read(matcher, piece) for piece in said]
    for kind in KINDS:
        if any(_fits(rule, forms) for rule in rules[kind] for forms in pieces):
            return kind
    return None


def _read(matcher: Matcher, said: str) -> list[frozenset[Form]]:
    """Return which words of the phrases each word can be; a short word only itself: "får" is no "farligt"."""
    words_said = tokens(said)
    return [
        frozenset(form for form in forms if form.kind != "word" or form.text == word or _may_be(word, form))
        for word, forms in zip(words_said.folded, matcher.read(words_said), strict=True)
    ]


def _may_be(word: str, form: Form) -> bool:
    return len(word) > _SHORT and len(form.text) >= _SHORT


def _pieces(message: str) -> list[str]:
    """Return what is judged: a short message and its sentences; of a long one its questions, and what leads to each."""
    sentences = [sentence for sentence in _SENTENCE_END.split(message) if words(sentence)]
    if len(words(message)) <= SHORT:
        return list(dict.fromkeys([message, *sentences]))
    asking = [at for at, sentence in enumerate(sentences) if sentence.rstrip().endswith("?")] or [len(sentences) - 1]
    pieces = []
    for at in asking:
        pieces.append(sentences[at])
        if at and len(words(sentences[at])) + len(words(sentences[at - 1])) <= _MOST_TOGETHER:
            pieces.append(f"{sentences[at - 1]} {sentences[at]}")
    return list(dict.fromkeys(pieces))


def _fits(rule: Rule, forms: Sequence[frozenset[Form]]) -> bool:
    if len(forms) > rule.words:
        return False
    present = frozenset().union(*forms) if forms else frozenset()

    def stands(phrase: Phrase) -> bool:
        return all(not one or one & present for one in phrase.elements) and find(phrase, forms) is not None

    return (
        all(stands(phrase) for phrase in rule.all)
        and (not rule.any or any(stands(phrase) for phrase in rule.any))
        and not any(stands(phrase) for phrase in rule.none)
    )


# ── Reading ─────────────────────────────────────────────────────────────────────────────────────

_COUNT = r"(?:en|et|to|tre|fire|fem|seks|syv|otte|ni|ti|elleve|tolv|one|two|three|four|five|six|seven|eight|nine|ten)"
_AMOUNT = rf"(?:\b[0-9]+(?:[.,/][0-9]+)*|\b{_COUNT}\b)"
_AGE = r"(?:års?|aar|årige?|aarige?|måneders?|maaneder|mdr|months?|years?|yo|y/o)"
_DOSE = r"(?:ml|milliliter|mg|milligram|mikrogram|mcg|µg|ug|dråber|drops|teskefulde?|teaspoons?)"
_TIME = r"(?:gange|gang|times|dage|dag|days?|uger|uge|weeks?|timer|time|hours?|minutter|minutes|min|kr|kroner)"
_NUMBERS = (
    # Years and illnesses that have a number in their name, and numbers that count times and days.
    (r"\b(?:type|covid|stadie|stage|grad)[ -]?[0-9]+", " "),
    (r"\bkl(?:okken)?\.? ?[0-9]+(?:[.:][0-9]+)?", " "),
    (r"\b(?:uge|week|vecka|den) [0-9]+", " "),
    (rf"{_AMOUNT} ?(?:kg|kilo|kilogram|kilos|pounds|lbs)\b", " qkg "),
    (rf"{_AMOUNT}[ -]?{_AGE}(?:[ -]olds?)?\b", " qalder "),
    (rf"\b{_COUNT}(?:årige?|aarige?|åring(?:en)?)\b", " qalder "),
    (rf"{_AMOUNT} ?{_DOSE}\b", " qdosis "),
    (rf"{_AMOUNT} ?{_TIME}\b", " "),
    (r"\b[0-9]+(?:[.,/][0-9]+)*\b", " qtal "),
)
_READ_NUMBERS = tuple((re.compile(pattern, re.IGNORECASE), token) for pattern, token in _NUMBERS)


def read_numbers(text: str) -> str:
    """Return `text` with words in place of its weights, ages, doses and other numbers."""
    for pattern, token in _READ_NUMBERS:
        text = pattern.sub(token, text)
    return text


def _plain_i(text: str, language: str) -> str:
    return re.sub(r"\b[iI]\b(?:'m\b|’m\b)?", "jeg", text) if language == "en" else text


@functools.cache
def _rules() -> tuple[Mapping[str, tuple[Rule, ...]], Matcher]:
    """Return the rules of each kind, and what finds their phrases."""
    data = yaml.safe_load(RULES_FILE.read_text())
    names: dict[str, str] = {}
    for name, listed in data["words"].items():
        names[name] = "/".join(_expanded(listed, names).replace("/", " ").split())
    rules = {kind: tuple(_rule(entry, names) for entry in data[kind]) for kind in KINDS}
    phrases = [
        phrase for of_kind in rules.values() for rule in of_kind for phrase in (*rule.all, *rule.any, *rule.none)
    ]
    return rules, Matcher(phrases)


def _rule(entry: Mapping[str, Any], names: Mapping[str, str]) -> Rule:
    """Return a rule of the file. Raises KeyError for a name that is none, PhraseError for what is no phrase."""
    phrases = {
        part: parse_phrases("\n".join(_expanded(p, names) for p in entry.get(part, ())))
        for part in ("all", "any", "none")
    }
    return Rule(**phrases, words=entry.get("words", 1000))


def _expanded(text: str, names: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: names[match[1]], text)
