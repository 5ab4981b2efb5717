"""What editors publish: topics, pages, the old addresses that lead to them, and notices on every page."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from content.cleaning import clean_body, clean_line, clean_lines
from content.fields import BodyField
from content.rules import broken_rules
from content.slugs import danish_slug
from content.validators import validate_questions, validate_slug, validate_sources, validate_words

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

    name = models.CharField(_("navn"), max_length=100, validators=[validate_words])
    slug = models.SlugField(
        _("adresse"),
        max_length=100,
        blank=True,
        validators=[validate_slug],
        help_text=_("Laves af navnet, hvis feltet er tomt."),
    )
    language = models.CharField(_("sprog"), max_length=2, choices=Language, default=Language.DANISH)

    class Meta:
        verbose_name = _("emne")
        verbose_name_plural = _("emner")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["language", "slug"], name="topic_address"),
            models.UniqueConstraint(
                fields=["language", "name"],
                name="topic_name",
                violation_error_message=_("Der er allerede et emne med det navn på det sprog."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with a clean name; an empty slug is made from it."""
        self.name = clean_line(self.name)
        self.slug = self.slug or self.default_slug
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return f"{TOPIC_PREFIXES[self.language]}{self.slug}/"

    def clean(self) -> None:
        """Fill an empty slug; refuse a change of language that would part the topic from its pages."""
        self.name = clean_line(self.name)
        self.slug = self.slug or self.default_slug
        if not self.slug:
            raise ValidationError({"slug": _("Skriv en adresse; den kan ikke laves af navnet.")})
        if self.pk and self.pages.exclude(language=self.language).exists():
            raise ValidationError({"language": _("Emnet har sider på et andet sprog. Flyt dem først.")})

    @property
    def default_slug(self) -> str:
        """The slug that is made from the name. May be empty."""
        return danish_slug(self.name, max_length=100)


class PageQuerySet(models.QuerySet["Page"]):
    """Pages, with the questions that the site asks of them."""

    def published(self, now: datetime | None = None) -> PageQuerySet:
        """Pages a visitor may see at `now` (default: this moment)."""
        now = now or timezone.now()
        return self.filter(
            Q(publish_at=None) | Q(publish_at__lte=now),
            Q(expire_at=None) | Q(expire_at__gt=now),
            status=Page.Status.PUBLISHED,
        )

    def review_overdue(self, today: date | None = None) -> PageQuerySet:
        """Pages that should have been reviewed before `today` (default: the local date) and are not archived."""
        today = today or timezone.localdate()
        return self.filter(review_due__lt=today).exclude(status=Page.Status.ARCHIVED)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete as Pages, so that receivers of Page's signals hear of it whichever proxy the query is for."""
        if self.model is Page:
            return super().delete()
        return Page.objects.filter(pk__in=list(self.values_list("pk", flat=True))).delete()

    delete.alters_data = True
    delete.queryset_only = True


