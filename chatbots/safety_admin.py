"""Help cards and triage in the admin: who can be contacted, the rules, the examples, and a place to try a sentence."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from chatbots.bots import MAX_MESSAGE_LENGTH
from chatbots.forms import CleanCharField
from chatbots.language import detect_language
from chatbots.safety import upkeep
from chatbots.safety.cards import card_for
from chatbots.safety.models import ExampleOutcome, HelpContact, TriageExample, TriageRule, level_choices, topic_choices
from chatbots.safety.triage import Outcome, assess
from chatbots.safety.weights import FittedReading


class HelpContactForm(forms.ModelForm):
    """A contact, with its levels as boxes to tick."""

    levels = forms.MultipleChoiceField(
        label=_("Niveauer"),
        choices=level_choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Hvor alvorlige situationer kontakten er til."),
    )

    class Meta:
        model = HelpContact
        fields = "__all__"  # noqa: DJ007  The admin's fieldsets name them.


@admin.register(HelpContact)
class HelpContactAdmin(admin.ModelAdmin):
    """The numbers on the help cards, and when they were last checked."""

    form = HelpContactForm
    change_list_template = "admin/chatbots/safety_list.html"
    list_display = ["name", "address", "service", "region", "is_open", "last_checked", "is_checked", "order", "active"]
    list_editable = ["order"]
    list_filter = ["active", "service", "region", "last_checked"]
    search_fields = ["name", "address", "purpose"]
    actions = ["mark_checked"]
    fieldsets = [
        (None, {"fields": ["name", "address", "service", "levels", "active", "order"]}),
        (_("Det står der på kortet"), {"fields": ["purpose", "audience", "hours", "last_checked"]}),
        (_("På engelsk"), {"fields": ["name_en", "purpose_en", "audience_en"]}),
        (_("Hvor og hvornår den vises"), {"fields": ["region", "language"]}),
    ]

    @admin.display(boolean=True, description=_("åben nu"))
    def is_open(self, contact: HelpContact) -> bool:
        return contact.open_at(timezone.now())

    @admin.display(boolean=True, description=_("tjekket for nylig"))
    def is_checked(self, contact: HelpContact) -> bool:
        return contact.last_checked >= upkeep.oldest_good_check()

    @admin.action(description=_("Nummer og åbningstid er tjekket i dag"), permissions=["change"])
    def mark_checked(self, request: HttpRequest, chosen: QuerySet[HelpContact]) -> None:
        count = chosen.update(last_checked=timezone.localdate())
        text = ngettext("%(count)d kontakt er tjekket i dag.", "%(count)d kontakter er tjekket i dag.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)


@admin.register(TriageRule)
class TriageRuleAdmin(admin.ModelAdmin):
    """Phrases that tell of danger."""

    change_list_template = "admin/chatbots/safety_list.html"
    list_display = ["name", "topic", "outcome", "strict", "active", "updated_at"]
    list_filter = ["active", "outcome", "strict", "topic"]
    search_fields = ["name", "phrases"]
    fields = ["name", "topic", "outcome", "strict", "phrases", "needs", "blocked_by", "active"]


class TryForm(forms.Form):
    """A sentence to try, as a visitor would write it."""

    text = CleanCharField(
        label=_("Det, en besøgende skriver"),
        max_length=MAX_MESSAGE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        error_messages={"required": _("Skriv en sætning.")},
    )


class KeepForm(forms.ModelForm):
    """A tried sentence to keep as an example."""

    class Meta:
        model = TriageExample
        fields = ["text", "topic", "outcome"]
        widgets = {"text": forms.HiddenInput}


@admin.register(TriageExample)
class TriageExampleAdmin(admin.ModelAdmin):
    """Example sentences, and the page on which a sentence can be tried."""

    change_list_template = "admin/chatbots/safety_list.html"
    list_display = ["text", "topic", "outcome", "active"]
    list_filter = ["outcome", "active", "topic"]
    search_fields = ["text"]
    list_per_page = 50
    fields = ["text", "topic", "outcome", "active"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.try_view)
        return [path("try/", view, name="chatbots_triageexample_try"), *super().get_urls()]

    def try_view(self, request: HttpRequest) -> HttpResponse:
        """Show what triage makes of a sentence and why; keep it as an example when asked to."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form, keep, tried = TryForm(), None, None
        if request.POST.get("keep"):
            if not self.has_add_permission(request):
                raise PermissionDenied
            keep = KeepForm(request.POST)
            if keep.is_valid():
                example = keep.save()
                self.log_addition(request, example, [{"added": {}}])
                messages.success(request, gettext("Sætningen er gemt som eksempel og gælder fra næste spørgsmål."))
                return HttpResponseRedirect(reverse("admin:chatbots_triageexample_try"))
            form = TryForm(initial={"text": request.POST.get("text", "")})
        elif request.method == "POST":
            form = TryForm(request.POST)
            if form.is_valid():
                tried = Tried(form.cleaned_data["text"])
                if self.has_add_permission(request):
                    keep = KeepForm(initial=tried.as_example())
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Prøv en sætning"),
            "opts": self.opts,
            "form": form,
            "keep": keep,
            "tried": tried,
        }
        return TemplateResponse(request, "admin/chatbots/try.html", context, status=400 if form.errors else 200)


