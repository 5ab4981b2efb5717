"""The index in the admin: how it is, what it knows of a page, and a way to start indexing."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chatbots import panels, signals, tasks
from chatbots.bots import get_bot
from chatbots.indexing.receipts import receipt_of
from chatbots.models import Chunk, IndexState
from content.models import Page

#: The columns of a chunk that people read: its vectors stay in the database.
READ = ("bot", "recipe", "ordinal", "anchor", "heading_path", "text", "questions")


@admin.register(IndexState)
class IndexStateAdmin(admin.ModelAdmin):
    """One page with the state of every bot's index, in place of a list; nothing can be changed."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("start/", view(require_POST(self.start_view)), name="chatbots_indexstate_start"),
            path("judge/", view(self.judge_view), name="chatbots_judge"),
            path("page/<int:page_id>/receipt/", view(self.receipt_view), name="chatbots_page_receipt"),
            path("page/<int:page_id>/chunks/", view(self.chunks_view), name="chatbots_page_chunks"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show how every bot's index is."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("Robotternes indeks"),
            "opts": self.opts,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/chatbots/index.html", context)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lead to what is known of the page: the state itself is digests."""
        state = self.get_object(request, object_id)
        if state is None:
            raise Http404
        return HttpResponseRedirect(reverse("admin:chatbots_page_chunks", args=[state.page_id]))

    def start_view(self, request: HttpRequest) -> HttpResponse:
        """Queue a sweep: index all that is behind, and check the files on disk."""
        if not request.user.has_perm("chatbots.change_indexstate"):
            raise PermissionDenied
        if signals.wake(tasks.sweep):
            messages.success(request, _("Indekseringen er sat i kø. Opdatér siden for at se, hvor langt den er."))
        else:
            messages.warning(
                request,
                _("Brokeren svarer ikke, så indekseringen er ikke sat i kø. Den begynder af sig selv, når den svarer."),
            )
        return HttpResponseRedirect(reverse("admin:chatbots_indexstate_changelist"))

    def judge_view(self, request: HttpRequest) -> HttpResponse:
        """Show what decides whether a bot answers, and how good that is."""
        from chatbots.judge_report import judge_reports  # Here, because the judge brings the search's libraries.

        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("Sådan afgør robotterne, om de kan svare"),
            "opts": self.opts,
            "reports": judge_reports(),
        }
        return TemplateResponse(request, "admin/chatbots/judge.html", context)

    def receipt_view(self, request: HttpRequest, page_id: int) -> JsonResponse:
        """Return the lines of a page's receipt as they are now, and whether they will change."""
        receipt = receipt_of(_page(request, page_id).pk)
        return JsonResponse({"settled": receipt.settled, "html": panels.receipt_lines(receipt)})

    def chunks_view(self, request: HttpRequest, page_id: int) -> HttpResponse:
        """Show the passages that each bot knows a page by, and the questions that lead to them."""
        page = _page(request, page_id)
        recipes = dict(IndexState.objects.filter(page_id=page.pk).values_list("bot", "recipe"))
        chunks: dict[str, list[Chunk]] = {bot: [] for bot in recipes}
        for chunk in Chunk.objects.filter(page_id=page.pk).only(*READ).order_by("ordinal"):
            if chunk.recipe == recipes.get(chunk.bot):
                chunks[chunk.bot].append(chunk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Det kender robotterne af “%(title)s”") % {"title": page.title},
            "page": page,
            "model": page.edited_as._meta,
            "lines": panels.lines(receipt_of(page.pk)),
            "bots": [(get_bot(bot).title, known) for bot, known in chunks.items() if known],
        }
        return TemplateResponse(request, "admin/chatbots/chunks.html", context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: IndexState | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: IndexState | None = None) -> bool:
        return False


def _page(request: HttpRequest, page_id: int) -> Page:
    """Return a page that this editor may see; 404, or PermissionDenied."""
    page = get_object_or_404(Page, pk=page_id)
    if not admin.site.get_model_admin(page.edited_as).has_view_or_change_permission(request, page):
        raise PermissionDenied
    return page