class Page(models.Model):
    """Anything an editor publishes: a health article or a site page.

    Saving cleans the body and gives its headings anchors, keeps a version in `history`, and leaves a
    PageRedirect when the address changes: all in one transaction, in which receivers of Page's signals
    write as well. `QuerySet.update()`, `bulk_create()` and raw fixtures do none of this.
    """

    class Kind(models.TextChoices):
        HEALTH = "health", _("Sundhedsartikel")
        PAGE = "page", _("Side")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Kladde")
        PUBLISHED = "published", _("Udgivet")
        ARCHIVED = "archived", _("Arkiveret")

    kind = models.CharField(_("slags"), max_length=10, choices=Kind)
    title = models.CharField(_("titel"), max_length=200, validators=[validate_words])
    slug = models.SlugField(
        _("adresse"),
        max_length=200,
        validators=[validate_slug],
        help_text=_("Sidste led i sidens webadresse. Laves af titlen, hvis feltet er tomt."),
    )
    language = models.CharField(_("sprog"), max_length=2, choices=Language, default=Language.DANISH)
    translation_of = models.OneToOneField(
        "self",
        verbose_name=_("oversættelse af"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="translated_by",
    )
    summary = models.TextField(
        _("resumé"), validators=[validate_words], help_text=_("En eller to sætninger, vist i lister og i søgning.")
    )
    body = BodyField(_("tekst"), blank=True)
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
        limit_choices_to={"kind": "page"},
    )
    order = models.IntegerField(_("rækkefølge"), default=0, help_text=_("Laveste tal står først i menuen."))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    publish_at = models.DateTimeField(
        _("udgives"), null=True, blank=True, help_text=_("Tomt: så snart status er “Udgivet”.")
    )
    expire_at = models.DateTimeField(_("udløber"), null=True, blank=True, help_text=_("Tomt: udløber ikke."))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("ansvarlig"), null=True, blank=True, on_delete=models.SET_NULL
    )
    sources = models.JSONField(
        _("kilder"),
        default=list,
        blank=True,
        validators=[validate_sources],
        help_text=_("Én kilde på hver linje: titel | webadresse."),
    )
    reviewed_by = models.CharField(_("gennemgået af"), max_length=200, blank=True)
    reviewed_on = models.DateField(_("gennemgået den"), null=True, blank=True)
    review_due = models.DateField(_("næste gennemgang"), null=True, blank=True)
    questions = models.JSONField(
        _("spørgsmål, som siden svarer på"),
        default=list,
        blank=True,
        validators=[validate_questions],
        help_text=_(
            "Ét spørgsmål på hver linje, med de besøgendes egne ord. Robotterne bruger dem til at finde siden."
        ),
    )
    created_at = models.DateTimeField(_("oprettet"), auto_now_add=True)
    updated_at = models.DateTimeField(_("ændret"), auto_now=True)

    objects = PageQuerySet.as_manager()
    history = HistoricalRecords(verbose_name=_("version"), verbose_name_plural=_("versioner"))

    class Meta:
        verbose_name = _("side")
        verbose_name_plural = _("sider")
        ordering = ["order", "title"]
        constraints = [models.UniqueConstraint(fields=["language", "slug"], name="page_address")]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Clean the body, store the page and keep its old address alive: one transaction."""
        fields = kwargs.get("update_fields")
        if fields:
            kwargs["update_fields"] = {*fields, "updated_at"}
        with transaction.atomic():
            stored = Page.objects.filter(pk=self.pk).only("language", "kind", "slug", "body").first()
            if fields is None or "body" in fields:
                self.body = clean_body(self.body, previous=stored.body if stored else "")
            self._clean_lines(fields)
            super().save(*args, **kwargs)
            PageRedirect.objects.follow(self, old_path=stored.get_absolute_url() if stored else None)

    def get_absolute_url(self) -> str:
        return page_path(self.language, self.kind, self.slug)

    def _clean_lines(self, fields: Collection[str] | None) -> None:
        """Clean the fields beside the body as `content.files` cleans them, so that an import finds them as they are."""
        for name, clean in (("title", clean_line), ("summary", clean_lines), ("reviewed_by", clean_line)):
            if fields is None or name in fields:
                setattr(self, name, clean(getattr(self, name)))
        if fields is None or "questions" in fields:
            self.questions = [clean_line(question) for question in self.questions]
        if fields is None or "sources" in fields:
            self.sources = [source | {"title": clean_line(source["title"])} for source in self.sources]

    def is_public(self, now: datetime | None = None) -> bool:
        """Say whether a visitor may see the page at `now` (default: this moment), as `published()` does."""
        now = now or timezone.now()
        return (
            self.status == self.Status.PUBLISHED
            and (self.publish_at is None or self.publish_at <= now)
            and (self.expire_at is None or self.expire_at > now)
        )

    @property
    def edited_as(self) -> type[Page]:
        """The model that the page is edited as, and whose permissions count."""
        return HealthArticle if self.kind == self.Kind.HEALTH else SitePage

    @property
    def published_at(self) -> datetime:
        """When visitors could first see the page, as far as is known."""
        return self.publish_at or self.created_at

    @property
    def renewed_at(self) -> datetime:
        """When visitors last had something new: the last change, or the publishing that was set for later."""
        return max(self.updated_at, self.published_at)

    @property
    def is_review_overdue(self) -> bool:
        """Say whether the page should have been reviewed before today, as `review_overdue()` does."""
        return (
            self.review_due is not None
            and self.review_due < timezone.localdate()
            and self.status != self.Status.ARCHIVED
        )

    @property
    def counterpart(self) -> Page | None:
        """The same page in the other language, whichever of the two is a translation of the other."""
        if self.translation_of is not None:
            return self.translation_of
        try:
            return self.translated_by
        except Page.DoesNotExist:
            return None

    @property
    def breadcrumb(self) -> list[Page]:
        """The page's ancestors in the menu tree, outermost first, and itself last."""
        trail: list[Page] = [self]
        seen = {self.pk}
        while (parent := trail[-1].parent) is not None and parent.pk not in seen:
            seen.add(parent.pk)
            trail.append(parent)
        return trail[::-1]

    def clean(self) -> None:
        """Check what concerns more than one field (content/rules.py). Raise ValidationError by field."""
        errors: dict[str, list[str]] = {}
        for field, message in broken_rules(self):
            errors.setdefault(field, []).append(message)
        if errors:
            raise ValidationError(errors)

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        """Write the row as a Page, so that receivers of Page's signals hear of it whichever proxy this is."""
        proxy, self.__class__ = self.__class__, Page
        try:
            super().save_base(*args, **kwargs)
        finally:
            self.__class__ = proxy

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete as a Page (see `save_base`), with its redirects."""
        proxy, self.__class__ = self.__class__, Page
        try:
            return super().delete(*args, **kwargs)
        finally:
            self.__class__ = proxy

    delete.alters_data = True


def page_path(language: str, kind: str, slug: str) -> str:
    """Return the address of a page, from the site's root."""
    return f"{PATH_PREFIXES[language, kind]}{slug}/"


