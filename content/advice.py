"""What to do and what not to do: the lists of an article that a reader follows line by line.

As with care cards (`content.care`) no markup is stored. The words that introduce a list decide whether it is advice:
its heading ("Det kan du selv gøre", "Det skal du undgå"), or the unfinished sentence before it. A heading that names
what a reader wants to escape ("Undgå flåtbid") does not say whether its list is to be done or left undone, and shows a
plain list; so does whatever else may mean either.

A missing mark costs little, a wrong one may harm. So in a list of what to do a tick stands only at a line without any
word that says no. A line that has one gets a cross where its first words forbid ("Brug ikke kolde bade …"), and a plain
dot otherwise: it may say both ("Te lindrer. Giv ikke børn honning") or urge ("Tøv ikke med at ringe"). So too in a list
of what not to do: what a line names has a cross ("varme bade"), but a line that tells what to do ("Ring 112 ved
åndenød") has a dot.
"""

from __future__ import annotations

import re
from enum import StrEnum

from django.utils.translation import gettext as _
from lxml import html

from content.care import care_of
from content.icons import icon


class Advice(StrEnum):
    """Whether a list, or a line of it, says what to do or what to leave undone; a line may also do neither clearly."""

    DO = "do"
    DONT = "dont"
    OPEN = "open"


_ICONS = {Advice.DO: "tick", Advice.DONT: "cross", Advice.OPEN: "dot"}

