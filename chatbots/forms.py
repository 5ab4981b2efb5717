"""The chat as plain forms, for visitors without JavaScript."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chatbots.bots import MAX_MESSAGE_LENGTH
from chatbots.question_text import clean
from chatbots.safety.masking import mask

MAX_COMMENT_LENGTH = 1000


class CleanCharField(forms.CharField):
    """Text without control characters. A form that is shown again shows it masked.

    What is too long is refused with all of it in the field: a browser that is told the limit cuts without a word.
    """

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}

    def to_python(self, value: Any) -> str:
        return clean(super().to_python(value))

    def bound_data(self, data: Any, initial: Any) -> Any:
        value = super().bound_data(data, initial)
        return mask(value).text if isinstance(value, str) else value


class QuestionForm(forms.Form):
    """A question."""

    message = CleanCharField(
        label=_("Dit spørgsmål"),
        max_length=MAX_MESSAGE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "aria-describedby": "chat-limit"}),
        error_messages={
            "required": _("Skriv et spørgsmål."),
            "max_length": _("Spørgsmålet er for langt. Skriv højst %(limit_value)d tegn."),
        },
    )


class FeedbackForm(forms.Form):
    """Whether an answer helped."""

    answer = forms.UUIDField(widget=forms.HiddenInput)
    helpful = forms.TypedChoiceField(
        label=_("Hjalp svaret dig?"),
        choices=[("yes", _("Ja")), ("no", _("Nej"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Vælg ja eller nej.")},
    )
    comment = CleanCharField(
        label=_("Vil du skrive hvorfor? Skriv ikke dit cpr-nummer."),
        required=False,
        max_length=MAX_COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
        error_messages={"max_length": _("Kommentaren er for lang. Skriv højst %(limit_value)d tegn.")},
    )
