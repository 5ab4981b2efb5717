"""Steps: never a dose, a diagnosis or the reading of a result for one person; the general text, and whom to ask."""

from __future__ import annotations

from chatbots.answering import canned
from chatbots.answering.context import Context
from chatbots.safety.caution import caution_of
from chatbots.types import Status


def caution(context: Context) -> None:
    """Leave in `context.caution` what must not be said to this visitor: as asked, or with the spelling put right."""
    language = context.language
    context.caution = caution_of(context.asked, language)
    if context.caution is None and context.query is not None and context.query.repaired != context.asked:
        context.caution = caution_of(context.query.repaired, language)


def advise(context: Context) -> None:
    """Say before a quotation that it is general, and whom to ask; such an answer is never more than partial."""
    if context.caution and context.status in {Status.ANSWERED, Status.PARTIAL}:
        context.status = Status.PARTIAL
        context.notices += [canned.whom_to_ask(context.caution), canned.in_general(context.caution)]
