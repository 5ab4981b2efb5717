"""The site's pages ▸ a folder of content files that `import_content` reads to the same site.

Pages alone: a notice (content.models.Notice) is of the moment and of the site that it was written on.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from content.files import find_files, write_text
from content.markdown import to_markdown
from content.models import Page

_FOLDERS = {Page.Kind.HEALTH.value: "health", Page.Kind.PAGE.value: "pages"}

_PLAIN_FIELDS = (
    "title", "slug", "kind", "language", "status", "summary", "order", "publish_at", "expire_at",
    "sources", "reviewed_by", "reviewed_on", "review_due", "questions",
)  # fmt: skip


def export_folder(directory: Path) -> tuple[list[Path], list[Path]]:
    """Write every page to `directory`; return the files written and those there that are no page of the site.

    A file that is as it should be already is left alone.
    """
    written = []
    for page in Page.objects.select_related("topic", "parent", "translation_of", "owner").order_by("language", "slug"):
        path = directory / page.language / _FOLDERS[page.kind] / f"{page.slug}.md"
        _replace(path, write_text(page_values(page), to_markdown(page.body)))
        written.append(path)
    strays = [path for path in find_files(directory) if path not in set(written)]
    return written, strays


def page_values(page: Page) -> dict[str, Any]:
    """Return a page's values as a content file's keys."""
    return {name: getattr(page, name) for name in _PLAIN_FIELDS} | {
        "previous_slug": None,
        "topic": page.topic.name if page.topic else None,
        "topic_slug": page.topic.slug if page.topic and page.topic.slug != page.topic.default_slug else None,
        "parent": page.parent.slug if page.parent else None,
        "translation_of": page.translation_of.slug if page.translation_of else None,
        "owner": page.owner.get_username() if page.owner else None,
    }


def _replace(path: Path, text: str) -> None:
    """Make `text` the content of `path`, whole or not at all."""
    data = text.encode()
    if path.is_file() and not path.is_symlink() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".tmp", delete=False) as file:
        file.write(data)
    temporary = Path(file.name)
    temporary.chmod(0o644)
    temporary.replace(path)
