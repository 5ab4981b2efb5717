"""Language models write text from messages. None is needed; settings may name one."""

from chatbots.llms.base import LLM, Message, get_llm, llm_class, llm_to_ask, reset_llm
from chatbots.llms.status import LLMStatus, llm_status

__all__ = ["LLM", "LLMStatus", "Message", "get_llm", "llm_class", "llm_status", "llm_to_ask", "reset_llm"]
