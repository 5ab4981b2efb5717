"""What editors manage for triage: who can be contacted, the rules, and the example sentences."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chatbots.safety.hours import Hours, HoursError, parse_hours
from chatbots.safety.phrases import PhraseError, parse_phrases
from chatbots.safety.topics import TOPICS, Level


class Region(models.TextChoices):
    """Where a number serves."""

    ALL = "", _("Hele landet")
    CAPITAL = "hovedstaden", _("Region Hovedstaden")
    ZEALAND = "sjaelland", _("Region Sjælland")
    SOUTH = "syddanmark", _("Region Syddanmark")
    CENTRAL = "midtjylland", _("Region Midtjylland")
    NORTH = "nordjylland", _("Region Nordjylland")


class Service(models.TextChoices):
    """What kind of help a contact gives. Topics name the kinds that their cards show."""

    EMERGENCY = "emergency", _("Alarmcentral")
    DOCTOR = "doctor", _("Læge eller lægevagt")
    POISON = "poison", _("Giftrådgivning")
    CRISIS = "crisis", _("Krise og selvmordstanker")
    PSYCHIATRY = "psychiatry", _("Psykiatrisk akuthjælp")
    VIOLENCE = "violence", _("Vold i hjemmet")
    CHILDREN = "children", _("Børn og unge")


def level_choices() -> list[tuple[str, Any]]:
    return [(level.value, level.label) for level in Level]


def topic_choices() -> list[tuple[str, Any]]:
    return [(topic.code, topic.name) for topic in TOPICS.values()]


def valid_hours(text: str) -> None:
    try:
        parse_hours(text)
    except HoursError as error:
        raise ValidationError(
            _(
                "“%(line)s” kan ikke læses. Skriv for eksempel “man-fre 16-08”, “helligdage lukket” eller “døgnet "
                "rundt”."
            ),
            params={"line": str(error)},
        ) from error


def valid_phrases(text: str) -> None:
    try:
        parse_phrases(text)
    except PhraseError as error:
        raise ValidationError(
            _("“%(line)s” kan ikke læses: %(why)s"), params={"line": error.line, "why": error.why}
        ) from error


class Seeded(models.Model):
    """A row that may have come with the program. `key` is its name there, empty for what editors make."""

    key = models.CharField(max_length=60, blank=True, editable=False, db_index=True)
    active = models.BooleanField(_("i brug"), default=True, help_text=_("Slå fra i stedet for at slette."))
    updated_at = models.DateTimeField(_("ændret"), auto_now=True, db_index=True)

    class Meta:
        abstract = True


class HelpContact(Seeded):
    """One way to get help: a number or a link, and when there is somebody there."""

    name = models.CharField(_("navn"), max_length=100)
    name_en = models.CharField(_("navn på engelsk"), max_length=100, blank=True)
    address = models.CharField(
        _("nummer eller link"),
        max_length=200,
        help_text=_(
            "Et telefonnummer (“70 11 07 07”), “sms:1234”, en adresse, der begynder med https://, eller en side på "
            "hjemmesiden (“/kontakt/”). Et link til en side vises kun, når siden er udgivet."
        ),
        validators=[
            RegexValidator(
                r"^(\+?[\d ]{3,20}|sms:\+?[\d ]{3,20}|https://\S+|/(?!/)\S*)$",
                _("Det er hverken et nummer eller et link."),
            )
        ],
    )
    purpose = models.CharField(_("hvad man kan få hjælp til"), max_length=200, blank=True)
    purpose_en = models.CharField(_("det samme på engelsk"), max_length=200, blank=True)
    audience = models.CharField(_("hvem det er for"), max_length=200, blank=True)
    audience_en = models.CharField(_("hvem det er for, på engelsk"), max_length=200, blank=True)
    service = models.CharField(
        _("slags hjælp"), max_length=20, choices=Service, help_text=_("Afgør, på hvilke kort kontakten vises.")
    )
    levels = models.JSONField(_("niveauer"), default=list, help_text=_("Hvor alvorlige situationer kontakten er til."))
    hours = models.TextField(
        _("åbningstid"),
        default="døgnet rundt",
        validators=[valid_hours],
        help_text=_(
            "En linje for hver periode: “man-fre 16-24”, “lør-søn 00-24”, “helligdage 00-24” eller “helligdage "
            "lukket”. "
            "Slutter tiden, før den begynder, er det næste dag. “døgnet rundt” står alene. Kortet viser kun dem, "
            "der har åbent."
        ),
    )
    region = models.CharField(_("region"), max_length=20, choices=Region, default=Region.ALL, blank=True)
    language = models.CharField(
        _("vises på"),
        max_length=2,
        blank=True,
        choices=[("", _("begge sprog")), ("da", _("kun dansk")), ("en", _("kun engelsk"))],
        help_text=_("Hvilket sprog svaret skal være på, for at kontakten vises."),
    )
    order = models.PositiveSmallIntegerField(_("rækkefølge"), default=100, help_text=_("De laveste tal står øverst."))
    last_checked = models.DateField(
        _("sidst tjekket"),
        default=timezone.localdate,
        help_text=_("Hvornår nogen sidst så efter, at nummer og åbningstid passer. Datoen står på kortet."),
    )

    class Meta:
        verbose_name = _("hjælpekontakt")
        verbose_name_plural = _("hjælpekontakter")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return f"{self.name} ({self.address})"

    @property
    def url(self) -> str:
        """Return the address as a link: tel:, sms:, https: or a path."""
        if self.address.startswith(("/", "https://")):
            return self.address
        scheme, number = ("sms", self.address[4:]) if self.address.startswith("sms:") else ("tel", self.address)
        digits = number.replace(" ", "")
        # Eight digits are a Danish subscriber: with the country's code they can be rung from any phone.
        return f"{scheme}:+45{digits}" if len(digits) == 8 and digits.isdigit() else f"{scheme}:{digits}"

    @property
    def week(self) -> Hours:
        """Return the opening hours; never open when they cannot be read."""
        try:
            return parse_hours(self.hours)
        except HoursError:
            return Hours()

    def open_at(self, moment: datetime) -> bool:
        return self.week.open_at(timezone.localtime(moment))


class TriageRule(Seeded):
    """Phrases that tell of danger, whatever their inflection and spelling."""

    class Outcome(models.TextChoices):
        EMERGENCY = "emergency", _("akut: kortet vises, og svaret slutter")
        BESIDE = "beside", _("kort ved siden af svaret")

    name = models.CharField(_("navn"), max_length=100)
    topic = models.CharField(_("emne"), max_length=30, choices=topic_choices)
    outcome = models.CharField(_("udfald"), max_length=10, choices=Outcome, default=Outcome.EMERGENCY)
    phrases = models.TextField(
        _("vendinger"),
        validators=[valid_phrases],
        help_text=_(
            "En vending for hver linje. Bøjninger, stavefejl og ae/oe/aa for æ/ø/å findes af sig selv. “far/mor” "
            "betyder "
            "det ene eller det andet, “…” op til tre ord imellem, “bryst*” alle ord, der begynder sådan."
        ),
    )
    needs = models.TextField(
        _("kræver også"),
        blank=True,
        validators=[valid_phrases],
        help_text=_("Mindst en af disse vendinger skal stå i samme sætning. Tomt: ingen krav."),
    )
    blocked_by = models.TextField(
        _("gælder ikke, når der står"),
        blank=True,
        validators=[valid_phrases],
        help_text=_("For eksempel “af grin” eller “for … år siden”."),
    )
    strict = models.BooleanField(
        _("altid akut"),
        default=False,
        help_text=_(
            "Reglen afgør sagen alene, når beskeden er kort. Er beskeden på mere end 22 ord, vejes reglen sammen med "
            "resten, og kortet kommer i hvert fald ved siden af svaret. En regel uden dette mærke vejes altid sammen "
            "med, hvad beskeden ligner, og om den handler om fortid, forebyggelse eller viden."
        ),
    )

    class Meta:
        verbose_name = _("triageregel")
        verbose_name_plural = _("triageregler")
        ordering = ["topic", "name"]

    def __str__(self) -> str:
        return self.name


class ExampleOutcome(models.TextChoices):
    EMERGENCY = "emergency", _("akut")
    BESIDE = "beside", _("kort ved siden af svaret")
    NONE = "none", _("intet kort")


class TriageExample(Seeded):
    """A sentence that is an emergency, deserves a card beside its answer, or only looks like it."""

    text = models.CharField(_("sætning"), max_length=500)
    topic = models.CharField(_("emne"), max_length=30, choices=topic_choices)
    outcome = models.CharField(
        _("udfald"),
        max_length=10,
        choices=ExampleOutcome,
        help_text=_("Vælg “intet kort” for sætninger, der kun ligner: viden, fortid, forebyggelse, talemåder."),
    )
    #: float32 unit vector, and which model made it of which text; empty until it is first needed.
    vector = models.BinaryField(default=bytes, editable=False)
    vector_of = models.CharField(max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("eksempelsætning")
        verbose_name_plural = _("eksempelsætninger")
        ordering = ["topic", "outcome", "pk"]

    def __str__(self) -> str:
        return self.text
