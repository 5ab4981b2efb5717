"""The bots in Django admin."""

from chatbots import conversation_admin, index_admin, partner_admin, safety_admin

__all__ = ["conversation_admin", "index_admin", "partner_admin", "safety_admin"]
