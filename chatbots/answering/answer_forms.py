"""What form an answer must have, by what is asked: a price, a time, a number of days. Pure."""

from __future__ import annotations

import re

#: Numbers of something that is counted: before a unit, "en" and "et" are numbers too.
_NUMBER = (
    r"(?:\d+(?:[.,]\d+)?|en|et|én|ét|to|tre|fire|fem|seks|syv|otte|ni|ti|elleve|tolv|halv\w*|få|par|nogle|flere|"
    r"one|two|three|four|five|six|seven|eight|nine|ten|half|few|couple|several)"
)
#: Numbers that stand alone: "en" is mostly an article, and "to" in English is no number.
_COUNT = {
    "da": r"(?:\d+(?:[.,]\d+)?|én|ét|to|tre|fire|fem|seks|syv|otte|ni|ti|elleve|tolv|halv\w*|ingen)",
    "en": r"(?:\d+(?:[.,]\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|half|a couple|none)",
}
_UNIT_OF_TIME = (
    r"(?:(?:sekund|minut|kvarter|time|døgn|dag|hverdag|uge|måned)(?:r|er|en|et|e|ene|erne|ens|ers)?|år(?:et|ene)?|"
    r"(?:second|minute|hour|day|week|month|year|weekend)s?)\b"
)
_DAY = (
    r"(?:(?:man|tirs|ons|tors|fre|lør|søn)dag\w*|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|hverdag\w*|hellig\w*|"
    r"weekend\w*|weekdays?|januar|january|februar|february|marts|march|april|maj|in may|juni|june|juli|july|august|"
    r"september|oktober|october|november|december|jul|julen|påske\w*|pinse\w*|nytår\w*|easter|christmas|forår\w*|"
    r"sommer\w*|efterår\w*|vinter\w*|(?:for|efter)middag\w*|aften\w*|morgen\w*|morning|evening|dagligt?|daily)"
)
_CLOCK = r"\bkl\.? ?\d|\b\d{1,2}[.:]\d{2}\b|\b\d{1,2} ?[ap]\.?m\b"

#: What a question asks for, and how a statement looks that has it. <COUNT> is a number in the statement's language.
_FORMS = (
    (
        r"koster|pris\w*|betale\w*|gratis|gebyr\w*|price|costs?|fee|pay|for free|free of charge|is it free",
        r"\bkr\b|\bkroner\b|gratis|\bDKK\b|\bfree\b|\bkoster ikke|\bselv betale|\bbetaler (du|I|man)? ?selv|"
        r"\buden beregning|egenbetaling",
    ),
    (
        r"telefon\w*|tlf|ringe?|nummer|nr|phone|call|number",
        r"\b\d{2} ?\d{2} ?\d{2} ?\d{2}\b|\b11[23]\b|\b116 ?\d{3}\b",
    ),
    (
        r"hvornår|klokken|kl|åbningstid\w*|har i åbent|åbner|lukker|hvor (sent|tidligt)|what time|opening hours|"
        r"how (late|early)|^\W*(so |and )?when|(are|do) you (open|close)",
        rf"{_CLOCK}|\b\d{{1,2}}\. [a-zæøå]+|\b{_UNIT_OF_TIME}|\b{_DAY}\b|"
        r"\b(?:hvis|når|før|efter|inden|straks|if|when|before|after|until|at once)\b",
    ),
    (
        r"hvor (længe|lang tid|lenge|hurtigt)|hur länge|hvilke dage|går .{0,20}over|"
        r"hvor mange (minutter|timer|døgn|dage|uger|måneder|år|hverdage)|"
        r"how (long|soon|quick\w*|fast|many (minutes|hours|days|weeks|months|years))",
        rf"\b{_NUMBER}\b[^.;]{{0,14}}?\b{_UNIT_OF_TIME}|\bdøgnet rundt\b|\bstraks\b|\bsamme dag\b",
    ),
    (
        r"hvor (tit|ofte|mange gange)|how (often|many times)|hvor mange .{0,25} (om dagen|om ugen|om året|i timen)",
        r"\bgange?\b|\bhver\b|\bhvert\b|\bdagligt?\b|\bugentligt?\b|\bårligt?\b|\bom (dagen|ugen|måneden|året)\b|"
        r"\btimes\b|\bevery\b|\bdaily\b|\bonce\b|\btwice\b|\b(a|per) (day|week|month|year)\b",
    ),
    (
        r"hvor gam(mel|le|melt)|hvilken alder|how old|(what|which) age",
        r"\b\d+[^.;]{0,8}\b(år|måneder|uger|years?|months?|weeks?)\b|\balder\b|\bfyldt?e?r?\b|-årig",
    ),
    (
        r"hvor (varmt?|koldt?)|hvor mange grader|hvilken temperatur|how (hot|cold|warm)|what temperature",
        r"°|\bgrader\b|\bdegrees\b",
    ),
    (
        rf"hvor (mange (?!{_UNIT_OF_TIME}|grader|gange)|meget|høj\w*|stor\w*|langt|lidt|lavt?)|"
        r"hvilke[nt]? .{0,12}(tal|værdi|grænse)|"
        rf"how (many (?!{_UNIT_OF_TIME}|degrees|times)|much|far|high|low|big)",
        r"\b<COUNT>\b",
    ),
    (r"(hvilken|hvad er|which|what is)\b.{0,20}\be?-?mail\w*", r"\S@\S"),
    (
        r"(hvilken|hvad er|which|what is)\b.{0,20}\b(adresse|address)",
        r"\b\w*(?:vej|gade|stræde|torv|plads|allé)(?:en|et)? \d",
    ),
    (r"(hvilken|hvad for en|which|what) (etage|sal|floor)", r"\bsal\b|\bstue\w*|\bkælder\w*|\bfloor\b|\bbasement\b"),
    (r"(hvilken|hvad for en|which) bus(linje)?|hvilke busser|which buses", r"\b(?:bus|linje|line)\w*(?: n[ro]\.?)? \d"),
)
_COMPILED = {
    language: tuple(
        (
            re.compile(rf"(?:^|\b)({asked})\b", re.IGNORECASE),
            re.compile(said.replace("<COUNT>", count), re.IGNORECASE),
        )
        for asked, said in _FORMS
    )
    for language, count in _COUNT.items()
}


def forms_wanted(question: str, language: str) -> tuple[re.Pattern[str], ...]:
    """Return how a statement in `language` looks that has what is asked for, by any of the patterns.

    None when any form will do.
    """
    return tuple(said for asked, said in _COMPILED[language] if asked.search(question))