_YOU = r"(?:du|jeg|i|man)"
_SELF = r"(?:(?:også|selv|altid|helst) )*"
_DO = re.compile(
    rf"det (?:kan|skal|bør) {_YOU} {_SELF}(?:gøre|prøve)\b|det gør (?:du|i)\b(?:\W*$|,)"
    rf"|hvad (?:kan|skal|bør) {_YOU} {_SELF}gøre\b|hvad gør {_YOU}\b"
    r"|gør(?: (?:sådan|dette|det her|følgende))?\W*$|gør sådan,"
    r"|sådan (?:gør|hjælper|lindrer|behandler|forebygger|undgår|beskytter) (?:du|i)\b"
    r"|sådan kan (?:du|i) (?:selv )?(?:gøre|hjælpe|lindre|behandle|forebygge|undgå|beskytte)\b"
    r"|(?:\w+ )?gode (?:råd|vaner)\b|råd,? (?:der virker|til dig|mod)\b"
    r"|det (?:hjælper|lindrer|kan hjælpe|kan lindre)\b(?!.*\b(?:ikke|sjældent|vi)\b)"
    r"|do(?: this)?\W*$|(?:good )?advice\W*$|things (?:you can|to) (?:do|try)\b"
    r"|what (?:(?:can|should) (?:you|i)|you (?:can|should)|to) (?:do|try)\b"
    r"|how (?:you can|to) (?:help|ease|relieve|treat|prevent|avoid|protect)\b|what (?:helps|eases|can help)\b",
    re.IGNORECASE,
)
_DONT = re.compile(
    rf"(?:det|dette|hvad) (?:skal|bør|må) {_YOU} {_SELF}undgå\b"
    rf"|(?:det|dette|hvad) (?:skal|bør|må) {_YOU} {_SELF}(?:ikke|aldrig)(?: (?:gøre|spise|drikke|bruge|tage|give))?"
    r"(?:\W*$|,| (?:når|hvis|mens|under|ved)\b)"
    r"|gør (?:ikke|aldrig)(?: (?:dette|det her|sådan))?\W*$"
    r"|undgå(?: (?:dette|det her|følgende|helst|at))?\W*$|lad være(?: med)?(?: (?:dette|det her|at))?\W*$"
    r"|(?!hv|sådan)(?:\w+,? ){1,4}(?:du|man) (?:skal|bør) (?:helst )?undgå\b"
    r"|don['’]?ts?\W*$|do not(?: do this)?\W*$|avoid(?: this| these| the following)?\W*$"
    r"|(?:what|things|foods?|drinks?|medicines?) (?:to|(?:you )?(?:should|must)(?: you)?) avoid\b"
    r"|(?:what|things) (?:not to|you (?:should|must) not) do\b",
    re.IGNORECASE,
)
#: "What to do, and what to avoid": which lines are which, only the lines themselves could tell.
_BOTH = re.compile(r"\b(?:og|eller|and|or)\b.*\b(?:undgå|ikke|lad være|avoid|not|don['’]?ts?)\b", re.IGNORECASE)
#: A paragraph after which the list is something else than its heading says.
_TURN = re.compile(r"\b(?:i stedet|tegn|symptom(?:er)?|instead|signs?|symptoms?)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?]) ")
#: A sentence on the list after it, which may deny it: "Det følgende hjælper ikke."
_POINTS = re.compile(r"\b(?:følgende|disse|dette|det her|these|this|the following)\b", re.IGNORECASE)
#: The same of an unfinished sentence, which the list goes on with: "Ring til lægen, hvis du".
_OPEN_TURN = re.compile(r"\b(?:hvis|når|ikke|aldrig|undgå|if|when|not|never|avoid)\b|n['’]t\b", re.IGNORECASE)
#: A heading of what to do that says the opposite, before what it goes for: "Hvad gør man ikke?", "Det gør du forkert".
_NOT_SO = re.compile(
    r"\b(?:ikke|aldrig|ingen|intet|hverken|forkert\w*|galt|fejl|not|never|wrong\w*|mistakes?)\b|n['’]t\b", re.IGNORECASE
)
_WHEN = re.compile(r"\b(?:når|hvis|mens|indtil|when|if|while|until)\b", re.IGNORECASE)
#: Any word that says no, or turns what was said.
_NO = re.compile(
    r"\b(?:ikke|aldrig|ingen|intet|ingenting|hverken|næppe|nej|undgå\w*|undlad\w*|lad være|fraråde\w*|forbudt|i stedet"
    r"|not?|none|nothing|neither|nor|never|cannot|hardly|avoid\w*|refrain\w*|forbidden|instead)\b|n['’]t\b",
    re.IGNORECASE,
)
#: A word that warns, where a tick would say "do".
_WARNS = re.compile(
    r"\b(?:varsom\w*|forsigtig\w*|pas på|hold (?:dig|jer) (?:fra|væk)|farlig\w*|forkert\w*"
    r"|careful\w*|cautious\w*|beware|(?:keep|stay) (?:away|off|out)|dangerous\w*|wrong\w*)\b",
    re.IGNORECASE,
)
#: What to do it with is what nobody should: the verbs of "Brug ikke …" and "Do not use …". With others a no may urge.
_DO_IT = (
    r"brug|anvend|spis|drik|tag|giv|kom|læg|sæt|put|smør|påfør|hæld|dryp|sprøjt|prik|klem|stik|klø|krads|pil|rør|gnid"
    r"|skrub|vask|bad|tør|del|lån|kys|kør|cykl|svøm|flyv|dyk|løft|bær|ryg|pak|dæk|varm|frys|kog|fremkald|fjern|træk|klip"
    r"|skær|bland|knus|tyg|bind|massér|masser|tving|ryst"
)
_DO_IT_EN = (
    r"use|eat|drink|take|give|put|apply|pour|prick|squeeze|scratch|pick|touch|rub|scrub|wash|bathe|share|kiss|drive"
    r"|swim|fly|dive|lift|carry|smoke|wrap|cover|heat|freeze|boil|induce|pull|cut|mix|crush|chew|massage|force|shake"
)
_ABOUT = r"(?:[^.:]{1,25}: )?"
#: A line whose first words forbid, perhaps after a word on what it is about: "Prik ikke hul", "Alkohol: Undgå det".
_FORBIDS = re.compile(
    rf"{_ABOUT}(?:(?:undgå|avoid)\b|lad være\b|(?:{_DO_IT}) (?:ikke|aldrig|hverken)\b"
    rf"|(?:never|do not|don['’]t) (?:{_DO_IT_EN})\b)",
    re.IGNORECASE,
)
#: The same where the heading has said no already: "Ingen alkohol", "Ikke varme bade", "Skrub ikke huden".
_FORBIDS_TOO = re.compile(
    rf"{_ABOUT}(?:(?:ingen|intet|ikke|aldrig|hverken|not?|never|do not|don['’]t)\b"
    r"|(?!hvis|når|if|when)\w+ (?:ikke|aldrig|hverken)\b"
    r"|(?:du|i|man|you) (?:må|skal|bør|must|should) (?:ikke|aldrig|not|never)\b)",
    re.IGNORECASE,
)
#: Verbs that tell a reader what to do, besides those: "Skyl øjet", "Hold benet højt".
_HELP_IT = (
    r"afkøl|aftal|bed|begynd|behold|berolig|bestil|bevar|bliv|find|flyt|fortsæt|fortæl|følg|få|gå|gør|hent|henvend|hjælp"
    r"|hold|husk|hvil|hæv|kontakt|køl|lad|lig|luft|lyt|mål|nøjes|opsøg|prøv|rens|ring|se|send|sid|skift|skyl|sluk|sov"
    r"|spyt|spørg|start|stil|stop|støt|stå|sørg|søg|tal|tilkald|tjek|træd|trøst|tøm|undersøg|vent|vis|vær|vælg"
    r"|ask|breathe|call|check|contact|cool|dial|dry|find|flush|follow|get|go|help|hold|keep|lie|make|measure|move|phone"
    r"|raise|remember|remove|rest|rinse|see|seek|sit|speak|stay|stop|support|talk|tell|try|turn|wait"
)
#: Names of things that look like those verbs: "Træk og kulde", "Brug af sæbe", "tør luft", "Contact with animals".
_THING = (
    r"(?:bad|brug|bær|kontakt|kys|luft|løft|smør|træk|cut|heat|contact|massage|smoke|touch)"
    r"(?=\W*$|,| (?:og|eller|af|and|or|of)\b)|kontakt med\b|contact (?:with|sports?)\b"
    r"|(?:tør|varm|cool|dry)(?! (?:\w+(?:en|et|ne)|dig|jer|det|dem|the|it|your)\b)"
)
#: A line, or a sentence of it, that tells what to do, or when, where the heading tells what to leave undone.
_TELLS = re.compile(
    rf"(?:^|[.:;!?–—] )(?:(?!{_THING})(?:{_DO_IT}|{_DO_IT_EN}|{_HELP_IT})(?![\w-])"
    r"|(?:hvis|når|if|when|(?:du|i|man|you) (?:skal|bør|kan|må|must|should|can|may))\b)"
    r"|\b(?:ring|call|dial)\b",
    re.IGNORECASE,
)
#: A no that urges, in the first clause of a line: "Tøv ikke med at ringe", "Undgå ikke motion", "Giv ikke op".
_URGES = re.compile(
    r"[^.,:;!?]*?(?:\b(?:glem\w*|tøv\w*|nøl\w*|vent(?:e|er)?|udsæt\w*|udskyd\w*|bange|nervøs\w*|flov|bekymr\w*|frygt\w*"
    r"|skam\w*|tvivl\w*|opgiv\w*|spar(?:e|er)? på|op|fejl|kun|bare|nøjes|mindre|grund|problem"
    r"|for (?:lidt|få|sent|sjældent)|forget|hesitate|wait|delay|postpone|worry|afraid|ashamed|fear|doubt|ignore|skip"
    r"|stop|give up|just|only|less|fewer|need|hurry|too (?:little|few|late))\b"
    r"|\b(?:undgå|lad være|avoid)\b[^.,:;!?]*\b(?:ikke|aldrig|not|never)\b)",
    re.IGNORECASE,
)


