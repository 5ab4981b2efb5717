"""The editors' admin: health articles, site pages, topics and old addresses; notices in content/notice_admin.py."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.db.models import Count, Q, QuerySet
from django.forms import Media as FormsMedia
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from js_asset import Media

from content import staff_admin  # noqa: F401 - registers
from content.forms import PageForm
from content.models import HealthArticle, Page, PageRedirect, SitePage, Topic
from content.notice_admin import NoticeAdmin
from content.page_choice import PageLookupView, choose_page
from content.panels import panels_for
from content.saving import TextKeepingAdmin
from content.version_admin import VersionAdmin

__all__ = ["NoticeAdmin"]

admin.site.site_header = gettext_lazy("Redaktion")
admin.site.site_title = gettext_lazy("Redaktion")
admin.site.index_title = gettext_lazy("Indhold og robotter")


class ReviewFilter(admin.SimpleListFilter):
    """Pages by whether their review is due."""

    title = gettext_lazy("gennemgang")
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("overdue", _("Overskredet")), ("soon", _("Inden for 30 dage")), ("none", _("Uden dato"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Page]) -> QuerySet[Page]:
        today = timezone.localdate()
        match self.value():
            case "overdue":
                return queryset.review_overdue(today)
            case "soon":
                return queryset.filter(review_due__range=(today, today + timezone.timedelta(days=30)))
            case "none":
                return queryset.filter(review_due=None)
        return queryset


class TopicFilter(admin.RelatedFieldListFilter):
    """Topics, with the language of those that are not Danish."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[int, str]]:
        return [
            (topic.pk, topic.name if topic.language == "da" else f"{topic.name} ({topic.language})")
            for topic in Topic.objects.order_by("language", "name")
        ]


class SpellingTolerantSearch(admin.ModelAdmin):
    """Searches without regard to case, also in æ, ø and å, which SQLite tells apart."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        for word in search_term.split()[:10]:
            condition = Q()
            for spelling in {word, word.lower(), word.upper(), word.capitalize()}:
                for field in self.search_fields:
                    condition |= Q(**{f"{field}__icontains": spelling})
            queryset = queryset.filter(condition)
        return queryset, False


class PageAdmin(TextKeepingAdmin, VersionAdmin, SpellingTolerantSearch):
    """What the two kinds of page have in common."""

    form = PageForm
    change_form_template = "admin/content/page/change_form.html"
    search_fields = ("title", "slug", "summary", "body")
    list_per_page = 50
    list_select_related = ("topic", "parent", "owner")
    actions = ("publish", "archive")
    save_on_top = True

    class Media:
        css = {"all": ["content/admin/editor.css"]}

    # ── Form ────────────────────────────────────────────────────────────────────────────────────
    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"owner": request.user.pk, **super().get_changeform_initial_data(request)}

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in {"translation_of", "parent"}:
            return choose_page(db_field, self.admin_site, **kwargs)
        if db_field.name == "topic":
            kwargs["queryset"] = Topic.objects.order_by("language", "name")
        if db_field.name == "owner":
            kwargs["queryset"] = get_user_model()._default_manager.filter(is_active=True, is_staff=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show other apps' panels, and let the editor's import map pass the content security policy."""
        page = kwargs.get("obj")
        context["panels"] = panels_for(page) if page is not None else []
        media = context["media"]
        if isinstance(media, FormsMedia) and hasattr(request, "csp_nonce"):
            context["media"] = Media.from_media(media).with_nonce(str(request.csp_nonce))
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Page, form: PageForm, change: bool) -> None:
        """Save, unless nothing was changed: a version should differ from the one before it."""
        if change and not set(form.changed_data) - {"change_reason"}:
            return
        obj._change_reason = form.cleaned_data.get("change_reason") or None
        super().save_model(request, obj, form, change)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Ask for the right to delete the pages alone: what goes with them was made from them."""
        listed, counts, lacking, protected = super().get_deleted_objects(objs, request)
        return listed, counts, lacking & {self.opts.verbose_name}, protected

    def view_on_site(self, obj: Page) -> str:
        return obj.get_absolute_url()

    # ── List ────────────────────────────────────────────────────────────────────────────────────
    @admin.display(description=gettext_lazy("status"), ordering="status")
    def state(self, page: Page) -> str:
        """Return a page's status as its visitors have it."""
        if page.status != Page.Status.PUBLISHED or page.is_public():
            return page.get_status_display()
        now = timezone.now()
        if page.publish_at and page.publish_at > now:
            return _("Udgives %(moment)s") % {"moment": _moment(page.publish_at)}
        return _("Udløbet %(moment)s") % {"moment": _moment(page.expire_at)}

    @admin.display(description=gettext_lazy("næste gennemgang"), ordering="review_due")
    def due(self, page: Page) -> str:
        """Return the date of a page's next review, and whether it has passed."""
        if page.review_due is None:
            return "–"
        day = date_format(page.review_due, "SHORT_DATE_FORMAT")
        return _("%(day)s, overskredet") % {"day": day} if page.is_review_overdue else day

    # ── Actions ─────────────────────────────────────────────────────────────────────────────────
    @admin.action(description=gettext_lazy("Udgiv de valgte"), permissions=["change"])
    def publish(self, request: HttpRequest, pages: QuerySet[Page]) -> None:
        self._set_status(request, pages, Page.Status.PUBLISHED, _("Udgivet fra listen"))

    @admin.action(description=gettext_lazy("Arkivér de valgte"), permissions=["change"])
    def archive(self, request: HttpRequest, pages: QuerySet[Page]) -> None:
        self._set_status(request, pages, Page.Status.ARCHIVED, _("Arkiveret fra listen"))

    def _set_status(self, request: HttpRequest, pages: QuerySet[Page], status: str, reason: str) -> None:
        """Save each page that has another status, so that each gets its version; all of them or none."""
        with transaction.atomic():
            changed = list(pages.exclude(status=status))
            for page in changed:
                page.status = status
                page._change_reason = reason
                page.save(update_fields=["status"])
                self.log_change(request, page, [{"changed": {"fields": [str(_("status"))]}}])
        label = Page.Status(status).label
        message = ngettext("%(count)d side er nu: %(label)s.", "%(count)d sider er nu: %(label)s.", len(changed))
        self.message_user(request, message % {"count": len(changed), "label": label}, messages.SUCCESS)


