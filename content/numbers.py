"""Numbers and addresses in a text as readers use them.

A tap calls a phone number or writes to an e-mail address, and no number is cut by the end of a line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from urllib.parse import quote

from lxml import html

#: Eight digits in twos or threes as Danes write them, Europe's six-digit helplines, or a short number where one is told
#: to call it; a span of hours; or an e-mail address.
_PHONE = (
    r"(?<![\d+])(?:\d\d \d\d \d\d \d\d|[2-9]\d [1-9]\d\d \d{3})(?![\d-])"
    r"|(?<![\d+] )\b116 (?:006|111|117|123)\b(?!,\d| ?(?:kr|\d))"
    r"|(?:(?<=[Rr]ing )|(?<=[Rr]inge )|(?<=[Rr]ing til )|(?<=[Cc]all )|(?<=[Tt]elefon ))(?:112|1813|1888)\b"
)
_HOURS_OR_EMAIL = (
    r"|(?P<hours>\b\d{1,2}[.:]\d\d ?[-–] ?\d{1,2}[.:]\d\d\b)"
    r"|(?P<email>(?<![\w.+/:@-])\w[\w.+-]*@\w[\w-]*(?:\.\w[\w-]*)*\.[^\W\d_]{2,}\b(?![-@/]))"
)
NUMBER = re.compile(f"(?P<phone>{_PHONE}){_HOURS_OR_EMAIL}")
#: In a cell that says whom to call, a short number by itself or after a name too; never a year or the number of a page.
_SHORT = (
    r"(?<![^\s(])(?:(?<![\w.] )|(?<=[^\W\d_]{3} )(?i:(?<!side )(?<!siden )(?<!page )(?<!since )(?<!sms )(?<!sms til )"
    r"(?<!text )(?<!text to )))(?:112|113|114|1813|1888)(?=\s*$|[,;)](?!\d)|\s+(?:eller|og|or|and)\b|\s+\()"
)
NUMBER_TO_CALL = re.compile(f"(?P<phone>{_PHONE}|{_SHORT}){_HOURS_OR_EMAIL}")
#: What the column of such a cell is called.
_CALL_COLUMN = re.compile(r"(?i)\b(?:ringe?r?|telefon(?:nummer|numre)?|tlf|call|(?:tele)?phone)\b")
#: Elements whose inside is left alone: links, headings, what is no prose, and the label of a care card.
CLOSED = (
    "ancestor-or-self::*[self::a or self::h2 or self::h3 or self::h4 or self::code or self::pre or self::svg"
    " or @class='care__label']"
)


def mark_numbers(root: html.HtmlElement) -> None:
    """Make each phone number in `root` a link to call, each e-mail address one to write to, and keep spans of hours on
    one line. The text stays the same.
    """
    for element in list(root.iter()):
        if element.xpath(CLOSED):
            continue
        numbers = NUMBER_TO_CALL if _says_whom_to_call(element) else NUMBER
        for child in list(element):
            child.tail = _mark(numbers, child.tail or "", child.addnext)
        element.text = _mark(numbers, element.text or "", partial(element.insert, 0))


def _says_whom_to_call(element: html.HtmlElement) -> bool:
    return any(_CALL_COLUMN.search(label) for label in element.xpath("ancestor-or-self::td[1]/@data-label"))


def _mark(numbers: re.Pattern[str], text: str, put: Callable[[html.HtmlElement], None]) -> str:
    """Cut `text` at its numbers; `put` each of them, the last one first, and return what comes before the first."""
    for match in reversed(list(numbers.finditer(text))):
        number = _element(match)
        number.tail = text[match.end() :]
        put(number)
        text = text[: match.start()]
    return text


def _element(match: re.Match[str]) -> html.HtmlElement:
    if phone := match["phone"]:
        digits = phone.replace(" ", "")
        number = html.Element("a", {"class": "phone", "href": f"tel:{digits if len(digits) < 8 else '+45' + digits}"})
    elif email := match["email"]:
        number = html.Element("a", {"href": f"mailto:{quote(email, safe='@+')}"})
    else:
        number = html.Element("span", {"class": "hours"})
    number.text = match[0]
    return number