class Tried:
    """What triage made of a sentence, in an editor's words."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.verdict = assess(text)
        self.card = None
        if self.verdict.outcome is not Outcome.NONE:
            beside = self.verdict.outcome is Outcome.BESIDE
            self.card = card_for(self.verdict.topic, detect_language(text, "da"), beside=beside)

    @property
    def outcome(self) -> Any:
        return {
            Outcome.EMERGENCY: _("Akut: kortet vises først, og intet andet."),
            Outcome.BESIDE: _("Kort ved siden af svaret."),
            Outcome.NONE: _("Intet kort."),
        }[self.verdict.outcome]

    @property
    def by_meaning(self) -> bool:
        return self.verdict.knowledge.embedder is not None

    @property
    def read(self) -> bool:
        """Whether the message was read as a whole."""
        return isinstance(self.verdict.scales, FittedReading)

    @property
    def parts(self) -> list[dict[str, Any]]:
        """The message and its parts, with their scores; only the message when it is short."""
        scales = self.verdict.scales
        return [
            {
                "text": judgement.text,
                "emergency": _percent(judgement.score),
                "card": _percent(judgement.card_score),
                "decisive": judgement is self.verdict.decisive,
                "is_emergency": judgement.score >= scales.emergency.threshold,
            }
            for judgement in self.verdict.judgements
        ]

    @property
    def thresholds(self) -> dict[str, str]:
        scales = self.verdict.scales
        return {"emergency": _percent(scales.emergency.threshold), "card": _percent(scales.card.threshold)}

    @property
    def hits(self) -> list[Any]:
        return [hit for judgement in self.verdict.judgements for hit in judgement.hits]

    @property
    def cues(self) -> list[Any]:
        """What frames the decisive part, in words."""
        return [label for name, label in CUES.items() if self.verdict.decisive.signals.get(name) == 1.0]

    @property
    def nearest(self) -> list[dict[str, Any]]:
        labels = dict(ExampleOutcome.choices)
        return [
            {"text": example.text, "outcome": labels[example.outcome], "near": number_format(round(float(near), 2), 2)}
            for example, near in self.verdict.nearest()
        ]

    def as_example(self) -> dict[str, str]:
        outcomes = {Outcome.EMERGENCY: "emergency", Outcome.BESIDE: "beside", Outcome.NONE: "none"}
        topics = dict(topic_choices())
        code = self.verdict.topic.code
        return {
            "text": self.text,
            "topic": code if code in topics else "general",
            "outcome": outcomes[self.verdict.outcome],
        }


#: What the frame of a sentence is called.
CUES = {
    "past": _("fortid"),
    "relative_history": _("slægtens historie"),
    "definition": _("vil vide, hvad noget er"),
    "symptoms_of": _("spørger om symptomer og tegn"),
    "prevention": _("forebyggelse"),
    "learning": _("kursus, skole eller læsning"),
    "fiction": _("film, dyr eller drøm"),
    "joke": _("talemåde eller spøg"),
    "resolved": _("er gået over"),
    "administrative": _("praktisk"),
    "negated": _("benægtet eller mildt"),
    "impersonal": _("om folk i almindelighed"),
    "now": _("lige nu, pludseligt eller voldsomt"),
    "help": _("beder om hjælp"),
    "person": _("om et bestemt menneske"),
    "cannot": _("kan ikke"),
    "question": _("er et spørgsmål"),
}


def _percent(score: float) -> str:
    return gettext("%(number)s %%") % {"number": round(100 * score)}
