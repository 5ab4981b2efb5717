"""What form an answer must have, by what is asked: a price, a time, a number of days. Pure."""

from __future__ import annotations

import re

_NUMBER = (
    r"(?:\d+(?:[.,]\d+)?|en|et|to|tre|fire|fem|seks|syv|otte|ni|ti|elleve|tolv|halv\w*|få|par|nogle|flere|"
    r"one|two|three|four|five|six|seven|eight|nine|ten|half|few|couple|several)"
)
#: A number as an answer: "en" and "et" are mostly articles.
_COUNT = (
    r"(?:\d+(?:[.,]\d+)?|to|tre|fire|fem|seks|syv|otte|ni|ti|elleve|tolv|halv\w*|ingen|flere|"
    r"two|three|four|five|six|seven|eight|nine|ten|half|none|several)"
)
_DAY = (
    r"(?:man|tirs|ons|tors|fre|lør|søn)dag\w*|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|hverdag\w*|weekend\w*|"
    r"weekdays?|jan(?:uar|uary)|feb(?:ruar|ruary)|marts|march|april|maj|may|jun[ie]|jul[iy]|august|september|o[kc]tober|"
    r"november|de[cz]ember|jul|påske\w*|pinse|nytår|easter|christmas|forår\w*|sommer\w*|efterår\w*|vinter\w*"
)
_UNIT_OF_TIME = (
    r"(?:sekund|minut|kvarter|time|døgn|dag|hverdag|uge|måned|år|second|minute|hour|day|week|month|year|weekend)\w*"
)


def _form(asked: str, said: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(rf"\b({asked})\b", re.IGNORECASE), re.compile(said, re.IGNORECASE)


#: What a question asks for, and how a statement looks that has it.
_FORMS = (
    _form(
        r"hvad koster|koster|pris\w*|betale\w*|gratis|gebyr\w*|price|cost|fee|pay|free",
        r"\bkr\b|\bkroner\b|gratis|\bDKK\b|\bfree\b",
    ),
    _form(
        r"telefon\w*|tlf|ringe?|nummer|nr|phone|call|number",
        r"\b\d{2} ?\d{2} ?\d{2} ?\d{2}\b|\b11[23]\b|\b116 ?\d{3}\b",
    ),
    _form(
        r"hvornår|klokken|kl|åbn\w*|åbent|lukke\w*|what time|when|open\w*|clos\w*",
        rf"\bkl\.? ?\d|\d{{1,2}}[.:]\d{{2}}|\b\d{{1,2}}\. \w+|\b{_COUNT}\b|\b{_UNIT_OF_TIME}|\b(?:{_DAY})\b|"
        r"\b(?:hvis|når|før|efter|inden|straks|if|when|before|after|until|at once)\b",
    ),
    _form(
        r"hvor (længe|lang tid|lenge|hurtigt|sent|tidligt)|hur länge|hvilke dage|går .{0,20}over|"
        r"hvor mange (minutter|timer|døgn|dage|uger|måneder|år|hverdage)|"
        r"how (long|soon|quick\w*|fast|many (minutes|hours|days|weeks|months|years))",
        rf"\b{_NUMBER}\b[^.;]{{0,14}}?\b{_UNIT_OF_TIME}|\bdøgnet rundt\b|\bstraks\b|\bsamme dag\b",
    ),
    _form(
        r"hvor (tit|ofte|mange gange)|how (often|many times)|hvor mange .{0,25} (om dagen|om ugen|om året|i timen)",
        r"\bgange?\b|\bhver\b|\bhvert\b|\bdagligt?\b|\bugentligt?\b|\bårligt?\b|\bom (dagen|ugen|måneden|året)\b|"
        r"\btimes\b|\bevery\b|\bdaily\b|\bonce\b|\btwice\b|\b(a|per) (day|week|month|year)\b",
    ),
    _form(
        r"hvor gam(mel|le|melt)|hvilken alder|how old|(what|which) age",
        r"\b\d+[^.;]{0,8}\b(år|måneder|uger|years?|months?|weeks?)\b|\balder\b|\bfyldt?e?r?\b|-årig",
    ),
    _form(
        r"hvor (varmt?|koldt?)|hvor mange grader|hvilken temperatur|how (hot|cold|warm)|what temperature",
        r"°|\bgrader\b|\bdegrees\b",
    ),
    _form(
        rf"hvor (mange (?!{_UNIT_OF_TIME}|grader|gange)|meget|høj\w*|stor\w*|langt|lidt|lavt?)|"
        r"hvilke[nt]? .{0,12}(tal|værdi|grænse)|"
        rf"how (many (?!{_UNIT_OF_TIME}|degrees|times)|much|far|high|low|big)",
        rf"\b{_COUNT}\b",
    ),
    _form(r"e-?mail\w*|mailadresse\w*", r"\S@\S"),
    _form(r"adresse\w*|address", r"\b\w+(?:vej|gade|stræde|torv|plads|allé)\w* \d"),
    _form(r"(?:hvilken|hvad for en) (?:etage|sal)|which floor", r"\b\d+\. sal\b|\bstuen\b|\bkælder\w*|\bfloor\b"),
    _form(r"(?:hvilken|hvad for en) bus\w*|busser|which bus\w*", r"\b(?:bus|linje|line)\w* \d"),
)


def forms_wanted(question: str) -> tuple[re.Pattern[str], ...]:
    """Return how a statement looks that has what is asked for, by any of the patterns; none when any form will do."""
    return tuple(said for asked, said in _FORMS if asked.search(question))
