"""The bots in Django admin."""

from chatbots import conversation_admin, index_admin, partner_admin, safety_admin
from chatbots.page_feedback import admin as page_feedback_admin

__all__ = ["conversation_admin", "index_admin", "page_feedback_admin", "partner_admin", "safety_admin"]
