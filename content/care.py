"""Whom to turn to, and how fast: the headings and paragraphs that a worried reader must not overlook.

An editor writes them as any other text, and no markup is stored: "Ring 112, hvis …", "Ring til lægevagten, hvis …",
"Hvornår skal du søge læge?". What they say decides how they are shown, so they go through files, versions and the bots'
index as the words they are.
"""

from __future__ import annotations

import re
from enum import StrEnum

from django.utils.translation import gettext_lazy
from lxml import html

from content.icons import icon


class Care(StrEnum):
    """How fast a reader must act, where a passage says so."""

    NOW = "now"
    TODAY = "today"
    DOCTOR = "doctor"


LABELS = {
    Care.NOW: gettext_lazy("Livsfare: Ring 112"),
    Care.TODAY: gettext_lazy("Haster: Få hjælp i dag"),
    Care.DOCTOR: gettext_lazy("Kontakt lægen"),
}
_ICONS = {Care.NOW: "alert", Care.TODAY: "clock", Care.DOCTOR: "doctor"}

_NOW = re.compile(r"(?:ring|call|dial)\b(?:\W+\w+){0,2}?\W+(?:112|999)\b", re.IGNORECASE)
_TURN_TO = r"(?:kontakt|ring|tal med|spørg|søg|bestil tid|call|contact|see|talk to|ask)\b"
_URGENT = (
    r"(?:straks|i dag|samme dag|med det samme|lægevagt\w*|akut|vagtlæge\w*"
    r"|today|same day|straight away|at once|immediately|urgent\w*|out-of-hours)\b"
)
_WHO = r"(?:(?:tand|øjen|øre)?læge\w*|sundhedspleje\w*|jordemoder\w*|fødested\w*|doctor\w*|gp|dentist|midwife|help)\b"
_TODAY = re.compile(rf"{_TURN_TO}.*?\b{_URGENT}", re.IGNORECASE)
_DOCTOR = re.compile(
    rf"{_TURN_TO}.{{0,30}}?\b{_WHO}"
    r"|(?:hvornår|hvem) skal (?:\w+ )?(?:altid |straks )?(?:søge|kontakte|ringe|spørge|tale med|have hjælp)\b"
    rf"|(?:when|who) (?:to|should|must)\b.*?\b{_WHO}",
    re.IGNORECASE,
)
#: A sentence in the middle of a paragraph: "… til lægevagten. Ring 112, hvis barnet bliver sløvt."
_SENTENCE = re.compile(r"(?<=[.!?] )(?:Ring|Call)(?: også| also)? (?:112|999)\b[^.!?]*[.!?]")


def care_of(heading: str) -> Care | None:
    """Return how fast the passage under `heading` says to act; None when it is about something else."""
    heading = " ".join(heading.split())
    for care, pattern in ((Care.NOW, _NOW), (Care.TODAY, _TODAY), (Care.DOCTOR, _DOCTOR)):
        if pattern.match(heading):
            return care
    return None


def mark_care(passage: html.HtmlElement, heading: html.HtmlElement | None) -> None:
    """Show a passage as a card where its heading says whom to turn to, and its calls to 112 wherever they stand."""
    care = care_of(heading.text_content()) if heading is not None else None
    if care is not Care.NOW:
        for paragraph in passage.xpath("./p"):
            _mark_call(paragraph)
    if care is not None:
        passage.set("class", f"{passage.get('class')} care care--{care}")
        passage.insert(0, _label(care))


def _mark_call(paragraph: html.HtmlElement) -> None:
    """Frame a paragraph that begins with a call to 112, with the list it introduces; else mark the sentence."""
    if _NOW.match(paragraph.text_content().lstrip()):
        _frame(paragraph)
    elif match := _SENTENCE.search(paragraph.text or ""):
        strong = html.Element("strong")
        strong.text = match[0]
        strong.tail = (paragraph.text or "")[match.end() :]
        paragraph.text = (paragraph.text or "")[: match.start()]
        paragraph.insert(0, strong)


def _frame(paragraph: html.HtmlElement) -> None:
    parent, at = paragraph.getparent(), paragraph.getparent().index(paragraph)
    following = paragraph.getnext()
    is_open = not paragraph.text_content().rstrip().endswith((".", "!", "?"))
    box = html.Element("div", {"class": "care care--now care--inside"})
    box.tail = None
    parent.insert(at, box)
    box.append(_label(Care.NOW))
    box.append(paragraph)
    if is_open and following is not None and following.tag in {"ul", "ol"}:
        box.append(following)


def _label(care: Care) -> html.HtmlElement:
    label = html.Element("p", {"class": "care__label"})
    sign = icon(_ICONS[care])
    sign.tail = str(LABELS[care])
    label.append(sign)
    return label
