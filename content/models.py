"""What editors publish: topics, pages, and the old addresses that lead to them."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

#: Where pages live, by language and kind; a page's slug is the last segment of its address.
PATH_PREFIXES = {
    ("da", "page"): "/",
    ("da", "health"): "/sundhed/",
    ("en", "page"): "/en/",
    ("en", "health"): "/en/health/",
}
TOPIC_PREFIXES = {"da": "/emner/", "en": "/en/topics/"}


class Language(models.TextChoices):
    DANISH = "da", _("Dansk")
    ENGLISH = "en", _("Engelsk")


class Topic(models.Model):
    """A subject that gathers pages of one language."""

    name = models.CharField(_("navn"), max_length=100)
    slug = models.SlugField(_("adresse"), max_length=100)
    language = models.CharField(_("sprog"), max_length=2, choices=Language, default=Language.DANISH)

    class Meta:
        verbose_name = _("emne")
        verbose_name_plural = _("emner")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["language", "slug"], name="topic_address")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{TOPIC_PREFIXES[self.language]}{self.slug}/"


class PageQuerySet(models.QuerySet["Page"]):
    def published(self, now: datetime | None = None) -> PageQuerySet:
        """Pages a visitor may see at `now` (default: this moment)."""
        now = now or timezone.now()
        return self.filter(
            Q(publish_at=None) | Q(publish_at__lte=now),
            Q(expire_at=None) | Q(expire_at__gt=now),
            status=Page.Status.PUBLISHED,
        )


class Page(models.Model):
    """Anything an editor publishes: a health article or a site page."""

    class Kind(models.TextChoices):
        HEALTH = "health", _("Sundhedsartikel")
        PAGE = "page", _("Side")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Kladde")
        PUBLISHED = "published", _("Udgivet")
        ARCHIVED = "archived", _("Arkiveret")

    kind = models.CharField(_("slags"), max_length=10, choices=Kind)
    title = models.CharField(_("titel"), max_length=200)
    slug = models.SlugField(_("adresse"), max_length=200, help_text=_("Sidste led i sidens webadresse."))
    language = models.CharField(_("sprog"), max_length=2, choices=Language, default=Language.DANISH)
    translation_of = models.OneToOneField(
        "self",
        verbose_name=_("oversættelse af"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="translated_by",
    )
    summary = models.TextField(_("resumé"), help_text=_("En eller to sætninger, vist i lister og i søgning."))
    body = models.TextField(_("tekst"), blank=True)
    topic = models.ForeignKey(
        Topic, verbose_name=_("emne"), null=True, blank=True, on_delete=models.SET_NULL, related_name="pages"
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("ligger under"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="children",
    )
    order = models.IntegerField(_("rækkefølge"), default=0, help_text=_("Laveste tal står først i menuen."))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    publish_at = models.DateTimeField(_("udgives"), null=True, blank=True)
    expire_at = models.DateTimeField(_("udløber"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("ansvarlig"), null=True, blank=True, on_delete=models.SET_NULL
    )
    sources = models.JSONField(_("kilder"), default=list, blank=True, help_text=_("Liste af titel og webadresse."))
    reviewed_by = models.CharField(_("gennemgået af"), max_length=200, blank=True)
    reviewed_on = models.DateField(_("gennemgået den"), null=True, blank=True)
    review_due = models.DateField(_("næste gennemgang"), null=True, blank=True)
    questions = models.JSONField(
        _("spørgsmål, som siden svarer på"),
        default=list,
        blank=True,
        help_text=_("Med de besøgendes egne ord. Robotterne bruger dem til at finde siden."),
    )
    created_at = models.DateTimeField(_("oprettet"), auto_now_add=True)
    updated_at = models.DateTimeField(_("ændret"), auto_now=True)

    objects = PageQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("side")
        verbose_name_plural = _("sider")
        ordering = ["order", "title"]
        constraints = [models.UniqueConstraint(fields=["language", "slug"], name="page_address")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"{PATH_PREFIXES[self.language, self.kind]}{self.slug}/"
