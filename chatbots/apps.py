from django.apps import AppConfig
from django.db.models.signals import post_delete, post_migrate, post_save
from django.utils.translation import gettext_lazy as _


class ChatbotsConfig(AppConfig):
    name = "chatbots"
    verbose_name = _("Robotter")

    def ready(self) -> None:
        """Wire the signals, the receipt on the change forms of pages, and the sitemap. No backend is touched."""
        from chatbots import checks, panels, signals  # noqa: F401
        from chatbots.groups import make_group
        from chatbots.page_feedback.panel import feedback_panel
        from chatbots.sitemaps import ChatSitemap
        from content.panels import register_panel
        from content.sitemaps import SITEMAPS

        post_save.connect(signals.page_saved, dispatch_uid="chatbots.page_saved")
        post_delete.connect(signals.page_deleted, dispatch_uid="chatbots.page_deleted")
        post_migrate.connect(make_group, sender=self, dispatch_uid="chatbots.group")
        register_panel(panels.receipt)
        register_panel(feedback_panel)
        SITEMAPS["chats"] = ChatSitemap
