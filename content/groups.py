"""Groups of editors, made after the permissions they hold (post_migrate).

A group that is there already is left as it is: who may do what is for the site's owner to change. So is a right that
comes with a later version, such as that to notices: on a site that has its groups, a superuser gives it to them.
"""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.apps import apps as django_apps
from django.db import DEFAULT_DB_ALIAS
from django.utils.translation import gettext_noop

EDITORS = gettext_noop("Redaktører")
HEALTH_EDITORS = gettext_noop("Sundhedsredaktører")
SITE_EDITORS = gettext_noop("Sideredaktører")

_SHARED = {"topic": ("view", "add", "change"), "pageredirect": ("view",)}
_ALL = ("view", "add", "change", "delete")
_GROUPS: dict[str, dict[str, tuple[str, ...]]] = {
    EDITORS: {
        "healtharticle": _ALL,
        "sitepage": _ALL,
        "topic": _ALL,
        "pageredirect": ("view", "delete"),
        "notice": _ALL,
    },
    HEALTH_EDITORS: {"healtharticle": _ALL, **_SHARED},
    SITE_EDITORS: {"sitepage": _ALL, **_SHARED, "notice": _ALL},
}


def make_groups(sender: AppConfig, using: str = DEFAULT_DB_ALIAS, apps: Any = django_apps, **kwargs: Any) -> None:
    """Make the groups that are missing. A receiver of post_migrate."""
    try:
        group_model = apps.get_model("auth", "Group")
        permission_model = apps.get_model("auth", "Permission")
    except LookupError:  # a migration plan without auth
        return
    for name, rights in _GROUPS.items():
        group, is_new = group_model.objects.using(using).get_or_create(name=name)
        if is_new:
            codenames = [f"{action}_{model}" for model, actions in rights.items() for action in actions]
            permissions = permission_model.objects.using(using).filter(content_type__app_label=sender.label)
            group.permissions.set(permissions.filter(codename__in=codenames))
