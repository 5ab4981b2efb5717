"""What visitors say of a page, on its change form."""

from __future__ import annotations

from django.db.models import Count, Q
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from chatbots.page_feedback.models import PageFeedback
from content.models import Page

#: Comments shown.
SHOWN = 5


def feedback_panel(page: Page) -> SafeString | str:
    """Return the box that says how many found what they came for, and what the others said; "" when nobody has."""
    given = PageFeedback.objects.filter(page=page.pk)
    counts = given.aggregate(yes=Count("pk", filter=Q(found=True)), no=Count("pk", filter=Q(found=False)))
    if not any(counts.values()):
        return ""
    comments = given.exclude(comment="")[:SHOWN]
    return render_to_string("admin/chatbots/page_feedback.html", {**counts, "comments": comments, "page": page})
