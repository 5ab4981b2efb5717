"""Pages that the tests of the public site look at."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission, User
from django.http import HttpResponse
from lxml import html

from content.models import Page, Topic

BODY = """
<p>Influenza begynder brat.</p>
<h2>Symptomer</h2><p>Høj feber og ondt i kroppen.</p>
<h2>Behandling</h2><p>Hvile og rigeligt at drikke.</p>
<table><thead><tr><th>Alder</th><th>Råd</th></tr></thead>
<tbody><tr><td>Over 65</td><td>Bliv vaccineret</td></tr></tbody></table>
<h2>Hvornår skal du søge læge?</h2><p>Når feberen varer mere end 5 dage.</p>
"""


def make_page(title: str, slug: str, **fields: Any) -> Page:
    """Store a published Danish health article, unless `fields` say otherwise."""
    defaults = {"kind": "health", "language": "da", "summary": f"Kort om {title.lower()}.", "status": "published"}
    return Page.objects.create(title=title, slug=slug, **defaults | fields)


def make_topic(name: str = "Luftveje", language: str = "da") -> Topic:
    """Store a topic."""
    return Topic.objects.create(name=name, language=language)


def make_editor(*permissions: str) -> User:
    """Store a member of staff who has `permissions`."""
    editor = User.objects.create_user("redaktør", password="hemmeligt", is_staff=True)
    editor.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return editor


def tree(response: HttpResponse) -> html.HtmlElement:
    """Return the response as a document."""
    return html.document_fromstring(response.content.decode())


def text(element: html.HtmlElement, selector: str) -> str:
    """Return the text of all that matches the XPath `selector`, with single spaces."""
    return " ".join(" ".join(match.text_content() for match in element.xpath(selector)).split())
