"""From lines of a chunk to the statements that can be quoted whole: sentences, list items, table rows. Pure."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import NamedTuple

#: A list item's mark in a chunk's text; table rows and paragraphs have none.
ITEM_MARK = "- "
#: What follows the number of a step, in a numbered list: a no-break space, which no other text of a chunk has.
_STEP = re.compile(r" *(\d+)\.\u00a0")
#: Between the parts of a table row in a chunk's text: name of a column, its cell, the next name … Only rows have tabs.
_CELL_MARK = "\t"
#: Between the cells of a row's bare text.
CELL_JOINT = " · "
#: Stands where rows of a quoted table are left out.
LEFT_OUT = "…"

#: A table row: (name of the column, cell) for each cell that says something.
Cells = tuple[tuple[str, str], ...]

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
    """What can be quoted whole, word for word: a sentence, a list item, or a table row, cell after cell."""

    text: str
    is_item: bool
    cells: Cells = ()  # of a table row
    number: int = 0  # of a step in a numbered list

    @property
    def quoted(self) -> str:
        """How it is quoted: a step with its number, a row with the name of its column before each cell."""
        if self.cells:
            return _quoted_row(self.cells)
        return f"{self.number}. {self.text}" if self.number else self.text

    @property
    def pair(self) -> str:
        """A row of two cells without the names of their columns, for where these are said already; else ""."""
        if len(self.cells) != 2 or _needs_name(self.cells[0]):
            return ""
        (_, what), (_, cell) = self.cells
        return _joined(what, ": ", cell)

    @property
    def said(self) -> str:
        """What is embedded, searched and given to a language model: a row alone tells nobody what its cells are."""
        return readable_row(self.cells) or self.text


@functools.lru_cache(maxsize=4096)
def marked_statements(text: str) -> tuple[Statement, ...]:
    """Return the statements of a chunk's text, in order, each unaltered but for space at its ends."""
    statements: list[Statement] = []
    for line in text.split("\n"):
        if cells := row_cells(line):
            statements.append(Statement(CELL_JOINT.join(cell for _, cell in cells), False, cells))
        elif step := _STEP.match(line):
            statements.append(Statement(line[step.end() :].strip(), True, number=int(step[1])))
        elif line.lstrip().startswith(ITEM_MARK):
            statements.append(Statement(line.lstrip().removeprefix(ITEM_MARK).strip(), True))
        else:
            statements.extend(Statement(sentence, False) for sentence in split_sentences(line))
    return tuple(statement for statement in statements if statement.text)


def split_statements(text: str) -> tuple[str, ...]:
    """Return what the statements of a chunk's text say, each by itself: what is embedded of them."""
    return tuple(statement.said for statement in marked_statements(text))


def quotable_lines(text: str) -> frozenset[str]:
    """Return every line that a quotation of a chunk's text may have: its statements, a row with its columns or bare."""
    statements = marked_statements(text)
    return frozenset(line for statement in statements for line in (statement.quoted, statement.pair) if line)


def item_line(text: str, *, depth: int, number: int = 0) -> str:
    """Return a list item as a line of a chunk's text. depth: from 1; number: of a step in a numbered list."""
    return "  " * (depth - 1) + (f"{number}.\u00a0" if number else ITEM_MARK) + text


def row_line(cells: Iterable[tuple[str, str]]) -> str:
    """Return a table row as a line of a chunk's text. No name and no cell may have a tab or a line break."""
    return _CELL_MARK.join(part for cell in cells for part in cell)


def row_cells(line: str) -> Cells:
    """Return the cells of a line that `row_line` made; none for any other line."""
    parts = line.split(_CELL_MARK)
    return tuple(zip(parts[::2], parts[1::2], strict=True)) if len(parts) > 1 else ()


def readable_row(cells: Iterable[tuple[str, str]]) -> str:
    """Return a row as text that stands alone: "Column: cell; Column: cell"."""
    return "; ".join(f"{name}: {cell}" if name else cell for name, cell in cells)


def _quoted_row(cells: Cells) -> str:
    """Return a row as it is quoted: "Fever – Cold: rare; Influenza: high". What it is about mostly needs no name."""
    first, *rest = cells
    if not rest:
        return readable_row(cells)
    what = readable_row([first]) if _needs_name(first) else first[1]
    said = ""
    for name, cell in rest:
        named = _joined(name, ": ", cell) if name else cell
        said = _joined(said, "; ", named) if said else named
    return f"{what} – {said}" if any(name for name, _ in rest) else _joined(what, ": ", said)


def _needs_name(cell: tuple[str, str]) -> bool:
    """Tell a cell that says nothing alone: "1" of the column "Step", "8-16" of the column "Thursday"."""
    name, text = cell
    return bool(name) and not any(map(str.isalpha, text))


def _joined(before: str, joint: str, after: str) -> str:
    """Join two pieces of a row, with a space alone where the first ends with a mark of its own."""
    return f"{before} {after}" if before[-1:] in ".:;!?…" else before + joint + after


def readable_text(text: str) -> str:
    """Return a chunk's text with its table rows as text that stands alone, and the items of all lists alike."""
    return "\n".join(readable_row(row_cells(line)) or _unnumbered(line) for line in text.split("\n"))


def _unnumbered(line: str) -> str:
    step = _STEP.match(line)
    return line[: step.start(1)] + ITEM_MARK + line[step.end() :] if step else line


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
