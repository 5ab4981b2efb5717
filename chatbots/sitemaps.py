"""What search engines are told of the bots: the page of each, in every language."""

from __future__ import annotations

from django.conf import settings

from chatbots.bots import BOTS, Bot
from chatbots.templatetags.chat import chat_path
from content.sitemaps import TranslatedSitemap


class ChatSitemap(TranslatedSitemap):
    """The pages of the bots."""

    def items(self) -> list[tuple[str, Bot]]:
        return [(code, bot) for bot in BOTS.values() for code, _name in settings.LANGUAGES]

    def location(self, item: tuple[str, Bot]) -> str:
        code, bot = item
        return chat_path(bot, code)

    def language_of(self, item: tuple[str, Bot]) -> str:
        return item[0]

    def content_of(self, item: tuple[str, Bot]) -> str:
        return item[1].name
