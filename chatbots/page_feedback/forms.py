"""The question on every page, and the comment after it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from chatbots.forms import CleanCharField
from chatbots.page_feedback.models import MAX_COMMENT, PageFeedback
from content.models import Page


class VerdictForm(forms.Form):
    """Whether a visitor found what they came for."""

    page = forms.ModelChoiceField(Page.objects.none())
    found = forms.TypedChoiceField(
        choices=[("yes", _("Ja")), ("no", _("Nej"))], coerce=lambda value: value == "yes", empty_value=None
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["page"].queryset = Page.objects.published().defer("body")


class CommentForm(forms.Form):
    """What was missing. `given` is the verdict that it belongs to."""

    given = forms.ModelChoiceField(PageFeedback.objects.none(), to_field_name="token")
    comment = CleanCharField(
        max_length=MAX_COMMENT,
        error_messages={
            "required": _("Skriv en kommentar, eller gå tilbage til siden."),
            "max_length": _("Kommentaren er for lang. Skriv højst %(limit_value)d tegn."),
        },
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        open_rows = PageFeedback.objects.filter(comment="").select_related("page")
        self.fields["given"].queryset = open_rows
