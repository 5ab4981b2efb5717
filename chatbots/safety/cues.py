"""What frames a sentence: the past, a wish to know or to prevent, a saying, or somebody in danger right now. Pure.

The words of a danger say little without their frame: "min onkel fik en hjerneblødning i 90'erne" is no emergency.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from chatbots.safety.phrases import tokens

#: Folded words, as `tokens` gives them: æ ▸ a, ø ▸ o, å ▸ a, "ik" ▸ "ikke", "cant" ▸ "not".
_CUES = {
    "past": r"\b(i (19|20)?\d0 ?erne|i \d\d\d\d|\d0 ?erne|(for|siden) (\w+ ){1,3}siden|for (\w+ )?(ar|maned\w*|uge\w*|"
    r"lange) siden|"
    r"sidste (ar|maned|uge|sommer|vinter|efterar|forar)|sidst[e]? gang|som (barn|ung|lille|teenager)|da (jeg|han|hun|"
    r"vi) var|"
    r"dengang|engang|tidligere|i sommers|i vinters|forrige|gammel? (ar|skade)|"
    r"(years|months|weeks|decades) ago|last (year|month|week|summer|winter)|as a (child|kid|teenager)|when (i|he|she) "
    r"was|used to|"
    r"in the (\w+ties|\d0s)|previously|once had|ar sedan|ar siden|i fjor|forra aret)\b",
    "relative_history": r"\b(dode af|dod af|begik|arvelig\w*|hereditary|runs in (my|the) family|i familien|i slagten|"
    r"mistede (min|vi)|"
    r"mistet (min|en)|died (of|from)|lost (my|a))\b",
    "definition": r"\b(hvad er (en |et |den |det )?(?!der|galt)|hvad betyder|hvad vil det sige|forskel\w*|what is (a |"
    r"an |the )?|what are|"
    r"difference between|what does|hva er|vad ar|hvad kaldes|hvorfor|hvordan virker|how does|why (is|do|does|are)|"
    r"definition)\b",
    "symptoms_of": r"\b(symptom\w* (pa|ved|of|til)|tegn\w* (pa|ved)|signs of|advarselstegn|advarselssignaler|"
    r"hvordan (ved|opdager|ser|genkender|kender) (jeg|man)|how (do|can) (i|you) (know|tell|recognise|recognize))\b",
    "prevention": r"\b(undga\w*|forebyg\w*|mindske\w*|nedsatte|risiko\w*|sikre\w*|bornesikr\w*|prevent\w*|avoid\w*|"
    r"reduce|lower my|risk|"
    r"beskytte\w*|vaccin\w*|opbevare\w*|forhindre\w*)\b",
    "impersonal": r"\b(man|nogen|hvis et barn|hvis en|mennesker|folk|patienter|danskere|you|someone|people|patients)\b",
    "learning": r"\b(kursus\w*|kurser|hold|undervisning|forstehjaelpskursus|forstehjalp\w*|skole\w*|opgave\w*|"
    r"projekt\w*|laere|lare|laerer|course|"
    r"class|homework|essay|eksamen|studie\w*|forberedt|pjece|bog|artikel|skriver en|laeser|laste|horte|podcast|"
    r"article|book|training)\b",
    "fiction": r"\b(film\w*|serie\w*|roman\w*|tv|netflix|spil\w*|dromte|drom|movie|series|show|game|dream\w*|sang\w*|"
    r"kat\w*|hund\w*|kanin\w*|"
    r"dog|cat|dukke|teater\w*|afsnit)\b",
    "joke": r"\b(af grin|grin\w*|haha\w*|lol|hihi|griner|laugh\w*|joke\w*|sjov\w*|for sjov|hyggelig|lekker|chokolade|"
    r"kage\w*|fodbold\w*|"
    r"lektier|deadline\w*|traffic|eksamenslaesning|mandag\w*|regning\w*|chef\w*|vejret er)\b|:-?\)|😂|🤣|😅",
    "resolved": r"\b(har det (fint|godt|bedre)|er (helt )?(frisk|rask|fin)|gik (det )?over|gaet over|leger (fint|som|"
    r"og|nu|igen)|er glad|ellers (glad|"
    r"frisk|godt|rask)|fint igen|ikke langere|ikke mere ondt|nu igen|is fine|feels? fine|went away|better now|doing "
    r"well|ingen smerter|"
    r"uden smerter|no pain|helt normal\w*|er blevet (set|undersogt)|lagen har set)\b",
    "administrative": r"\b(telefonnummer\w*|nummer\w*|bestille|aflyse|afbud|abningstid\w*|abent|pris\w*|koster|gratis|"
    r"recept\w*|henvisning\w*|"
    r"tilmeld\w*|parker\w*|number|book|appointment|opening|price|cost|free|hvor kan (jeg|man|vi)|where (can|is)|"
    r"tilbud|sygemeld\w*|"
    r"genoptran\w*|hjalpemid\w*|forsikring\w*|korekort\w*|kore bil)\b",
    "now": r"\b(nu|lige nu|pludselig\w*|netop|lige (har|er|blevet|faldet|fundet|taget)|i nat|i dag|i aften|her til "
    r"(morgen|aften)|for (\w+ )?"
    r"(minutter|timer|time|lidt) siden|siden i (morges|gar|nat|formiddags)|now|right now|suddenly|tonight|today|just|"
    r"plutselig|plotslig\w*|"
    r"har lige|er ved at|bliver ved|ikke stoppe|varre og varre|akut|hurtigt|helt vildt|voldsom\w*|kraftig\w*|"
    r"staerk\w*|stark\w*|"
    r"won not|not stop|keeps|severe|hele tiden)\b",
    "help": r"\b(hjaelp|hjalp|hjelp|hjalp mig|help( me)?|hvad gor (jeg|vi)|hvad skal (jeg|vi) gore|what (do|should) "
    r"(i|we) do|ring\w*|112|"
    r"ambulance\w*|lagevagt\w*|skadestue\w*|emergency|999|911|1813|hva gjor (jeg|vi)|vad gor jag|skal (jeg|vi) (ringe|"
    r"kore|tage))\b",
    "person": r"\b((jeg|vi) (har|er|kan|tror|fik|far|bloder|foler|ser|vil|tog|kom|skar|sidder|star|ligger)|min( \w+)? "
    r"(er|har|kan|mand|kone|son|datter|"
    r"far|mor|ven|veninde|kareste|baby|bror|soster|nabo|dreng|pige|farfar|farmor|morfar|mormor)|han|hun|barnet|babyen|"
    r"drengen|pigen|"
    r"i (have|am|feel|took|think|want)|im|ive|my|he|she|her|his|jag|mitt|mina)\b",
    "negated": r"\b(har ikke|er ikke|ikke (ondt|feber|haft|gravid|farlig)|ingen|aldrig|uden|hverken|not|no|never|"
    r"without|lidt|en smule|mild\w*|"
    r"let|slightly|a bit|little|small|lille)\b",
    "cannot": r"\b(kan (naesten |nasten )?ikke|kan ingen|vil ikke|svarer ikke|reagerer ikke|virker ikke|not (breathe|"
    r"breathing|wake|move|stop|"
    r"responding|feel)|kan (hverken|knap))\b",
}
_PATTERNS = {name: re.compile(pattern) for name, pattern in _CUES.items()}
NAMES = (*_PATTERNS, "question", "length")
#: Different words from which on a sentence counts as long.
_LONG = 20
#: Cues that tell of something that is not happening now.
FAR = frozenset({"past", "relative_history", "definition", "symptoms_of", "prevention", "learning", "fiction", "joke"})


def cues(text: str) -> dict[str, float]:
    """Return each cue of a sentence, 0 or 1, by its name; "length" is 0 to 1."""
    said = tokens(text).folded
    folded = " ".join(said)
    found = {name: float(bool(pattern.search(folded))) for name, pattern in _PATTERNS.items()}
    if re.search(r":-?\)|😂|🤣|😅|😄", text):
        found["joke"] = 1.0
    found["question"] = float(text.rstrip().endswith("?") or _asks(said))
    found["length"] = min(1.0, len(set(said)) / _LONG)
    return found


def _asks(said: Sequence[str]) -> bool:
    return bool(said) and said[0] in _OPENINGS


_OPENINGS = frozenset(
    "hvad hvor hvordan hvornar hvorfor hvem hvilke hvilken hvilket kan ma skal er har what how when where why who "
    "which can "
    "should is are do does may vad hur hva hvordan nar".split()
)
