"""The bots in Django admin."""

from chatbots import conversation_admin, index_admin

__all__ = ["conversation_admin", "index_admin"]
