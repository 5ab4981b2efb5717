"""The panel of the bots' indexes, for whichever admin page shows it."""

from __future__ import annotations

from typing import Any

from django import template

from chatbots.panels import panel_context
from chatbots.safety import upkeep
from content.admin import change_url
from content.models import Page

register = template.Library()


@register.inclusion_tag("admin/chatbots/panel.html", takes_context=True)
def bots_panel(context: dict[str, Any]) -> dict[str, Any]:
    """Show the state of every bot's index to those who may see it, nothing to others."""
    user = context["request"].user
    if not user.has_perm("chatbots.view_indexstate"):
        return {}
    return {**panel_context(), "may_start": user.has_perm("chatbots.change_indexstate")}


@register.inclusion_tag("admin/chatbots/safety_panel.html", takes_context=True)
def safety_panel(context: dict[str, Any]) -> dict[str, Any]:
    """Show what help cards and triage need to those who may see the contacts, nothing to others."""
    return {"lines": upkeep.lines()} if context["request"].user.has_perm("chatbots.view_helpcontact") else {}


@register.filter
def change_address(page: Page) -> str:
    """Return the address of the form that a page is edited in."""
    return change_url(page)
