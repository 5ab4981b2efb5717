"""The admin of users and groups: Django's own, but with groups and permissions named in the reader's language, and only
the permissions that open something."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Field, ManyToManyField, QuerySet
from django.forms import ModelMultipleChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy

_ACTIONS = {
    "view": gettext_lazy("se"),
    "add": gettext_lazy("oprette"),
    "change": gettext_lazy("ændre"),
    "delete": gettext_lazy("slette"),
}


def group_label(group: Group) -> str:
    """Return a group's name; translated, if it is one that the site made."""
    return gettext(group.name)


def permission_label(permission: Permission) -> str:
    """Return what a permission lets one do, in the reader's words: Django keeps "Can add …", whatever the language."""
    action, _separator, _model = permission.codename.partition("_")
    kind = permission.content_type
    if action not in _ACTIONS or kind.model_class() is None:
        return str(permission)
    return f"{kind.app_labeled_name}: {_ACTIONS[action]}"


def shown_permissions() -> QuerySet[Permission]:
    """Return the permissions for what the admin shows; others would open nothing."""
    shown = ContentType.objects.get_for_models(*admin.site._registry, for_concrete_models=False)
    return Permission.objects.filter(content_type__in=shown.values()).select_related("content_type")


_LABELS = {"groups": group_label, "permissions": permission_label, "user_permissions": permission_label}


class GroupFilter(admin.RelatedFieldListFilter):
    """Users by group."""

    def field_choices(
        self, field: Field[Any, Any], request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, str]]:
        return [(str(group.pk), group_label(group)) for group in Group.objects.all()]


class _Labelled:
    """Offers groups and permissions by names that say what they are."""

    def formfield_for_manytomany(
        self, db_field: ManyToManyField[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelMultipleChoiceField[Any] | None:
        if db_field.remote_field.model is Permission:
            kwargs["queryset"] = shown_permissions()
        field = super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]
        if field and db_field.name in _LABELS:
            field.label_from_instance = _LABELS[db_field.name]
        return field  # type: ignore[no-any-return]


admin.site.unregister([User, Group])


@admin.register(User)
class StaffAdmin(_Labelled, UserAdmin):
    """Users."""

    list_filter = (*UserAdmin.list_filter[:-1], ("groups", GroupFilter))


@admin.register(Group)
class StaffGroupAdmin(_Labelled, GroupAdmin):
    """Groups."""

    list_display = ("label",)

    @admin.display(description=gettext_lazy("navn"), ordering="name")
    def label(self, group: Group) -> str:
        return group_label(group)
