"""Anchors of headings: made from the text once, and kept for as long as the heading lives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from lxml import etree

from content.slugs import danish_slug, is_slug

#: Where the summary of a page stands, and its text before the first heading. No heading has an anchor like these.
SUMMARY_ANCHOR, LEAD_ANCHOR = "_resume", "_indledning"
_HEADINGS = ("h2", "h3", "h4")
#: How alike two headings, or the text under them, must be for one to be the other renamed.
_ALIKE = 0.5
#: The anchor of a heading without letters or digits.
_NAMELESS = "afsnit"
#: Characters of a section that are compared: enough to know it by, and a bound on the work.
_COMPARED = 600


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading and the beginning of what stands under it."""

    element: etree._Element
    level: str
    text: str
    section: str

    @property
    def anchor(self) -> str:
        return self.element.get("id", "")


def assign_anchors(body: etree._Element, previous: etree._Element) -> None:
    """Give every heading in `body` an id that is unique in it.

    In order: the id it came with; the id that the same heading had in `previous`, also when it has moved;
    the id of the heading it has been renamed from; its text as a slug.
    """
    headings = find_headings(body)
    taken: set[str] = set()
    nameless = []
    for heading in headings:
        if is_slug(heading.anchor) and heading.anchor not in taken:
            taken.add(heading.anchor)
        else:
            heading.element.attrib.pop("id", None)
            nameless.append(heading)
    before = [heading for heading in find_headings(previous) if heading.anchor]
    for heading, anchor in _inherited(headings, before):
        if heading.anchor == "" and anchor not in taken:
            heading.element.set("id", anchor)
            taken.add(anchor)
    for heading in nameless:
        if heading.anchor == "":
            anchor = _unique(default_anchor(heading.text), taken)
            heading.element.set("id", anchor)
            taken.add(anchor)


def default_anchor(text: str) -> str:
    """Return the anchor that a heading has when nothing says otherwise and no other has it."""
    return danish_slug(text, max_length=80) or _NAMELESS


def default_anchors(body: etree._Element) -> dict[etree._Element, str]:
    """Return the anchor that each heading of `body` would have if none had one yet."""
    taken: set[str] = set()
    anchors = {}
    for heading in find_headings(body):
        anchors[heading.element] = anchor = _unique(default_anchor(heading.text), taken)
        taken.add(anchor)
    return anchors


def find_headings(body: etree._Element) -> list[Heading]:
    """List the headings of `body`, in order, with the text under each."""
    elements = list(body.iter(*_HEADINGS))
    sections: dict[etree._Element, list[str]] = {element: [] for element in elements}
    current: list[str] = []
    for block in body:
        inner = list(block.iter(*_HEADINGS))
        if inner:
            current = sections[inner[-1]]
        else:
            current.append(_text(block)[:_COMPARED])
    return [
        Heading(element, str(element.tag), _text(element), " ".join(sections[element])[:_COMPARED])
        for element in elements
    ]


def _inherited(headings: list[Heading], before: list[Heading]) -> Iterable[tuple[Heading, str]]:
    """Yield headings with the anchors that they had."""
    matcher = SequenceMatcher(None, [h.text for h in before], [h.text for h in headings], autojunk=False)
    old_left, new_left = set(range(len(before))), set(range(len(headings)))
    changed: list[tuple[range, range]] = []
    for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            for old, new in zip(range(old_start, old_end), range(new_start, new_end), strict=True):
                old_left.discard(old)
                new_left.discard(new)
                yield headings[new], before[old].anchor
        elif tag == "replace":
            changed.append((range(old_start, old_end), range(new_start, new_end)))
    for new in sorted(new_left):  # moved
        old = next((old for old in sorted(old_left) if before[old].text == headings[new].text), None)
        if old is not None:
            old_left.discard(old)
            new_left.discard(new)
            yield headings[new], before[old].anchor
    for old_range, new_range in changed:  # renamed in place
        pairs = [
            (_likeness(before[old], headings[new]), -abs((old - old_range.start) - (new - new_range.start)), old, new)
            for old in old_range
            if old in old_left
            for new in new_range
            if new in new_left
        ]
        for likeness, _, old, new in sorted(pairs, key=lambda pair: (-pair[0], -pair[1], pair[3])):
            if likeness >= _ALIKE and old in old_left and new in new_left:
                old_left.discard(old)
                new_left.discard(new)
                yield headings[new], before[old].anchor


def _likeness(old: Heading, new: Heading) -> float:
    """Return from 0 to 1 how sure it is that `new` is `old` renamed: by its words, or by what stands under it."""
    text = SequenceMatcher(None, old.text.lower(), new.text.lower(), autojunk=False).ratio()
    section = SequenceMatcher(None, old.section, new.section, autojunk=False).ratio()
    return max(text, section)


def _unique(anchor: str, taken: set[str]) -> str:
    if anchor not in taken:
        return anchor
    number = 2
    while f"{anchor}-{number}" in taken:
        number += 1
    return f"{anchor}-{number}"


def _text(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())
