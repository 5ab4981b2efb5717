"""What editors tell every visitor, as a page shows it: at its top, in its language.

The bots know nothing of it: they answer from pages, which say what holds on other days. So that nobody is misled by an
answer to "har I åbent i dag?", the notice stands at the top of the chat's own page as well. It is not repeated in the
panel, which opens over a page that has just shown it: the panel is the same on partners' sites, whom our closing early
does not concern, and would have to ask for the notice again each time it opens. What holds for longer than a few days
belongs on a page, where the bots find it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import override

from content.models import Language, Notice, Page
from content.rendering import render_line

#: What a link to a page needs; the text of the page stays in the database.
_LINKED = ("title", "slug", "language", "kind", "status", "publish_at", "expire_at")
_FIELDS = (
    *("level", "text", "text_en", "page", "created_at"),
    *(f"page__{name}" for name in (*_LINKED, "translation_of")),
    *(f"page__translation_of__{name}" for name in _LINKED),
    *(f"page__translated_by__{name}" for name in (*_LINKED, "translation_of")),
)


@dataclass(frozen=True)
class ShownNotice:
    """A notice on a page. language: what its text is written in; link: where to read more, if anywhere."""

    label: str
    is_important: bool
    html: SafeString
    language: str
    link: Page | None


def shown_notices(language: str) -> list[ShownNotice]:
    """Return the notices of this moment for a page in `language`: important ones first, then the newest. One query."""
    notices = Notice.objects.current().select_related("page__translation_of", "page__translated_by").only(*_FIELDS)
    newest = sorted(notices, key=lambda notice: notice.created_at, reverse=True)
    return [as_shown(one, language) for one in sorted(newest, key=lambda one: one.level != Notice.Level.IMPORTANT)]


def as_shown(notice: Notice, language: str) -> ShownNotice:
    """Return a notice as pages in `language` show it, in Danish where it has no English text."""
    in_english = language == Language.ENGLISH and notice.text_en
    with override(language):
        label = str(notice.get_level_display())
    return ShownNotice(
        label=label,
        is_important=notice.level == Notice.Level.IMPORTANT,
        html=render_line(notice.text_en if in_english else notice.text),
        language=str(Language.ENGLISH if in_english else Language.DANISH),
        link=link_of(notice, language),
    )


def link_of(notice: Notice, language: str) -> Page | None:
    """Return the page to read more on, in `language` where there is one; None where visitors see neither."""
    if notice.page is None:
        return None
    offered = [page for page in (notice.page, notice.page.counterpart) if page is not None and page.is_public()]
    return min(offered, key=lambda page: page.language != language, default=None)
