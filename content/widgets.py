"""Widgets of the editors' forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin import widgets
from django_prose_editor.widgets import prose_editor_admin_media
from js_asset import Media, Script


class BodyWidget(forms.Textarea):
    """A textarea that content/admin/editor.js turns into the rich text editor.

    The editor is django-prose-editor's; it is started by a module of our own, which leaves out the style element
    that it would otherwise write into the page, so that it runs under a strict content security policy.
    """

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 30, "class": "vLargeTextField", "data-page-body": "", **(attrs or {})})

    @property
    def media(self) -> forms.Media:
        return prose_editor_admin_media + Media(
            css={"all": ["content/admin/editor.css"]},
            js=["content/admin/editor_texts.js", Script("content/admin/editor.js", type="module")],
        )


class SlugWidget(widgets.AdminTextInputWidget):
    """A text field that follows the title until the editor writes in it."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"data-slug-of": "id_title", **(attrs or {})})

    class Media:
        js = ["content/admin/slug.js"]


class LinesWidget(widgets.AdminTextareaWidget):
    """A textarea with one item a line."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 4, **(attrs or {})})