def advice_of(words: str) -> Advice | None:
    """Return what the words that introduce a list say it is; None when it is no list of advice."""
    words = " ".join(words.split())
    if _BOTH.search(words):
        return None
    if _DONT.match(words):
        return Advice.DONT
    return Advice.DO if _DO.match(words) and not _NOT_SO.search(_WHEN.split(words)[0]) else None


def mark_advice(passage: html.HtmlElement, heading: html.HtmlElement | None) -> None:
    """Show the lists of advice in a passage as such. A care card says itself what to do: its lists stay as they are."""
    words = heading.text_content() if heading is not None else ""
    if care_of(words) is not None:
        return
    said = advice_of(words)
    for items in passage.xpath("./ul | ./ol"):
        advice = _of_list(items, said)
        said = None  # What a heading says goes for the first list under it.
        if advice is not None and items.tag == "ul":
            _mark_list(items, advice)


def _of_list(items: html.HtmlElement, said: Advice | None) -> Advice | None:
    """Return what a list is under a heading that says `said`, with the paragraph before it."""
    before = items.getprevious()
    lead = before.text_content().strip() if before is not None and before.tag == "p" else ""
    is_open = bool(lead) and not lead.endswith((".", "!", "?"))
    if is_open and (own := advice_of(lead)) is not None:
        return own
    if _TURN.search(lead) or (is_open and (said is Advice.DONT or _OPEN_TURN.search(lead))):
        return None
    last = _SENTENCE_END.split(lead)[-1]
    return None if _NO.search(last) and _POINTS.search(last) else said


def _mark_list(items: html.HtmlElement, advice: Advice) -> None:
    """Put a mark before each line. `role` is for Safari, which calls nothing a list that has no bullets."""
    items.set("class", "advice")
    items.set("role", "list")
    for item in items.iterchildren("li"):
        words = " ".join(item.text_content().split())
        own = _of_line(words, advice)
        item.set("class", f"advice__item advice__item--{own}")
        if own is Advice.DONT and not _NO.search(words):
            _say_no(item)
        sign = icon(_ICONS[own])
        sign.tail, item.text = item.text, None
        item.insert(0, sign)


def _of_line(words: str, advice: Advice) -> Advice:
    """Return what a line says in a list of `advice`."""
    if not _NO.search(words):
        is_open = _WARNS.search(words) if advice is Advice.DO else care_of(words) or _TELLS.search(words)
        return Advice.OPEN if is_open else advice
    if _URGES.match(words):
        return Advice.OPEN
    forbids = _FORBIDS.match(words) or (advice is Advice.DONT and _FORBIDS_TOO.match(words))
    return Advice.DONT if forbids else Advice.OPEN


def _say_no(item: html.HtmlElement) -> None:
    """Let a line that only names what to avoid be heard, copied and translated with the word that its cross means."""
    block = item[0] if len(item) and item[0].tag == "p" and not (item.text or "").strip() else item
    hidden = html.Element("span", {"class": "visually-hidden"})
    hidden.text = _("Undgå:") + " "
    hidden.tail, block.text = block.text, None
    block.insert(0, hidden)
