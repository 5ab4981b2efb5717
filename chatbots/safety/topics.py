"""What someone can be in danger of, how grave that is, and the words of each card. Code and not a model writes them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Level(StrEnum):
    """How soon help is needed."""

    ACT_NOW = "act_now"
    TODAY = "today"
    TALK = "talk"

    @property
    def label(self) -> str | Promise:
        return {
            Level.ACT_NOW: _("Handl nu"),
            Level.TODAY: _("Få hjælp i dag"),
            Level.TALK: _("Tal med nogen"),
        }[self]


@dataclass(frozen=True)
class Topic:
    """A kind of danger. `services` are the kinds of contact on its card, the most important first."""

    code: str
    name: str | Promise
    level: Level
    title: str | Promise
    text: str | Promise
    services: tuple[str, ...]
    #: The level of the card that stands beside an answer.
    beside: Level = Level.TODAY


_RING_112 = _("Ring 112 nu")
_BODY = ("emergency", "doctor")

TOPICS: dict[str, Topic] = {
    topic.code: topic
    for topic in (
        Topic(
            "chest_pain",
            _("Smerter i brystet"),
            Level.ACT_NOW,
            _RING_112,
            _(
                "Smerter eller trykken i brystet kan være en blodprop i hjertet. Sæt dig ned, og vær ikke alene. Kør "
                "ikke selv."
            ),
            _BODY,
        ),
        Topic(
            "stroke",
            _("Tegn på slagtilfælde"),
            Level.ACT_NOW,
            _RING_112,
            _(
                "Skæv mund, lammelse eller besvær med at tale kan være et slagtilfælde, også hvis det går over igen. "
                "Hvert minut tæller. Læg mærke til, hvornår det begyndte."
            ),
            _BODY,
        ),
        Topic(
            "breathing",
            _("Svært ved at få luft"),
            Level.ACT_NOW,
            _RING_112,
            _(
                "Trækker personen slet ikke vejret, så giv hjertemassage med det samme. 112 siger, hvordan du gør. "
                "Ellers sæt den syge op, og bliv der. Sidder noget fast i halsen, så slå hårdt mellem skulderbladene."
            ),
            _BODY,
        ),
        Topic(
            "allergy",
            _("Kraftig allergi"),
            Level.ACT_NOW,
            _RING_112,
            _(
                "Brug adrenalinpennen, hvis der er en. Læg den syge ned, eller lad den syge sidde, hvis det er svært "
                "at få luft."
            ),
            _BODY,
        ),
        Topic(
            "bleeding",
            _("Kraftig blødning"),
            Level.ACT_NOW,
            _RING_112,
            _("Tryk hårdt på såret med noget rent, og bliv ved. Læg den tilskadekomne ned."),
            _BODY,
        ),
        Topic(
            "unconscious",
            _("Bevidstløs"),
            Level.ACT_NOW,
            _RING_112,
            _(
                "Trækker personen ikke vejret normalt, så giv hjertemassage med det samme. 112 siger, hvordan du gør. "
                "Trækker personen vejret, så læg ham eller hende på siden."
            ),
            _BODY,
        ),
        Topic(
            "seizure",
            _("Krampeanfald"),
            Level.ACT_NOW,
            _RING_112,
            _(
                "Flyt det, man kan slå sig på, og læg noget blødt under hovedet. Put ikke noget i munden. Tag tid på "
                "anfaldet."
            ),
            _BODY,
        ),
        Topic(
            "poisoning",
            _("Forgiftning og overdosis"),
            Level.ACT_NOW,
            _("Ring til Giftlinjen eller 112 nu"),
            _(
                "Ring 112, hvis personen er sløv, bevidstløs eller har svært ved at få luft. Ellers Giftlinjen, også "
                "selv om "
                "man ikke mærker noget endnu. Få ikke personen til at kaste op."
            ),
            ("emergency", "poison", "doctor"),
        ),
        Topic(
            "swallowed",
            _("Barn har slugt noget"),
            Level.ACT_NOW,
            _("Ring til Giftlinjen eller 112 nu"),
            _(
                "Ring 112, hvis barnet har svært ved at få luft eller er sløvt. Har barnet slugt et knapbatteri, en "
                "magnet eller "
                "noget giftigt, så ring med det samme. Få ikke barnet til at kaste op."
            ),
            ("emergency", "poison", "doctor"),
        ),
        Topic(
            "suicide",
            _("Selvmordstanker"),
            Level.ACT_NOW,
            _("Du er ikke alene. Tal med nogen nu"),
            _(
                "Er du ved at gøre skade på dig selv, så ring 112. Ring ellers til Livslinien, eller sig det til et "
                "menneske i "
                "nærheden. Er det en anden, det gælder, så bliv hos ham eller hende."
            ),
            ("crisis", "emergency", "psychiatry", "children", "doctor"),
            Level.TALK,
        ),
        Topic(
            "self_harm",
            _("Selvskade"),
            Level.ACT_NOW,
            _("Du er ikke alene. Tal med nogen nu"),
            _(
                "Er såret dybt, eller bløder det meget, så ring 112. Ellers er der nogen, du kan tale med uden at "
                "sige, hvem du er."
            ),
            ("crisis", "emergency", "children", "psychiatry", "doctor"),
            Level.TALK,
        ),
        Topic(
            "psychiatric",
            _("Akut psykisk sygdom"),
            Level.ACT_NOW,
            _("Få hjælp nu"),
            _("Ring 112, hvis nogen er i fare. Ellers hjælper lægen, lægevagten eller en psykiatrisk akutmodtagelse."),
            ("emergency", "psychiatry", "doctor", "crisis"),
            Level.TALK,
        ),
        Topic(
            "violence",
            _("Vold i hjemmet"),
            Level.ACT_NOW,
            _("Er du i fare, så ring 112"),
            _(
                "Det er ikke din skyld. På 1888 kan du tale med nogen hele døgnet uden at sige, hvem du er. "
                "Kan andre se din telefon, så slet samtalen her bagefter."
            ),
            ("violence", "emergency", "children"),
            Level.TALK,
        ),
        Topic(
            "meningitis",
            _("Tegn på meningitis"),
            Level.ACT_NOW,
            _RING_112,
            _(
                "Feber med stiv nakke, sløvhed eller små mørke pletter, der ikke forsvinder, når man trykker på dem, "
                "kan være "
                "meningitis. Det haster."
            ),
            _BODY,
        ),
        Topic(
            "infant_fever",
            _("Feber hos baby under 3 måneder"),
            Level.TODAY,
            _("Ring til lægen eller lægevagten nu"),
            _(
                "En baby under 3 måneder med 38 grader eller mere skal altid ses af en læge samme dag. Ring 112, hvis "
                "barnet er "
                "slapt, svært at vække eller har svært ved at få luft."
            ),
            ("doctor", "emergency"),
        ),
        Topic(
            "burn",
            _("Alvorlig forbrænding"),
            Level.ACT_NOW,
            _RING_112,
            _(
                "Skyl med tempereret vand, mens du ringer, og bliv ved i mindst 20 minutter. Riv ikke tøj af, der "
                "sidder fast."
            ),
            _BODY,
        ),
        Topic(
            "head_injury",
            _("Slag mod hovedet"),
            Level.ACT_NOW,
            _("Ring 112 eller til lægevagten nu"),
            _(
                "Ring 112, hvis den, der har slået hovedet, er bevidstløs, forvirret eller har kramper. Det gælder "
                "også, hvis han eller hun kaster op igen og igen eller får mere og mere ondt i hovedet. Bliv hos den, "
                "der har slået sig."
            ),
            _BODY,
        ),
        Topic(
            "testicle",
            _("Pludselige smerter i testiklen"),
            Level.TODAY,
            _("Ring til lægen eller lægevagten nu"),
            _(
                "Pludselige, stærke smerter i en testikel kan kræve operation inden for få timer. Vent ikke til i "
                "morgen."
            ),
            ("doctor", "emergency"),
        ),
        Topic(
            "pregnancy",
            _("Smerter eller blødning i graviditeten"),
            Level.ACT_NOW,
            _("Ring til fødegangen, lægen eller 112 nu"),
            _(
                "Ring 112 ved stærke smerter, kraftig blødning eller kramper. Ring ellers med det samme til dit "
                "fødested, din læge "
                "eller lægevagten, også hvis du mærker mindre liv."
            ),
            _BODY,
        ),
        Topic(
            "blood_sugar",
            _("Meget højt eller lavt blodsukker"),
            Level.ACT_NOW,
            _("Ring 112 ved sløvhed eller bevidstløshed"),
            _(
                "Ved lavt blodsukker: giv juice, sukker eller druesukker, hvis personen kan synke, og aldrig til en "
                "bevidstløs. "
                "Ved meget højt blodsukker med opkastning, sløvhed eller dyb vejrtrækning: ring med det samme."
            ),
            _BODY,
        ),
        Topic(
            "general",
            _("Anden akut fare"),
            Level.ACT_NOW,
            _RING_112,
            _(
                "Er nogen i livsfare, så ring 112. Sig, hvor I er, og hvad der er sket, og læg ikke på, før du får "
                "besked."
            ),
            _BODY,
        ),
    )
}

#: The card when nobody can tell what is wrong.
GENERAL = TOPICS["general"]
