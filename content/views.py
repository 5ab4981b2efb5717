"""The public site. Visitors see what is published; editors also see, at the same address, what is not yet."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.db.models import Count, F, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from content.alphabet import by_letter
from content.menus import front_item, language_links, named_pages, page_trail, site_pages, topic_trail
from content.middleware import language_of
from content.models import PATH_PREFIXES, Page, PageRedirect, Topic
from content.rendering import render_body
from content.structured import page_data, site_data
from content.suggestions import pages_like
from content.topic_pairs import topic_pairs

#: What a list of pages needs; the text itself stays in the database.
LIST_FIELDS = ("title", "slug", "language", "kind", "summary", "topic_id", "reviewed_on")

#: What is added to the address of all articles to have them by letter.
BY_LETTER = "?sort=title"

NEWEST = 6
RELATED = 6
#: A text with fewer headings than this is overlooked at a glance and needs no table of contents.
MIN_CONTENTS = 3

View = Callable[..., HttpResponse]


def revalidated(view: View) -> View:
    """Let browsers keep the page but ask each time: an edit shows at once, an unchanged page costs no transfer."""

    @require_safe
    @conditional_page
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-cache")
        return response

    return wrapper


@revalidated
def front(request: HttpRequest, language: str) -> HttpResponse:
    """Show what most visitors come for, then the topics and the newest articles."""
    icons = settings.SITE_TASKS[language]
    published_on = TruncDate(Coalesce("publish_at", "created_at"))
    newest = articles(language).annotate(fresh_on=Coalesce("reviewed_on", published_on)).order_by("-fresh_on", "title")
    context = {
        "tasks": [(page, icons[page.slug]) for page in named_pages(language, icons)],
        "topics": topics(language),
        "newest": newest[:NEWEST],
        "on_front_page": True,
        "structured": site_data(root_of(request), request.build_absolute_uri(request.path), language),
    }
    return render(request, "content/front.html", context | everywhere(language, "page"))


@revalidated
def health(request: HttpRequest, language: str) -> HttpResponse:
    """Show every health article, by topic or by letter.

    Both are one page to a search engine: its canonical address has no query. The link to the other language keeps the
    order.
    """
    context: dict[str, Any] = {"trail": [front_item(language)]} | everywhere(language, "health")
    if request.GET.get("sort") == "title":
        context["articles"] = list(articles(language))
        context["letters"] = by_letter(context["articles"], language)
        sorted_too = {code: f"{address}{BY_LETTER}" for code, address in context["addresses"].items()}
        context["language_links"] = language_links(language, sorted_too)
    else:
        by_topic = articles(language).select_related("topic").only(*LIST_FIELDS, "topic")
        context["articles"] = by_topic.order_by(F("topic__name").asc(nulls_last=True), "title")
    return render(request, "content/health.html", context | {"by_letter_query": BY_LETTER})


@revalidated
def topic(request: HttpRequest, language: str, slug: str) -> HttpResponse:
    """Show the pages of one topic: articles first, then site pages."""
    topic = get_object_or_404(Topic, language=language, slug=slug)
    addresses = {language: topic.get_absolute_url()}
    if other := topic_pairs().get(topic.pk):
        counterpart = Topic.objects.get(pk=other)
        addresses[counterpart.language] = counterpart.get_absolute_url()
    context = {
        "topic": topic,
        "trail": topic_trail(language),
        "articles": articles(language).filter(topic=topic).order_by("title"),
        "site_pages": site_pages(language).filter(topic=topic).only(*LIST_FIELDS, "order"),
        "topics": topics(language),
    }
    return render(request, "content/topic.html", context | standing_at(addresses, language))


@revalidated
def page(request: HttpRequest, language: str, kind: str, slug: str) -> HttpResponse:
    """Show one page; an address it once had leads to where it is now."""
    page = (
        Page.objects.select_related("topic", "parent__parent__parent", "translation_of", "translated_by")
        .filter(language=language, kind=kind, slug=slug)
        .first()
    )
    if page is None or not may_see(request, page):
        return redirect_from(request)
    counterpart = page.counterpart
    addresses = {language: page.get_absolute_url()}
    if counterpart is not None and counterpart.is_public():
        addresses[counterpart.language] = counterpart.get_absolute_url()
    body = render_body(page.body, root_of(request))
    contents = [heading for heading in body.headings if heading.level == 2]
    trail = page_trail(page)
    context = {
        "page": page,
        "trail": trail,
        "structured": page_data(page, request.build_absolute_uri(request.path), root_of(request), trail),
        "body": body,
        "contents": contents if len(contents) >= MIN_CONTENTS else [],
        "related": related(page),
        "children": site_pages(language).filter(parent=page).only(*LIST_FIELDS, "order"),
        "edit_url_name": f"admin:content_{page.edited_as._meta.model_name}_change" if is_editor(request, page) else "",
        "hidden_because": "" if page.is_public() else hidden_because(page),
    }
    template = "content/article.html" if kind == Page.Kind.HEALTH else "content/page.html"
    response = render(request, template, context | standing_at(addresses, language))
    if context["edit_url_name"]:
        response.headers["Cache-Control"] = "private, no-store"
    return response


def redirect_from(request: HttpRequest) -> HttpResponse:
    """Lead from an old address to the page's present one. Raise Http404 when there is none to see."""
    old = PageRedirect.objects.select_related("page").filter(path=request.path_info).first()
    if old is None or not may_see(request, old.page):
        raise Http404
    return HttpResponsePermanentRedirect(old.page.get_absolute_url())


