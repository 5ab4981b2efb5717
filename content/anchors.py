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
#: The same of a heading.
_COMPARED_WORDS = 200
#: Pairs of headings that are looked at in one page, and pairs of sections that are compared letter by letter. With more
#: headings than that is enough for, a renamed one is looked for near its place.
_PAIRS, _COMPARISONS = 4000, 200
#: Letters in a run, and the part of their runs that two sections share when they may be alike: in the demo site 0.23
#: where they have nothing to do with each other (98 of 100 pairs), 0.31 or more where `_ALIKE` is reached. Short ones
#: have too few runs to tell.
_RUN, _SHARED, _SHORT = 4, 0.25, 200


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


#: A heading as it was, and one that it may be now.
Pair = tuple[Heading, Heading]


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
    reach = _PAIRS // max(len(before), len(headings), 1)
    near = [  # renamed in place
        (abs(place - (new - new_range.start)), old, new)
        for old_range, new_range in changed
        for place, old in enumerate(old_range)
        for new in new_range[max(0, place - reach) : place + reach + 1]
    ]
    for likeness_of in (_sameness, _likeness):
        pairs = [(away, old, new) for away, old, new in near if old in old_left and new in new_left]
        likeness = likeness_of([(before[old], headings[new]) for _, old, new in pairs])
        ranked = sorted(zip(likeness, pairs, strict=True), key=lambda one: (-one[0], one[1][0], one[1][2]))
        for alike, (_, old, new) in ranked:
            if alike >= _ALIKE and old in old_left and new in new_left:
                old_left.discard(old)
                new_left.discard(new)
                yield headings[new], before[old].anchor


def _sameness(pairs: list[Pair]) -> list[float]:
    """Return 1 for each pair that has the same words or the same text under them, and 0 for others."""
    return [float(old.section == new.section or old.text.lower() == new.text.lower()) for old, new in pairs]


def _likeness(pairs: list[Pair]) -> list[float]:
    """Return from 0 to 1 how sure it is that each pair is one heading renamed: by its words, or the text under it.

    Texts that share few runs of letters are nothing alike and are not compared; of the others only those that share
    most, for to compare two takes milliseconds, and nobody else can write meanwhile.
    """
    runs = {section: _runs(section) for section in {heading.section for pair in pairs for heading in pair}}
    likeness = [_ratio(old.text.lower()[:_COMPARED_WORDS], new.text.lower()[:_COMPARED_WORDS]) for old, new in pairs]
    shared = [_shared(runs[old.section], runs[new.section]) for old, new in pairs]
    worth = [
        number
        for number, (old, new) in enumerate(pairs)
        if shared[number] >= _SHARED or min(len(old.section), len(new.section)) < _SHORT
    ]
    for number in sorted(worth, key=lambda number: -shared[number])[:_COMPARISONS]:
        old, new = pairs[number]
        likeness[number] = max(likeness[number], _ratio(old.section, new.section))
    return likeness


def _runs(text: str) -> set[str]:
    return {text[start : start + _RUN] for start in range(len(text) - _RUN + 1)}


def _shared(one: set[str], other: set[str]) -> float:
    return 2 * len(one & other) / max(1, len(one) + len(other))


def _ratio(one: str, other: str) -> float:
    """Return how alike two texts are, 0 if it is less than counts."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    counts = matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE
    return matcher.ratio() if counts else 0.0


def _unique(anchor: str, taken: set[str]) -> str:
    if anchor not in taken:
        return anchor
    number = 2
    while f"{anchor}-{number}" in taken:
        number += 1
    return f"{anchor}-{number}"


def _text(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())
