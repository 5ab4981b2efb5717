"""Words as one types them into a search box: "feber", "ondt i maven og diarré". They name a complaint and nobody. Pure.

The examples are told by people about people, so two such words are like many of them and like none.
"""

from __future__ import annotations

from collections.abc import Mapping

from chatbots.lexical import STOP_WORDS, fold, words

#: Words of a message that may be one of those.
_MOST_WORDS = 4
#: Frames of which each tells of somebody or of now.
_TELLING = ("person", "now", "help", "cannot")
#: Beginnings of words that are never small talk about a complaint.
_GRAVE = tuple(
    "blod blood bloed gravid pregnan baby spaed spad nyfod newborn bryst chest kramp seizure gift poison drukn "
    "drown chok kvalt kvael".split()
)
#: Words of which each says what is lacking.
_LACKING = frozenset({"ikke", "ik", "ingen", "uden", "not", "no", "cannot", "without"})
_SMALL = frozenset().union(*STOP_WORDS.values(), {"ondt", "pine", "ache", "aches", "pain"})
#: What everybody has now and then. Nothing of the mind: "jeg vil bare sove for altid".
_EVERYDAY = frozenset(
    map(
        fold,
        "mave maven mavepine mavesmerter feber kvalme opkast opkastning opkastninger kaster kastet diarré diarre hoste "
        "hoster snue hals halsen ryg ryggen "
        "stomach stomachache tummy fever nausea vomiting vomit diarrhoea diarrhea cough throat sore".split(),
    )
)


def is_everyday(text: str) -> bool:
    """Tell a message that says no more than "kvalme og opkast" or "jeg har feber"."""
    told = [word for word in words(text) if word not in _SMALL]
    return bool(told) and all(fold(word) in _EVERYDAY for word in told)


def is_bare(text: str, cues: Mapping[str, float]) -> bool:
    """Tell a few words that name no person, no moment, nothing grave and nothing that is lacking.

    `cues` are those of the text.
    """
    said = words(text)
    grave = any(word in _LACKING or fold(word).startswith(_GRAVE) for word in said)
    return len(said) <= _MOST_WORDS and not grave and not any(cues[name] for name in _TELLING)
