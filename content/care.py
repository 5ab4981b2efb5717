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

#: From the gravest on.
_ORDER = tuple(Care)

_NOW = re.compile(r"(?:ring|call|dial)\b(?:\W+\w+){0,2}?\W+(?:112|999)\b", re.IGNORECASE)
_TURN_TO = r"(?:kontakt|ring|tal med|spørg|søg|opsøg|bestil tid|call|contact|see|talk to|ask|seek|get)\b"
_GO_TO = r"(?:gå|kør|tag|henvend (?:dig|jer)|go)(?: \w+)? (?:til|på|hos|to)(?: the| your| a| an| din| en)?"
_URGENT = (
    r"(?:straks|i dag|samme dag|med det samme|lægevagt\w*|akut\w*|vagtlæge\w*|skadestue\w*|1813"
    r"|today|same day|straight away|at once|immediately|urgent\w*|out-of-hours|a&e|emergency (?:room|department))\b"
)
_WHO = r"(?:(?:tand|øjen|øre)?læge\w*|jordemoder\w*|fødested\w*|doctor\w*|gp|dentist|midwife|help)\b"
_TODAY = re.compile(rf"(?:{_TURN_TO}.*?|{_GO_TO} (?:\w+ )?)\b{_URGENT}", re.IGNORECASE)
_NEED = r"(?:skal|bør|må) (?:\w+ )?(?:altid |straks )?"
_DOCTOR = re.compile(
    rf"(?:{_TURN_TO}.{{0,30}}?|{_GO_TO} )\b{_WHO}"
    rf"|(?:hvornår|hvem) {_NEED}(?:søge|opsøge|kontakte|ringe|spørge|tale med|have hjælp)\b"
    rf"|(?:hvornår|hvem) {_NEED}(?:gå |tage |køre )?til (?:\w+ )?læge\w*"
    rf"|(?:when|who) (?:to|should|must)\b.*?\b{_WHO}",
    re.IGNORECASE,
)
_LEVELS = ((Care.NOW, _NOW), (Care.TODAY, _TODAY), (Care.DOCTOR, _DOCTOR))
#: What a call goes for. Before it stands whom to turn to: "Ring til lægen, hvis du ikke …".
_WHEN = re.compile(r"(?<=.)\b(?:hvis|når|if|when)\b", re.IGNORECASE)
#: "Ring ikke 112" is no call.
_NOT = re.compile(r"\b(?:ikke|aldrig|not|never)\b", re.IGNORECASE)
#: A sentence in the middle of a paragraph: "… til lægevagten. Ring 112, hvis barnet bliver sløvt."
_SENTENCE = re.compile(r"(?<=[.!?] )(?:Ring|Call)(?: også| also)? (?:112|999)\b[^.!?]*[.!?]")
_SENTENCE_END = re.compile(r"[.!?](?:\s|$)")


def care_of(heading: str) -> Care | None:
    """Return how fast the passage under `heading` says to act; None when it is about something else."""
    call = _WHEN.split(" ".join(heading.split()))[0]
    for care, pattern in _LEVELS:
        if (match := pattern.match(call)) and not _NOT.search(match[0]):
            return care
    return None


def care_of_paragraph(text: str) -> Care | None:
    """Return how fast a paragraph says to act that begins with a call: to 112, or to others if something is so."""
    first = _SENTENCE_END.split(" ".join(text.split()))[0]
    care = care_of(first)
    return care if care is Care.NOW or _WHEN.search(first) else None


def mark_care(passage: html.HtmlElement, heading: html.HtmlElement | None) -> None:
    """Show a passage as a card where its heading says whom to turn to, and graver calls in it wherever they stand."""
    care = care_of(heading.text_content()) if heading is not None else None
    for paragraph in passage.xpath("./p"):
        _mark_call(paragraph, care)
    if care is not None:
        passage.set("class", f"{passage.get('class')} care care--{care}")
        passage.insert(0, _label(care))


def _mark_call(paragraph: html.HtmlElement, around: Care | None) -> None:
    """Frame a paragraph that begins with a graver call than the card around it; make a call to 112 inside it strong."""
    care = care_of_paragraph(paragraph.text_content())
    if around is not Care.NOW and care is not Care.NOW:
        _mark_sentence(paragraph)
    if care is not None and (around is None or _ORDER.index(care) < _ORDER.index(around)):
        _frame(paragraph, care)


def _mark_sentence(paragraph: html.HtmlElement) -> None:
    if match := _SENTENCE.search(paragraph.text or ""):
        strong = html.Element("strong")
        strong.text = match[0]
        strong.tail = (paragraph.text or "")[match.end() :]
        paragraph.text = (paragraph.text or "")[: match.start()]
        paragraph.insert(0, strong)


def _frame(paragraph: html.HtmlElement, care: Care) -> None:
    """Put a card around a paragraph, and around the list that it introduces."""
    parent, at = paragraph.getparent(), paragraph.getparent().index(paragraph)
    following = paragraph.getnext()
    is_open = not paragraph.text_content().rstrip().endswith((".", "!", "?"))
    box = html.Element("div", {"class": f"care care--{care} care--inside"})
    box.tail = None
    parent.insert(at, box)
    box.append(_label(care))
    box.append(paragraph)
    if is_open and following is not None and following.tag in {"ul", "ol"}:
        box.append(following)


def _label(care: Care) -> html.HtmlElement:
    label = html.Element("p", {"class": "care__label"})
    sign = icon(_ICONS[care])
    sign.tail = str(LABELS[care])
    label.append(sign)
    return label
