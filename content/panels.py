"""Boxes that other apps show at the top of a page's change form."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.safestring import SafeString

from content.models import Page

#: Returns safe HTML about a saved page, or "" to show nothing.
Panel = Callable[[Page], SafeString | str]

_panels: list[Panel] = []


def register_panel(panel: Panel) -> Panel:
    """Show `panel` on every page's change form. To be called from an AppConfig's ready(); also a decorator."""
    if panel not in _panels:
        _panels.append(panel)
    return panel


def panels_for(page: Page) -> list[SafeString | str]:
    """Return what the registered panels have to show about `page`."""
    return [shown for panel in _panels if (shown := panel(page))]
