"""Runs of text in a body: blanks, line breaks, marks and links; and what is left of an empty one."""

from __future__ import annotations

import re

from lxml import etree

from content.trees import (
    BLANKS,
    BLOCK_TAGS,
    HEADINGS,
    MARKS,
    append_text,
    has_content,
    insert_text,
    remove_element,
    unwrap,
)

_SPACES = re.compile("[ \t\n\r\f\u0085\u2028\u2029]+")
_NON_BREAKING_SPACES = re.compile("[ \u00a0]*\u00a0[ \u00a0]+| +\u00a0")


_RUNS = ("p", "li", "td", "th", *HEADINGS)
#: Rounds after which a run is taken as it is. Each step can make work for the one before it, though seldom twice.
_MAX_ROUNDS = 8


def tidy_element(element: etree._Element) -> None:
    """Tidy the text of one element, children first; remove it when nothing is left of it."""
    if element.tag in _RUNS:
        for _round in range(_MAX_ROUNDS):
            before = etree.tostring(element)
            _tidy_run(element)
            if etree.tostring(element) == before:
                break
    if element.tag in {"p", "li", "ul", "ol", "blockquote", *HEADINGS} and not has_content(element):
        remove_element(element)


def _tidy_run(element: etree._Element) -> None:
    for step in (_plain_heading, _drop_marks, _join_marks, _move_blanks_out, _strip_breaks, _collapse_blanks):
        step(element)


def _plain_heading(element: etree._Element) -> None:
    """Leave a heading its links, and small and raised figures, but no emphasis and no line break."""
    if element.tag in HEADINGS:
        for inner in list(element.iter("strong", "em", "br")):
            if inner.tag == "br":
                inner.text = " "
            unwrap(inner)


def _drop_marks(element: etree._Element) -> None:
    """Unwrap marks and links that are empty or stand in another of their sort."""
    for mark in reversed(list(element.iter("a", *MARKS))):
        if next(mark.iterancestors(str(mark.tag)), None) is not None or not "".join(mark.itertext()).strip(BLANKS):
            unwrap(mark)


def _collapse_blanks(element: etree._Element) -> None:
    """Collapse blanks in a run of text, and drop those at its ends and beside line breaks and blocks."""
    slots = _text_slots(element)
    before = " "  # as though a blank stood before the run: none may begin it
    last: tuple[etree._Element, str] | None = None
    for owner, slot, ends in slots:
        text = getattr(owner, slot) or ""
        text = _NON_BREAKING_SPACES.sub("\u00a0", _SPACES.sub(" ", text))
        if before in " \u00a0":
            text = text.lstrip(" " if before == "\u00a0" else " \u00a0")
        setattr(owner, slot, text or None)
        if text:
            before, last = text[-1], (owner, slot)
        if ends:
            _strip_end(last)
            before, last = " ", None
    _strip_end(last)


def _join_marks(element: etree._Element) -> None:
    """Make one of two marks of the same sort that touch."""
    for mark in list(element.iter(*MARKS)):
        while not mark.tail and (following := mark.getnext()) is not None and following.tag == mark.tag:
            append_text(mark, following.text)
            tail, following.tail = following.tail, None
            mark.extend(list(following))
            mark.getparent().remove(following)
            mark.tail = tail


def _move_blanks_out(element: etree._Element) -> None:
    """Move blanks at the ends of marks and links to the text around them."""
    for mark in reversed(list(element.iter("a", *MARKS))):
        if (text := mark.text or "") and text[0] in BLANKS:
            mark.text = text.lstrip(BLANKS)
            parent = mark.getparent()
            insert_text(parent, parent.index(mark), text[: len(text) - len(mark.text)])
        owner, slot = (mark[-1], "tail") if len(mark) else (mark, "text")
        if (text := getattr(owner, slot) or "") and text[-1] in BLANKS:
            stripped = text.rstrip(BLANKS)
            setattr(owner, slot, stripped)
            mark.tail = text[len(stripped) :] + (mark.tail or "")


def _strip_end(last: tuple[etree._Element, str] | None) -> None:
    if last is not None:
        owner, slot = last
        setattr(owner, slot, (getattr(owner, slot) or "").rstrip(" \u00a0") or None)


def _text_slots(element: etree._Element) -> list[tuple[etree._Element, str, bool]]:
    """List the pieces of text in `element`, in order, and whether a break or block follows each."""
    slots: list[tuple[etree._Element, str, bool]] = []

    def walk(node: etree._Element) -> None:
        slots.append((node, "text", False))
        for child in node:
            if child.tag == "br" or child.tag in BLOCK_TAGS:
                owner, slot, _ = slots[-1]
                slots[-1] = (owner, slot, True)
            else:
                walk(child)
            slots.append((child, "tail", False))

    walk(element)
    return slots


def _strip_breaks(element: etree._Element) -> None:
    """Drop line breaks that begin or end a run, or stand beside another or a block."""
    for line_break in list(element.iter("br")):
        if line_break.getparent() is None:
            continue
        if not all(_text_between(element, line_break, forward=forward) for forward in (True, False)):
            remove_element(line_break)


def _text_between(element: etree._Element, line_break: etree._Element, *, forward: bool) -> bool:
    """Say whether text stands between a line break and the next break, block or end in that direction."""
    pieces: list[tuple[str, str]] = []

    def walk(node: etree._Element) -> None:
        pieces.append(("text", node.text or ""))
        for child in node:
            if child is line_break:
                pieces.append(("here", ""))
            elif child.tag == "br" or child.tag in BLOCK_TAGS:
                pieces.append(("end", ""))
            else:
                walk(child)
            pieces.append(("text", child.tail or ""))

    walk(element)
    position = next((index for index, (name, _) in enumerate(pieces) if name == "here"), None)
    if position is None:
        return True
    for name, text in pieces[position + 1 :] if forward else pieces[:position][::-1]:
        if name == "end":
            return False
        if text.strip(BLANKS):
            return True
    return False
