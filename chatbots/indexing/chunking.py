"""From blocks to chunks: one per section, split where a section is longer than the model reads. Pure; loses no text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from chatbots.indexing.extraction import Block, BlockKind
from chatbots.indexing.sentences import (
    item_line,
    readable_row,
    readable_text,
    row_cells,
    row_line,
    split_sentences,
)

#: Part of a bot's recipe: raise it when the same page would give other chunks, and the index is built anew.
CHUNKER_VERSION = "4"
#: Tokens of one chunk with its title and headings. Well under what the models read, so that a passage has one subject.
TARGET_TOKENS = 320

CountTokens = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Section:
    """A passage of a page: the text under one heading, or a part of it."""

    heading_path: tuple[str, ...]  # headings from the outermost; empty before the first heading
    anchor: str
    text: str  # one block a line; items and table rows are as `item_line` and `row_line` make them


def chunk_blocks(
    blocks: Iterable[Block], *, title: str, count_tokens: CountTokens, max_tokens: int
) -> tuple[Section, ...]:
    """Return the chunks of a page, in reading order.

    Each one's embedded text (see `embedded_text`) takes at most `max_tokens`, unless title and headings alone
    take more. Every block's text stands in some chunk's text or heading path.
    """
    sections: list[Section] = []
    for path, anchor, lines in _sections(blocks):
        room = _Room(title, path, count_tokens, max_tokens)
        for text in _pack(lines, room):
            sections.append(Section(path, anchor, text))
    return tuple(sections)


def embedded_text(title: str, heading_path: tuple[str, ...], text: str) -> str:
    """Return what is embedded for a chunk: where it stands, then what it says."""
    return placed_text(title, heading_path, readable_text(text))


def placed_text(title: str, heading_path: tuple[str, ...], text: str) -> str:
    """Return a chunk's text under where it stands."""
    return " › ".join((title, *heading_path)) + "\n" + text


def embedded_statement(title: str, statement: str) -> str:
    """Return what is embedded for a statement: alone, few sentences say what they are about."""
    return f"{title}: {statement}"


def _sections(blocks: Iterable[Block]) -> Iterator[tuple[tuple[str, ...], str, list[str]]]:
    """Give (heading path, anchor, lines) for each heading that has text under it, or nothing under it at all."""
    path: list[tuple[int, str]] = []
    anchor, lines = "", []
    for block in blocks:
        if block.kind is not BlockKind.HEADING:
            lines.append(_line(block))
            continue
        deeper = path and block.level > path[-1][0]
        if lines or (path and not deeper):
            yield tuple(text for _, text in path), anchor, lines
        while path and path[-1][0] >= block.level:
            path.pop()
        path.append((block.level, block.text))
        anchor, lines = block.anchor, []
    if lines or path:
        yield tuple(text for _, text in path), anchor, lines


def _line(block: Block) -> str:
    if block.cells:
        return row_line(block.cells)
    if block.kind is BlockKind.ITEM:
        return item_line(block.text, depth=block.level, number=block.number)
    return block.text


@dataclass(frozen=True)
class _Room:
    """Tells whether a text fits in one chunk below this title and these headings."""

    title: str
    path: tuple[str, ...]
    count_tokens: CountTokens
    max_tokens: int

    def holds(self, text: str) -> bool:
        if not self.headings_fit:  # nothing would fit: the text alone is held to the limit
            return self.count_tokens(text) <= self.max_tokens
        return self.count_tokens(embedded_text(self.title, self.path, text)) <= self.max_tokens

    @cached_property
    def headings_fit(self) -> bool:
        return self.count_tokens(embedded_text(self.title, self.path, "")) <= self.max_tokens


def _pack(lines: list[str], room: _Room) -> Iterator[str]:
    """Give the lines as few texts as fit, cut between lines, else between sentences, else between words."""
    if not lines:
        yield ""
        return
    if room.holds(whole := "\n".join(lines)):
        yield whole
        return
    text = ""
    for piece, joint in _pieces(lines, room):
        joined = f"{text}{joint}{piece}" if text else piece
        if text and not room.holds(joined):
            yield text
            joined = piece.lstrip() if joint == " " else piece
        text = joined
    yield text


def _pieces(lines: list[str], room: _Room) -> Iterator[tuple[str, str]]:
    """Give (piece, what joins it to the piece before), each piece as large as one chunk can hold."""
    for line in [part for whole in lines for part in _whole_rows(whole, room)]:
        joint = "\n"
        for sentence in [line] if room.holds(line) else split_sentences(line):
            for piece in [sentence] if room.holds(sentence) else _split_words(sentence, room):
                yield piece, joint
                joint = " "


def _whole_rows(line: str, room: _Room) -> Iterator[str]:
    """Give a line as it is, or the cells of a table row that no chunk can hold, each as a row or else as prose."""
    cells = row_cells(line)
    if not cells or room.holds(line):
        yield line
        return
    for cell in cells:
        part = row_line([cell])
        yield part if room.holds(part) else readable_row([cell])


def _split_words(sentence: str, room: _Room) -> Iterator[str]:
    text = ""
    for word in sentence.split():
        for part in [word] if room.holds(word) else _split_word(word, room):
            joined = f"{text} {part}" if text else part
            if text and not room.holds(joined):
                yield text
                joined = part
            text = joined
    yield text


def _split_word(word: str, room: _Room) -> Iterator[str]:
    """Halve what no chunk can hold, down to single characters."""
    if len(word) == 1 or room.holds(word):
        yield word
        return
    middle = len(word) // 2
    yield from _split_word(word[:middle], room)
    yield from _split_word(word[middle:], room)
