"""The icons of the site in text that Python puts together, as `templates/content/icon.html` has them in templates."""

from __future__ import annotations

from django.templatetags.static import static
from lxml import html


def icon(name: str) -> html.HtmlElement:
    """Return the icon called `name` of `static/site/icons.svg`: a picture that says nothing to a screen reader."""
    svg = html.Element(
        "svg", {"class": "icon", "aria-hidden": "true", "focusable": "false", "width": "24", "height": "24"}
    )
    svg.append(html.Element("use", {"href": f"{static('site/icons.svg')}#{name}"}))
    return svg
