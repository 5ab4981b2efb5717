"""Two editors in one form: the one who saves last is told, and overwrites nothing unseen."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import model_to_dict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import gettext as _


class SeenField(forms.IntegerField):
    """The number of a version. No change that an editor makes."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class CollisionForm(forms.ModelForm):
    """A form of something that keeps its versions. It knows which one its editor saw.

    Where a newer one was saved in the meantime, nothing is saved: the form comes back with what the editor wrote, with
    what only the other changed, and with a word on both. Saving once more then means what it shows.
    """

    #: The version that the form was opened with. A form sent without it is not compared.
    seen = SeenField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and (newest := self._versions().first()):
            self.initial["seen"] = newest.pk

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        seen = cleaned.pop("seen", None)
        if self.instance.pk and seen:
            self._compare(seen)
        return cleaned

    def changes_of(self, seen: models.Model, newest: models.Model) -> str:
        """Return the address of a page that compares two versions, "" for none."""
        return ""

    def _versions(self) -> models.QuerySet[Any]:
        return self.instance.history.order_by("-history_date", "-history_id")

    def _compare(self, seen: int) -> None:
        """Raise ValidationError when another version is the newest by now."""
        # Two who save in the same moment come here one after the other.
        list(type(self.instance)._base_manager.select_for_update().filter(pk=self.instance.pk).values_list("pk"))
        newest = self._versions().first()
        if newest is None or newest.pk == seen:
            return
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = str(newest.pk)
        before = self._versions().filter(pk=seen).first()
        theirs, both = self._merge(before, newest) if before else ([], [])
        raise ValidationError(self._said(before, newest, theirs, both), code="collision")

    def _merge(self, before: Any, newest: Any) -> tuple[list[str], list[str]]:
        """Put what only the other changed into the form; return its labels, and those of what both changed."""
        old, new = model_to_dict(before.instance), model_to_dict(newest.instance)
        theirs, both = [], []
        for name, field in self.fields.items():
            if name not in old or old[name] == new[name]:
                continue
            shown = self[name]
            if field.has_changed(old[name], shown.data):
                both.append(str(shown.label))
            else:
                theirs.append(str(shown.label))
                self._show(shown, new[name])
        return theirs, both

    def _show(self, shown: forms.BoundField, value: Any) -> None:
        widget, value = shown.field.widget, shown.field.prepare_value(value)
        if isinstance(widget, forms.MultiWidget):
            parts = zip(widget.widgets, widget.widgets_names, widget.decompress(value), strict=True)
            for part, ending, piece in parts:
                self.data[shown.html_name + ending] = part.format_value(piece) or ""
        else:
            self.data[shown.html_name] = "" if value is None else value

    def _said(self, before: Any, newest: Any, theirs: list[str], both: list[str]) -> SafeString:
        saved = date_format(timezone.localtime(newest.history_date), "SHORT_DATETIME_FORMAT")
        lines = [
            _("Det er ikke gemt, for %(who)s har gemt (%(moment)s), efter at du åbnede formularen.")
            % {"who": newest.history_user or _("en anden"), "moment": saved},
            _("Det, du har skrevet, er ikke tabt: det står her i formularen."),
        ]
        if theirs:
            lines.append(_("Hentet ind fra den nye udgave: %(fields)s.") % {"fields": _listed(theirs)})
        if both:
            lines.append(_("Ændret af jer begge, og vist, som du skrev det: %(fields)s.") % {"fields": _listed(both)})
        lines.append(_("Se formularen igennem, og gem igen, når den er, som den skal være."))
        address = self.changes_of(before, newest) if before else ""
        link = (
            format_html(' <a href="{}" target="_blank">{}</a>', address, _("Se, hvad den anden har ændret"))
            if address
            else ""
        )
        return format_html("{}{}", " ".join(lines), link)


def _listed(labels: list[str]) -> str:
    return get_text_list([f"“{label}”" for label in labels], _("og"))
