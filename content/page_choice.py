"""Choosing a page in the admin: a search field that tells pages of both languages and kinds apart."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import ForeignKey
from django.forms import ModelChoiceField

from content.models import Page


def page_label(page: Page) -> str:
    """Return a page's name where pages of both languages and kinds are chosen from."""
    return f"{page.title} ({page.get_language_display()}, {page.get_absolute_url()})"


class PageSelect(AutocompleteSelect):
    """A search field for a page, which shows its language and address."""

    url_name = "%s:content_page_lookup"


class PageChoiceField(ModelChoiceField):
    """A page to choose, named by title, language and address."""

    def label_from_instance(self, page: Page) -> str:
        return page_label(page)


class PageLookupView(AutocompleteJsonView):
    """Answers PageSelect."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        return {**super().serialize_result(obj, to_field_name), "text": page_label(obj)}


def choose_page(db_field: ForeignKey, site: AdminSite, **kwargs: Any) -> Any:
    """Return the form field in which an editor chooses the page that `db_field` is for."""
    choice = {"form_class": PageChoiceField, "widget": PageSelect(db_field, site), "queryset": Page.objects.all()}
    return db_field.formfield(**kwargs | choice)
