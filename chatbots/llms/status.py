"""How the language model is, for the operator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chatbots.exceptions import BackendError
from chatbots.llms.base import get_llm


@dataclass(frozen=True, slots=True)
class LLMStatus:
    """The language model as this process knows it. `state`: closed, open (left alone) or trying, as a circuit is."""

    model: str
    state: str
    seconds_left: float
    #: What went wrong last; "" after a success.
    error: str
    #: How often each thing became of what it wrote: "used", "completed" with quotations, or why it was not used.
    outcomes: Mapping[str, int]

    @property
    def written(self) -> int:
        return sum(self.outcomes.values())

    @property
    def shown(self) -> int:
        return self.outcomes.get("used", 0) + self.outcomes.get("completed", 0)


def llm_status() -> LLMStatus | None:
    """Return how the language model is, None when there is none. Loads nothing, and never raises."""
    try:
        llm = get_llm()
    except BackendError as error:
        return LLMStatus("", "open", 0.0, str(error), {})
    if llm is None:
        return None
    breaker = llm.breaker
    return LLMStatus(llm.model_id, breaker.state, breaker.seconds_left, breaker.last_error, dict(llm.outcomes))
