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


def tidy_element(element: etree._Element) -> None:
    """Tidy the text of one element, children first; remove it when nothing is left of it."""
    if element.tag in HEADINGS:
        for inner in list(element.iter("strong", "em", "br")):
            if inner.tag == "br":
                inner.text = " "
            unwrap(inner)
    if element.tag in {"strong", "em", "sub", "sup", "a"}:
        for ancestor in element.iterancestors(element.tag):
            if ancestor.tag == element.tag:
                unwrap(element)
                return
        if not "".join(element.itertext()).strip(BLANKS):
            unwrap(element)
            return
    if element.tag in {"p", "li", "td", "th", *HEADINGS}:
        _tidy_run(element)
    if element.tag in {"p", "li", "ul", "ol", "blockquote", *HEADINGS} and not has_content(element):
        remove_element(element)


def _tidy_run(element: etree._Element) -> None:
    """Collapse blanks in a run of text, and drop those at its ends and beside line breaks and blocks."""
    _join_marks(element)
    _move_blanks_out(element)
    _strip_breaks(element)
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
            element_parent = following.getparent()
            element_parent.remove(following)
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
