"""Whether a sentence says yes where the evidence says no: negations and opposites, clause by clause. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from chatbots.lexical import fold, is_stop_word, stems, words

_CUES = {
    "da": frozenset(
        map(
            fold,
            "ikke ikk ingen intet aldrig uden undgå undgår undgås hverken ej næppe fraråder frarådes frarådet forbudt "
            "ingenting umuligt stop nej".split(),
        )
    ),
    "en": frozenset(
        "not no never without avoid avoids avoided avoiding none neither nor cannot nothing stop hardly forbidden "
        "don doesn didn isn aren wasn weren won wouldn shouldn mustn couldn can't cant dont".split()
    ),
}
_NT = re.compile(r"n['’]t\b", re.IGNORECASE)
#: Where one clause ends and the next begins.
_CLAUSE = re.compile(
    r"[,;:()–—]|\b(?:men|hvis|når|fordi|medmindre|selvom|så|but|if|when|because|unless|although|though|so)\b",
    re.IGNORECASE,
)
#: Words that turn a statement round when one stands for the other.
_OPPOSITES = {
    "da": (
        ("over", "under"), ("mere", "mindre"), ("flere", "færre"), ("højst", "mindst"), ("højest", "mindst"),
        ("senest", "tidligst"), ("før", "efter"), ("inden", "efter"), ("altid", "aldrig"), ("med", "uden"),
        ("åben", "lukket"), ("åbent", "lukket"), ("åbne", "lukkede"), ("varm", "kold"), ("varmt", "koldt"),
        ("gratis", "betale"), ("høj", "lav"), ("højt", "lavt"), ("øger", "nedsætter"), ("øger", "mindsker"),
        ("stiger", "falder"), ("start", "stop"), ("farlig", "ufarlig"), ("farligt", "ufarligt"),
        ("længere", "kortere"), ("ude", "inde"), ("må", "undgå"), ("bedre", "værre"),
        ("venstre", "højre"), ("hurtigt", "langsomt"), ("børn", "voksne"), ("mænd", "kvinder"), ("vent", "straks"),
    ),
    "en": (
        ("over", "under"), ("above", "below"), ("more", "less"), ("more", "fewer"), ("most", "least"),
        ("before", "after"), ("always", "never"), ("with", "without"), ("open", "closed"), ("opens", "closes"),
        ("warm", "cold"), ("hot", "cold"), ("hot", "cool"), ("warm", "cool"),
        ("free", "pay"), ("high", "low"), ("higher", "lower"),
        ("increases", "reduces"), ("increase", "reduce"), ("rises", "falls"), ("start", "stop"), ("safe", "dangerous"),
        ("longer", "shorter"), ("better", "worse"), ("outside", "inside"), ("left", "right"), ("quickly", "slowly"),
        ("children", "adults"), ("men", "women"), ("earliest", "latest"),
        ("maximum", "minimum"), ("wait", "immediately"),
    ),
}  # fmt: skip
_OPPOSITES_OF: dict[str, dict[str, set[str]]] = {}
for _language, _pairs in _OPPOSITES.items():
    _table = _OPPOSITES_OF[_language] = {}
    for _one, _other in _pairs:
        _table.setdefault(fold(_one), set()).add(fold(_other))
        _table.setdefault(fold(_other), set()).add(fold(_one))
#: Prefixes that make a word its own opposite.
_PREFIXES = {"da": ("u", "in", "im"), "en": ("un", "in", "im", "non", "dis")}
_SHORTEST = 4


class Clause(NamedTuple):
    """A part of a sentence: the stems of what it is about, whether it is negated, and all its words, folded."""

    about: frozenset[str]
    negated: bool
    words: frozenset[str]


def clauses(text: str, language: str) -> list[Clause]:
    """Return the clauses of a sentence that are about something; all of it as one, when none is."""
    found = [_clause(part, language) for part in _CLAUSE.split(text)]
    # What is negated in a clause about nothing ("nej," …) belongs to the next.
    return [clause for clause in found if clause.about] or [_clause(text, language)]


def _clause(text: str, language: str) -> Clause:
    folded = frozenset(fold(word) for word in words(_NT.sub(" not", text)))
    cues = _CUES[language]
    about = frozenset(
        stem
        for stem in stems(" ".join(word for word in words(text) if fold(word) not in cues), language)
        if not stem.isdigit() and not is_stop_word(stem, language)
    )
    return Clause(about, not cues.isdisjoint(folded), folded)


def flips(sentence: str, statements: Sequence[str], language: str) -> bool:
    """Say whether a clause of the sentence is negated where its nearest clause of the statements is not, or reversed.

    `statements`, nearest in meaning first, settle what no word does.
    """
    if not statements:
        return False
    known = [clause for statement in statements for clause in clauses(statement, language)]
    nearest = _clause(statements[0], language)
    for clause in clauses(sentence, language):
        best = _nearest(clause, known)
        against = best or [nearest]
        if all(clause.negated != other.negated for other in against):
            return True
        if any(_is_reversed(clause, other, language) for other in against[:1]):
            return True
    return False


def _nearest(clause: Clause, known: Sequence[Clause]) -> list[Clause]:
    """Return the clauses that share most of what this one is about, in their order; none when nothing is shared."""
    shared = [len(clause.about & other.about) for other in known]
    most = max(shared, default=0)
    if not most or most < len(clause.about) / 3:
        return []
    return [other for other, count in zip(known, shared, strict=True) if count == most]


def _is_reversed(clause: Clause, other: Clause, language: str) -> bool:
    opposites = _OPPOSITES_OF[language]
    for word in clause.words - other.words:
        if not opposites.get(word, set()).isdisjoint(other.words - clause.words):
            return True
    return _has_prefixed(clause.words, other.words, language) or _has_prefixed(other.words, clause.words, language)


def _has_prefixed(some: frozenset[str], others: frozenset[str], language: str) -> bool:
    """Say whether a word of `others` is one of `some` with a prefix that reverses it: farlig, ufarlig."""
    prefixes = _PREFIXES[language]
    return any(
        len(word) >= _SHORTEST and word not in others and any(prefix + word in others - some for prefix in prefixes)
        for word in some
    )
