"""From lines of a chunk to the statements that can be quoted whole: sentences, list items, table rows. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

#: A list item's mark in a chunk's text; table rows and paragraphs have none.
ITEM_MARK = "- "

#: Never the end of a sentence, whatever follows.
_OPEN = frozenset(
    """
    adr afd ang bl.a ca cand d dr e.l eks evt f f.eks fam fhv fig flg fmd fr fx gl hhv hr i.e ifm inkl istf jf jr kap
    kgl kl lign maks mdr mht mr mrs ms nr obs omr opr pga prof red ref resp skt spm str t.eks tel tf tlf vedr vh vs
    e.g approx dept vol dvs
    """.split()
)
#: The end of a sentence when a capital letter follows: "Det koster 20 kr. Betal …", but "20 kr. pr. gang".
_CLOSING = frozenset("kr min stk m.m m.fl osv mv m.v o.a o.l pct pkt sek st sct etc mio mia m.h.t p.t u.a".split())
#: A possible end: the mark, what closes with it, then space and something that may begin a sentence.
_END = re.compile(r"[.!?…]+[)\]»”\"']*\s+(?=[\"'«»“”(\[–-]*\s*[A-ZÆØÅÄÖÉ0-9])")


class Statement(NamedTuple):
    """What can be quoted whole. `is_item` tells a list item from a sentence or a table row."""

    text: str
    is_item: bool


def marked_statements(text: str) -> tuple[Statement, ...]:
    """Return the statements of a chunk's text, in order, each unaltered but for space at its ends."""
    statements: list[Statement] = []
    for line in text.split("\n"):
        if line.lstrip().startswith(ITEM_MARK):
            statements.append(Statement(line.lstrip().removeprefix(ITEM_MARK).strip(), True))
        else:
            statements.extend(Statement(sentence, False) for sentence in split_sentences(line))
    return tuple(statement for statement in statements if statement.text)


def split_statements(text: str) -> tuple[str, ...]:
    """Return the texts of `marked_statements`."""
    return tuple(statement.text for statement in marked_statements(text))


def split_sentences(line: str) -> list[str]:
    """Split one line of prose at its sentence ends; "".join of the parts is the line but for space between."""
    sentences, start = [], 0
    for end in _END.finditer(line):
        if not _ends_sentence(line[start : end.end()], line[end.end() :]):
            continue
        sentences.append(line[start : end.end()].strip())
        start = end.end()
    sentences.append(line[start:].strip())
    return [sentence for sentence in sentences if sentence]


def _ends_sentence(sentence: str, rest: str) -> bool:
    """Tell an end from the full stop of "kl. 8", "dr. Hansen", "den 3. januar", or the number of a step."""
    words = sentence.split()
    last = words[-1].rstrip("\"'»”)]")
    if not last.endswith(".") or last.endswith(".."):
        return True
    word = last[:-1].lstrip("(\"'«“").lower()
    capital = rest.lstrip("\"'«“”([–- ")[:1].isalpha()
    if word.isdigit():
        return capital and len(words) > 1
    if word in _CLOSING:
        return capital
    return word not in _OPEN and not (len(word) == 1 and word.isalpha())