def _moment(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")


_TEXT = (None, {"fields": ("title", "slug", "language", "summary", "body")})
_REVIEW = ("sources", "reviewed_by", ("reviewed_on", "review_due"))
_PUBLISHING = (
    gettext_lazy("Udgivelse"),
    {"fields": ("status", ("publish_at", "expire_at"), "owner", "translation_of", "change_reason")},
)


@admin.register(HealthArticle)
class HealthArticleAdmin(PageAdmin):
    """Articles that the health bot answers from."""

    list_display = ("title", "state", "due", "topic", "language", "updated_at")
    list_filter = ("status", ReviewFilter, "language", ("topic", TopicFilter), "owner")
    fieldsets = (
        _TEXT,
        (gettext_lazy("Emne og spørgsmål"), {"fields": ("topic", "questions")}),
        (gettext_lazy("Kilder og faglig gennemgang"), {"fields": _REVIEW}),
        _PUBLISHING,
    )


@admin.register(SitePage)
class SitePageAdmin(PageAdmin):
    """Pages that the guide leads to."""

    list_display = ("title", "state", "parent", "order", "language", "updated_at")
    list_filter = ("status", "language", ("topic", TopicFilter), ReviewFilter, "owner")
    fieldsets = (
        _TEXT,
        (gettext_lazy("Plads i menuen"), {"fields": ("parent", "order")}),
        (gettext_lazy("Emne og spørgsmål"), {"fields": ("topic", "questions")}),
        (gettext_lazy("Kilder og gennemgang"), {"fields": _REVIEW, "classes": ["collapse"]}),
        _PUBLISHING,
    )


@admin.register(Page)
class PageLookupAdmin(SpellingTolerantSearch):
    """No entry of its own: finds pages of both kinds for PageSelect, and leads to their own forms."""

    search_fields = ("title", "slug")
    ordering = ("title", "language")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.lookup_view)
        return [path("lookup/", view, name="content_page_lookup"), *super().get_urls()]

    def lookup_view(self, request: HttpRequest) -> JsonResponse:
        return PageLookupView.as_view(admin_site=self.admin_site)(request)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        page = self.get_object(request, object_id)
        if page is None:
            return super().change_view(request, object_id, *args, **kwargs)
        return HttpResponseRedirect(change_url(page))

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:app_list", args=["content"]))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Page | None = None) -> bool:
        return any(
            request.user.has_perm(f"content.{action}_{model}")
            for model in ("healtharticle", "sitepage", "page")
            for action in ("view", "change")
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Page | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Page | None = None) -> bool:
        return False


def change_url(page: Page) -> str:
    """Return the address of the form that `page` is edited in."""
    return reverse(f"admin:content_{page.edited_as._meta.model_name}_change", args=[page.pk])


@admin.register(Topic)
class TopicAdmin(SpellingTolerantSearch):
    """Subjects of pages."""

    list_display = ("name", "language", "slug", "page_count")
    list_filter = ("language",)
    search_fields = ("name",)
    fields = ("name", "slug", "language")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        return super().get_queryset(request).annotate(page_count=Count("pages"))

    @admin.display(description=gettext_lazy("sider"), ordering="page_count")
    def page_count(self, topic: Any) -> int:
        return int(topic.page_count)


@admin.register(PageRedirect)
class PageRedirectAdmin(admin.ModelAdmin):
    """Old addresses: made when an address changes, only to be seen or removed here."""

    list_display = ("path", "leads_to", "created_at")
    search_fields = ("path", "page__title")
    list_select_related = ("page",)
    readonly_fields = ("path", "page", "created_at")

    @admin.display(description=gettext_lazy("fører til"), ordering="page__title")
    def leads_to(self, redirect: PageRedirect) -> str:
        return redirect.page.get_absolute_url()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False
