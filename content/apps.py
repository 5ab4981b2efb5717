from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ContentConfig(AppConfig):
    name = "content"
    verbose_name = _("Indhold")

    def ready(self) -> None:
        """Wire the groups of editors to the end of a migration."""
        from content.groups import make_groups

        post_migrate.connect(make_groups, sender=self, dispatch_uid="content.groups")
