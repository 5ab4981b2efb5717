"""Partners in the admin: where the bots may be shown, how often they may be asked there, and how often they are."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from chatbots.bots import BOTS
from chatbots.partners.models import Partner, PartnerDay, new_key

SHOWN_DAYS = 14


class PartnerForm(forms.ModelForm):
    """A partner, with its bots as boxes to tick."""

    bots = forms.MultipleChoiceField(
        label=_("Robotter"),
        choices=lambda: [(bot.name, bot.title) for bot in BOTS.values()],
        initial=list(BOTS),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Dem, der må spørges på partnerens sider."),
    )

    class Meta:
        model = Partner
        fields = "__all__"  # noqa: DJ007  The admin's fieldsets name them.
        widgets = {"origins": forms.Textarea(attrs={"rows": 4, "cols": 60, "spellcheck": "false"})}


@admin.register(Partner)
class PartnerAdmin(admin.ModelAdmin):
    """Who may show the bots on pages of their own."""

    form = PartnerForm
    list_display = ["name", "active", "shown_origins", "shown_bots", "today", "refused_today"]
    list_filter = ["active"]
    search_fields = ["name", "origins", "contact", "key"]
    actions = ["replace_key"]
    readonly_fields = ["key", "snippet", "policy", "use"]
    fieldsets = [
        (None, {"fields": ["name", "active", "contact"]}),
        (_("Hvor og hvad"), {"fields": ["origins", "bots"]}),
        (_("Hvor meget"), {"fields": ["per_minute", "per_day"]}),
        (_("Til partnerens webmaster"), {"fields": ["key", "snippet", "policy"]}),
        (_("De seneste dage"), {"fields": ["use"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Partner]:
        day = PartnerDay.objects.filter(partner=OuterRef("pk"), date=timezone.localdate())
        count = {
            f"{name}_today": Coalesce(Subquery(day.values(name)), Value(0), output_field=IntegerField())
            for name in ("questions", "refused")
        }
        return super().get_queryset(request).annotate(**count)

    def get_fieldsets(self, request: HttpRequest, obj: Partner | None = None) -> Any:
        return self.fieldsets if obj else self.fieldsets[:3]

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Return the partner, with the address that this request came to as `site`. None when there is no such one."""
        partner = super().get_object(request, *args, **kwargs)
        if partner is not None:
            partner.site = request.build_absolute_uri("/").rstrip("/")
        return partner

    @admin.display(description=_("adresser"))
    def shown_origins(self, partner: Partner) -> SafeString:
        return format_html_join(", ", "{}", ((origin,) for origin in partner.allowed_origins))

    @admin.display(description=_("robotter"))
    def shown_bots(self, partner: Partner) -> str:
        return ", ".join(str(bot.title) for bot in partner.allowed_bots)

    @admin.display(description=_("spørgsmål i dag"), ordering="questions_today")
    def today(self, partner: Any) -> int:
        return int(partner.questions_today)

    @admin.display(description=_("afvist i dag"), ordering="refused_today")
    def refused_today(self, partner: Any) -> int:
        return int(partner.refused_today)

    @admin.display(description=_("det skal stå på siden"))
    def snippet(self, partner: Any) -> str:
        bot = next(iter(partner.allowed_bots), None)
        if bot is None:
            return gettext("Vælg først en robot, og gem.")
        page = partner.site + reverse("chatbots:chat-da", args=[bot.name])
        with translation.override("da"):  # as the page behind the link, whatever the admin speaks
            asked = gettext("Spørg %(title)s") % {"title": bot.title}
        lines = [
            f'<script type="module" src="{partner.site}{reverse("chatbots:widget")}"></script>',
            f'<vejviser-widget partner="{partner.key}" bot="{bot.name}">',
            f'  <a href="{page}">{asked}</a>',
            "</vejviser-widget>",
        ]
        return format_html("<pre>{}</pre>", "\n".join(lines))

    @admin.display(description=_("det skal deres Content-Security-Policy tillade"))
    def policy(self, partner: Any) -> SafeString:
        return format_html("<pre>script-src {site};\nconnect-src {site};</pre>", site=partner.site)

    @admin.display(description=_("spørgsmål dag for dag"))
    def use(self, partner: Partner) -> str:
        days = partner.days.all()[:SHOWN_DAYS]
        rows = format_html_join(
            "", "<tr><td>{}</td><td>{}</td><td>{}</td></tr>", ((d, d.questions, d.refused) for d in days)
        )
        head = format_html(
            "<tr><th>{}</th><th>{}</th><th>{}</th></tr>", gettext("dag"), gettext("spørgsmål"), gettext("afvist")
        )
        table = format_html("<table><thead>{}</thead><tbody>{}</tbody></table>", head, rows)
        return table if rows else gettext("Ingen spørgsmål endnu.")

    @admin.action(
        description=_("Giv de valgte partnere en ny nøgle (den gamle holder op med at virke)"), permissions=["change"]
    )
    def replace_key(self, request: HttpRequest, partners: QuerySet[Partner]) -> None:
        for partner in partners:
            partner.key = new_key()
            partner.save(update_fields=["key"])
        message = ngettext("%(count)d partner fik en ny nøgle.", "%(count)d partnere fik en ny nøgle.", len(partners))
        self.message_user(request, message % {"count": len(partners)})
