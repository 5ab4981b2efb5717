"""How much a question leans on what was said before: by its words alone. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from chatbots.lexical import STOP_WORDS, fold, is_stop_word, stem_words, words

#: Openings that go on with what was said: "og hvad med …", "what about …".
_GOES_ON = re.compile(
    r"\W*((ja|nej|ok|okay|tak|hm+|yes|no|thanks)\W+)*"
    r"(og|men|så|samt|eller|h?va[dr]? (så )?med|h?vad så|hvad nu hvis|hvad hvis|gælder (det|den)|"
    r"and|but|so|or|(what|how) about|what if|does (that|it) apply|what then)\b",
    re.IGNORECASE,
)
#: What else goes on, and is left out when the rest is put in the place of an earlier subject.
_FRAGMENT = re.compile(
    r"\W*((og|men|så|and|but|so)\W+)?((h?va[dr]?|hvordan|what|how) (så )?(med|about|ved|for)\b)?\W*(så\b)?",
    re.IGNORECASE,
)
_PRONOUNS = frozenset(
    map(
        fold,
        "det den de dem dets dens deres denne dette disse han hun ham hende hans hendes derfra dertil dermed derhen "
        "it its they them their this that these those he she him her his hers there".split(),
    )
)
#: Pronouns that stand for nothing: "det er lørdag", "it's late", and "det, jeg skriver", "those who".
_POINTS_NOWHERE = re.compile(
    r"\b(^\W*det (er|var|har)|it'?s|it is|there (is|are|was)|der er|(det|den|de|dem),? (jeg|du|vi|man|der|som)|"
    r"(that|those|this) (i|you|we|who))\b",
    re.IGNORECASE,
)
#: Words that ask about a subject, or narrow it, and are none themselves: who, when, how long, how dangerous.
_GENERAL = {
    "da": """
        varer vare varede lang lange længe længere kort tid gange gang dage dag uger uge måneder timer minutter døgn
        smitter smitte smittes smittet smitsom smitsomt smittefare farligt farlig alvorligt alvorlig slemt normalt
        almindeligt koster kostede koste pris prisen priser dyrt gratis penge betale betaler beløb hjælper hjælpe
        hjælp virker virke virkning bivirkning bivirkninger behandling behandles behandle behandler medicin piller
        tabletter forebygge forebygges forebyggelse
        undgå helbredes helbrede kurere arveligt arvelig symptom symptomer symptomerne tegn tegnene årsag årsager
        årsagen skyldes
        går gå gik nogensinde opstår forløb forløbet værre værst bedre bedst godt dårligt mest mindst ofte tit
        altid aldrig sjældent igen stadig stadigvæk samtidig imens bagefter inden efter først sidst nyt ny gammel
        gamle alder helt hel lille små store stor størst største mindste
        børn barn barnet børnene baby babyer spædbarn spædbørn småbørn dreng drenge pige piger søn datter unge
        teenager teenagere voksen voksne ældre gravid gravide gravides ammer ammende mand mænd kvinde kvinder
        familie familien forældre mor far andre alle folk person personer menneske mennesker
        skole skolen børnehave børnehaven vuggestue vuggestuen institution institutionen dagpleje arbejde arbejdet job
        læge lægen læger hospital sygehus sygehuset apotek apoteket ringe ringer ringes kontakte kontakter søge
        mandag mandage tirsdag tirsdage onsdag onsdage torsdag torsdage fredag fredage lørdag lørdage lørdagen søndag
        søndage søndagen mandagen tirsdagen onsdagen torsdagen fredagen weekend weekenden hverdage hverdag aften
        aftenen morgen morgenen nat natten sommer sommeren vinter vinteren ferien ferie klokken kl dagen dagligt
        komme kommer kom kommet dyrke dyrker
        tilmelde tilmelder tilmeldes tilmelding tilmeldt melde melder henvisning henvist henvise
        hente hentet hentes møde mødes møder sted stedet henne ligger foregår foregår holdes starter starte start
        begynder begynde slutter slutte sker ske spise spiser drikke drikker sove sover bade svømme svømning træne
        motion sport gælder gælde gyldig tager tage tages taget bruge bruger bruges brugt giver give gives
        findes finde find siger sige betyder betyder vide ved
        forskel forskellen sammenlignet grund mulighed muligt nødvendigt nødvendig vigtigt kræver kræves
        mange meget lidt bare også nemt svært hurtigt langsomt straks tidligst senest tidligere senere
        tak hej fortæl fortælle mere noget andet ting råd rådet
    """,
    "en": """
        last lasts long longer time times days day weeks week months hours minutes contagious infectious catch catching
        spread spreads dangerous serious bad normal common cost costs price free pay money help helps work works
        treat treated treatment medicine medication pills tablets
        prevent prevented prevention avoid cure cured hereditary inherited symptom symptoms sign signs cause causes
        caused course worse worst better best often always never again still ever meanwhile afterwards before
        first new old small little large big age child children kid kids baby babies infant infants newborn newborns
        toddler toddlers boy boys girl girls son daughter teen teens teenager teenagers young adult adults elderly
        pregnant breastfeeding man men woman women mother father mum mom dad family parents others everyone people
        person school nursery kindergarten daycare work job doctor gp hospital pharmacy call contact see seek
        monday mondays tuesday tuesdays wednesday wednesdays thursday thursdays friday fridays saturday saturdays
        sunday sundays weekend weekends weekdays evening evenings morning night summer winter holidays
        register sign signup enrol join referral refer referred place where held start starts begin begins end ends
        happen happens eat drink sleep swim bath shower exercise sport apply applies take taken use used give given
        find say says mean means know difference reason possible necessary important required many much little also
        easy hard fast slowly earlier later latest thanks hello tell more something else thing things advice go going
    """,
}
_GENERAL_STEMS = {language: frozenset(stem_words(text.split(), language)) for language, text in _GENERAL.items()}
_SHORTEST_SUBJECT = 3
#: Letters of a word from which on one that differs by a letter, and stands on no page, is taken for it mistyped.
_TYPO_FROM = 4


@dataclass(frozen=True, slots=True)
class Leaning:
    """What a question's words tell of how it leans.

    goes_on: it opens with "og", "hvad med", "what about". refers: it has a pronoun. subjects: its words that may name
    what it is about, folded. rest: what is left of one that only goes on ("og hvad med børn?" ▸ "børn").
    length: its words.
    """

    goes_on: bool
    refers: bool
    subjects: tuple[str, ...]
    rest: str
    length: int

    @property
    def names_nothing(self) -> bool:
        """Whether no word says what the question is about."""
        return not self.subjects

    @property
    def is_cued(self) -> bool:
        return self.goes_on or self.refers


def leaning_of(question: str, language: str, knows: Callable[[str], bool] = lambda word: True) -> Leaning:
    """Return how `question` leans. `knows` tells the words of the site: others may be general ones mistyped."""
    asked = words(question)
    return Leaning(
        goes_on=bool(_GOES_ON.match(question)),
        refers=_refers(question, language, knows),
        subjects=tuple(fold(word) for word in asked if _may_be_subject(word, language, knows)),
        rest=_rest(question, language),
        length=len(asked),
    )


def _refers(question: str, language: str, knows: Callable[[str], bool]) -> bool:
    """Tell a pronoun that stands for something said earlier, and not for a word that the question itself has first."""
    for word in words(_POINTS_NOWHERE.sub(" ", question)):
        if fold(word) in _PRONOUNS:
            return True
        if _may_be_subject(word, language, knows):
            return False
    return False


def _may_be_subject(word: str, language: str, knows: Callable[[str], bool]) -> bool:
    folded = fold(word)
    if word.isdigit() or len(folded) < _SHORTEST_SUBJECT or is_stop_word(word, language):
        return False
    if stem_words([word], language)[0] in _GENERAL_STEMS[language]:
        return False
    return knows(word) or not _is_mistyped(folded, language)


def _is_mistyped(folded: str, language: str) -> bool:
    """Tell a word that differs by one letter from a general or a small one: "koster" as "kostr", "hvor" as "vor"."""
    near = map(fold, (*_GENERAL[language].split(), *STOP_WORDS[language]))
    return any(len(word) >= _TYPO_FROM and OSA.distance(word, folded, score_cutoff=1) <= 1 for word in near)


def _rest(question: str, language: str) -> str:
    """Return what "og …" or "hvad med …" is followed by, when that is no question of its own; else ""."""
    opening = _FRAGMENT.match(question)
    rest = question[opening.end() :].strip(" ?!.,") if opening else ""
    if not opening or not opening.group().strip():
        return ""
    return rest if rest and not _ASKS.search(rest) else ""


#: What makes a clause a question of its own: a question word, or a verb that comes first.
_ASKS = re.compile(
    r"\b(hvad|hvor|hvordan|hvornår|hvilke[nt]?|hvem|hvorfor|what|how|when|where|which|who|why)\b|"
    r"^(er|kan|må|skal|har|hjælper|virker|koster|varer|smitter|gælder|får|findes|vil|bør|is|are|can|may|does|do|"
    r"should|will|did|has|have)\b",
    re.IGNORECASE,
)
