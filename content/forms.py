"""The form that editors write pages in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content.cleaning import clean_body, clean_line
from content.collisions import CollisionForm
from content.models import Page
from content.slugs import danish_slug
from content.validators import is_web_address
from content.widgets import BodyWidget, LinesWidget, SlugWidget

#: Longer texts are no page; cleaning one must not hold a Save up.
MAX_BODY = 150_000


class BodyField(forms.CharField):
    """Rich text. A difference that cleaning undoes, such as a missing anchor, is no change."""

    widget = BodyWidget

    def has_changed(self, initial: str | None, data: str | None) -> bool:
        initial, data = initial or "", data or ""
        return len(data) > MAX_BODY or clean_body(data, previous=initial) != initial


class LinesField(forms.CharField):
    """A list of strings, one a line."""

    widget = LinesWidget

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        return [clean_line(line) for line in (value or "").splitlines() if line.strip()]

    def run_validators(self, value: Any) -> None:
        """Leave it to the model's validators, which know the list."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != (initial or []))
        except ValidationError:
            return True


class SourcesField(LinesField):
    """A list of {"title", "url"}, each on its line as `title | url`."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n".join(f"{source['title']} | {source['url']}" for source in value)
        return value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        sources, errors = [], []
        for number, line in enumerate((value or "").splitlines(), start=1):
            if not line.strip():
                continue
            title, bar, url = (part.strip() for part in line.rpartition("|"))
            title = clean_line(title)
            if not bar:
                errors.append(_("Linje %(number)d: Skriv titel | webadresse, med en lodret streg imellem."))
            elif not title:
                errors.append(_("Linje %(number)d: Titlen mangler før den lodrette streg."))
            elif not is_web_address(url):
                errors.append(_("Linje %(number)d: “%(url)s” er ikke en webadresse. Den skal begynde med https://."))
            else:
                sources.append({"title": title, "url": url})
                continue
            errors[-1] %= {"number": number, "url": url}
        if errors:
            raise ValidationError(errors, code="invalid_sources")
        return sources


class PageForm(CollisionForm):
    """A page as its editor sees it. `fault` is why it could not be saved a moment ago."""

    fault: str | None = None

    body = BodyField(
        label=gettext_lazy("Tekst"),
        required=False,
        max_length=MAX_BODY,
        help_text=gettext_lazy(
            "Del teksten op med overskrifter. Hvert afsnit skal kunne forstås for sig selv. Overskrifter som "
            "“Ring 112, hvis …”, “Ring til lægevagten, hvis …” og “Hvornår skal du søge læge?” bliver vist som bokse, "
            "og det gør et stykke tekst også, når det begynder sådan. "
            "En liste under “Det kan du selv gøre” får flueben, en under “Det skal du undgå” får kryds. Skriv hver "
            "linje, så den kan læses alene: “Drik ikke alkohol”, ikke bare “alkohol”. Skriv et råd og et forbud på "
            "hver sin linje: Står de på samme linje, får den kun en prik."
        ),
    )
    sources = SourcesField(
        label=gettext_lazy("Kilder"),
        required=False,
        help_text=gettext_lazy("Én kilde på hver linje: Titel | https://…"),
    )
    questions = LinesField(
        label=gettext_lazy("Spørgsmål, som siden svarer på"),
        required=False,
        help_text=Page._meta.get_field("questions").help_text,
    )
    change_reason = forms.CharField(
        label=gettext_lazy("Hvad er ændret?"),
        required=False,
        max_length=100,
        widget=AdminTextInputWidget,
        help_text=gettext_lazy("Valgfrit. Vises i sidens versioner."),
    )

    class Meta:
        model = Page
        exclude = ("kind", "created_at", "updated_at")  # the admin chooses among the rest
        widgets = {"slug": SlugWidget, "summary": LinesWidget}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - set(self._meta.fields or self.fields) - {"seen"}:
            del self.fields[name]  # declared above, and of no concern to this kind of page
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def clean(self) -> dict[str, Any]:
        """Make an empty address from the title."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "slug" in self.fields and not cleaned.get("slug") and "slug" not in self.errors and cleaned.get("title"):
            cleaned["slug"] = danish_slug(cleaned["title"])
            if not cleaned["slug"]:
                self.add_error("slug", _("Skriv en adresse; den kan ikke laves af titlen."))
        if self.fault:
            raise ValidationError(self.fault, code="fault")
        return cleaned

    def changes_of(self, seen: Any, newest: Any) -> str:
        address = reverse(f"admin:content_{self._meta.model._meta.model_name}_compare", args=[self.instance.pk])
        return f"{address}?from={seen.pk}&to={newest.pk}"

    def add_error(self, field: str | None, error: Any) -> None:
        """Show errors of fields that this form does not have above the form."""
        if field is None and isinstance(error, ValidationError) and hasattr(error, "error_dict"):
            known, unknown = {}, []
            for name, errors in error.error_dict.items():
                if name == NON_FIELD_ERRORS or name in self.fields:
                    known[name] = errors
                else:
                    unknown.extend(errors)
            if unknown:
                known.setdefault(NON_FIELD_ERRORS, []).extend(unknown)
            error = ValidationError(known)
        super().add_error(field, error)