def may_see(request: HttpRequest, page: Page) -> bool:
    """Tell whether `page` exists as far as this visitor is concerned."""
    return page.is_public() or is_editor(request, page)


def is_editor(request: HttpRequest, page: Page) -> bool:
    """Tell whether the user may view `page` in the admin. Without a session cookie no session is looked up."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_staff:
        return False
    return request.user.has_perm(f"content.view_{page.edited_as._meta.model_name}")


def hidden_because(page: Page) -> str:
    """Say in the editor's words why visitors do not see `page`."""
    if page.status != Page.Status.PUBLISHED:
        return page.get_status_display()
    if page.expire_at is not None and page.expire_at <= timezone.now():
        return _("Udløbet")
    return _("Udgives %(when)s") % {"when": date_format(timezone.localtime(page.publish_at), "SHORT_DATETIME_FORMAT")}


def articles(language: str) -> QuerySet[Page]:
    """Return the published health articles of `language`, for lists."""
    return Page.objects.published().filter(language=language, kind=Page.Kind.HEALTH).only(*LIST_FIELDS)


def topics(language: str) -> QuerySet[Topic]:
    """Return the topics of `language` that have published health articles, with their number as `articles`."""
    return (
        Topic.objects.filter(language=language, pages__in=articles(language).order_by().values("pk"))
        .annotate(articles=Count("pages"))
        .order_by("name")
    )


def related(page: Page) -> QuerySet[Page]:
    """Return what to read next: the topic's other articles, or the pages beside this one in the menu."""
    if page.kind == Page.Kind.HEALTH:
        return articles(page.language).filter(topic=page.topic_id or 0).exclude(pk=page.pk).order_by("title")[:RELATED]
    return site_pages(page.language).filter(parent=page.parent_id or 0).exclude(pk=page.pk).only(*LIST_FIELDS, "order")


def root_of(request: HttpRequest) -> str:
    """Return the address of the site, without a slash at its end."""
    return request.build_absolute_uri("/").rstrip("/")


def everywhere(language: str, kind: str) -> dict[str, Any]:
    """Return the context of a page that every language has at the root of `kind`."""
    return standing_at({code: PATH_PREFIXES[code, kind] for code, _name in settings.LANGUAGES}, language)


def standing_at(addresses: dict[str, str], language: str) -> dict[str, Any]:
    """Return the context that says where the same content stands, by language."""
    return {"addresses": addresses, "language_links": language_links(language, addresses)}


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead to the icon that every page names: browsers and crawlers ask here without looking."""
    return HttpResponsePermanentRedirect(static("site/icon.svg"))


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers what to leave alone and where the sitemap is."""
    return render(request, "robots.txt", content_type="text/plain; charset=utf-8")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Help a visitor on from an address that leads nowhere."""
    language = language_of(request.path_info)  # also under the admin, whose language staff choose: this is a page
    with translation.override(language):
        context = {"suggestions": pages_like(request.path_info, language)}
        response = render(request, "404.html", context, status=404)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Language"] = language
    return response