class KindManager(models.Manager.from_queryset(PageQuerySet)):  # type: ignore[misc]
    """Pages of the kind that its proxy model is for."""

    def get_queryset(self) -> PageQuerySet:
        return super().get_queryset().filter(kind=self.model.KIND)


class HealthArticle(Page):
    """A page of medical content, with sources and review dates."""

    KIND: ClassVar = Page.Kind.HEALTH

    objects = KindManager()

    class Meta:
        proxy = True
        verbose_name = _("sundhedsartikel")
        verbose_name_plural = _("sundhedsartikler")
        ordering = ["title"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if not args:
            kwargs.setdefault("kind", self.KIND)
        super().__init__(*args, **kwargs)


class SitePage(Page):
    """A page about the organisation and its services, with a place in the menu."""

    KIND: ClassVar = Page.Kind.PAGE

    objects = KindManager()

    class Meta:
        proxy = True
        verbose_name = _("side")
        verbose_name_plural = _("sider på hjemmesiden")
        ordering = ["language", "order", "title"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if not args:
            kwargs.setdefault("kind", self.KIND)
        super().__init__(*args, **kwargs)


class PageRedirectManager(models.Manager["PageRedirect"]):
    """Keeps old addresses in step with the pages that had them."""

    def follow(self, page: Page, old_path: str | None) -> None:
        """Point `old_path` at the page that left it; free the address that the page has now."""
        path = page.get_absolute_url()
        self.filter(path=path).delete()
        if old_path is not None and old_path != path:
            self.update_or_create(path=old_path, defaults={"page": page})


class PageRedirect(models.Model):
    """An address that a page once had. It leads to the page, wherever that is now."""

    path = models.CharField(_("gammel adresse"), max_length=255, unique=True)
    page = models.ForeignKey(Page, verbose_name=_("side"), on_delete=models.CASCADE, related_name="redirects")
    created_at = models.DateTimeField(_("oprettet"), auto_now_add=True)

    objects = PageRedirectManager()

    class Meta:
        verbose_name = _("gammel adresse")
        verbose_name_plural = _("gamle adresser")
        ordering = ["path"]

    def __str__(self) -> str:
        return self.path


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices, by whether their time has come."""

    def current(self, now: datetime | None = None) -> NoticeQuerySet:
        """Those that visitors see at `now` (default: this moment)."""
        now = now or timezone.now()
        return self.filter(Q(show_from=None) | Q(show_from__lte=now), show_until__gt=now)

    def coming(self, now: datetime | None = None) -> NoticeQuerySet:
        """Those that visitors will see after `now`."""
        now = now or timezone.now()
        return self.filter(show_from__gt=now, show_until__gt=now)

    def ended(self, now: datetime | None = None) -> NoticeQuerySet:
        """Those that visitors no longer see at `now`."""
        return self.filter(show_until__lte=now or timezone.now())


class Notice(models.Model):
    """A few words to every visitor, at the top of every page until they end by themselves.

    It has both languages in one row, so that it begins and ends in both at once. It is of the moment: it is no page,
    so no bot answers from it, and `export_content` leaves it out. What is shown of it is made in content/notices.py.
    """

    class Level(models.TextChoices):
        INFORMATION = "information", _("Besked")
        IMPORTANT = "important", _("Vigtig besked")

    class State(models.TextChoices):
        CURRENT = "current", _("Vises nu")
        COMING = "coming", _("Kommer")
        ENDED = "ended", _("Slut")

    level = models.CharField(
        _("slags"),
        max_length=11,
        choices=Level,
        default=Level.INFORMATION,
        help_text=_("Brug kun “Vigtig besked”, når den kan spare nogen en tur forgæves."),
    )
    text = models.CharField(
        _("tekst"),
        max_length=300,
        validators=[validate_words],
        help_text=_("En eller to sætninger. Skriv telefonnumre som 62 00 40 00, så kan man trykke på dem og ringe op."),
    )
    text_en = models.CharField(
        _("tekst på engelsk"),
        max_length=300,
        blank=True,
        help_text=_("Tomt: den danske tekst står også på de engelske sider."),
    )
    page = models.ForeignKey(
        Page,
        verbose_name=_("læs mere på"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Valgfrit. Et link til siden efter teksten. På engelsk fører det til sidens oversættelse."),
    )
    show_from = models.DateTimeField(_("vises fra"), null=True, blank=True, help_text=_("Tomt: med det samme."))
    show_until = models.DateTimeField(_("vises til"), help_text=_("Så forsvinder beskeden af sig selv."))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("skrevet af"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("oprettet"), auto_now_add=True)
    updated_at = models.DateTimeField(_("ændret"), auto_now=True)

    objects = NoticeQuerySet.as_manager()
    history = HistoricalRecords(verbose_name=_("version"), verbose_name_plural=_("versioner"))

    class Meta:
        verbose_name = _("besked på alle sider")
        verbose_name_plural = _("beskeder på alle sider")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return Truncator(self.text).chars(60)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with clean texts."""
        self.text, self.text_en = clean_line(self.text), clean_line(self.text_en)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Refuse a time in which nobody sees it."""
        if self.show_until and self.show_until <= timezone.now():
            raise ValidationError({"show_until": _("Den tid er gået. Vælg en, der ikke er kommet endnu.")})
        if self.show_until and self.show_from and self.show_until <= self.show_from:
            raise ValidationError({"show_until": _("Beskeden skal slutte, efter at den begynder.")})

    def state(self, now: datetime | None = None) -> State:
        """Say whether visitors see it at `now` (default: this moment), as `current()` and the others do."""
        now = now or timezone.now()
        if self.show_until <= now:
            return self.State.ENDED
        return self.State.COMING if self.show_from and self.show_from > now else self.State.CURRENT
