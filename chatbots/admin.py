"""The bots in Django admin."""

from chatbots import conversation_admin

__all__ = ["conversation_admin"]
