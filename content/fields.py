"""The field that a page's body is stored in."""

from __future__ import annotations

from typing import Any

from django.db import models

from content.cleaning import CleanBody, clean_body


class BodyField(models.TextField):
    """HTML that is clean whichever way it goes into the database: `update()` and `bulk_create()` too.

    `Page.save()` does more: there a heading keeps the anchor it had in the stored body.
    """

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if isinstance(value, str):
            value = str(value if isinstance(value, CleanBody) else clean_body(value))
        return super().get_db_prep_save(value, connection)
