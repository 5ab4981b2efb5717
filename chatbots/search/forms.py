"""The search form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chatbots.forms import CleanCharField
from content.models import Page

#: Characters of a search; a longer text is a question for a bot.
MAX_LENGTH = 300


class SearchForm(forms.Form):
    """What to look for, and among what. `topic` is a topic's slug, `side` the page of results."""

    words = CleanCharField(
        label=_("Hvad leder du efter?"),
        max_length=MAX_LENGTH,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "spellcheck": "true"}),
        error_messages={
            "required": _("Skriv, hvad du leder efter."),
            "max_length": _("Søgningen er for lang. Skriv højst %(limit_value)d tegn."),
        },
    )
    kind = forms.ChoiceField(
        label=_("Vis"),
        required=False,
        choices=[("", _("Alt")), (Page.Kind.HEALTH, _("Sygdom og sundhed")), (Page.Kind.PAGE, _("Om centret"))],
    )
    topic = forms.SlugField(label=_("Emne"), required=False)
    side = forms.IntegerField(required=False, min_value=1, max_value=1000)

    def clean_side(self) -> int:
        return int(self.cleaned_data.get("side") or 1)

    @property
    def shown_words(self) -> Any:
        """What stands in the field: nothing in a fresh form, and masked in one that was sent."""
        return self["words"].value() or ""
