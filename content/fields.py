"""The field that a page's body is stored in."""

from __future__ import annotations

from typing import Any

from django.db import models

from content.cleaning import sanitise


class BodyField(models.TextField):
    """HTML that is sanitised whichever way it goes into the database: `update()` and `bulk_create()` too.

    `Page.save()` does more: it tidies the HTML and anchors the headings.
    """

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        return super().get_db_prep_save(sanitise(value) if isinstance(value, str) else value, connection)
