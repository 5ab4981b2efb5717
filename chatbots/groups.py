"""The group of those who look after the bots, made after the permissions it holds (post_migrate).

A group that is there already is left as it is: who may do what is for the site's owner to change.
"""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.apps import apps as django_apps
from django.db import DEFAULT_DB_ALIAS
from django.utils.translation import gettext_noop

BOT_KEEPERS = gettext_noop("Robotansvarlige")
#: To see the index panel, the passages of a page, and what visitors thought of the answers; to look after the numbers
#: of the help cards, and after what triage goes by.
_RIGHTS = (
    "view_indexstate",
    "view_feedback",
    "view_pagefeedback",
    "delete_pagefeedback",
    *(f"{action}_{model}" for action in ("view", "add", "change") for model in ("helpcontact", "triagerule")),
    *(f"{action}_triageexample" for action in ("view", "add", "change", "delete")),
)


def make_group(sender: AppConfig, using: str = DEFAULT_DB_ALIAS, apps: Any = django_apps, **kwargs: Any) -> None:
    """Make the group unless it is there. A receiver of post_migrate."""
    try:
        group_model = apps.get_model("auth", "Group")
        permission_model = apps.get_model("auth", "Permission")
    except LookupError:  # a migration plan without auth
        return
    group, is_new = group_model.objects.using(using).get_or_create(name=BOT_KEEPERS)
    if is_new:
        permissions = permission_model.objects.using(using).filter(content_type__app_label=sender.label)
        group.permissions.set(permissions.filter(codename__in=_RIGHTS))
