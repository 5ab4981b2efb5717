"""Language models write text from messages. None is needed; settings may name one."""

from chatbots.llms.base import LLM, Message, get_llm, llm_class, reset_llm

__all__ = ["LLM", "Message", "get_llm", "llm_class", "reset_llm"]
