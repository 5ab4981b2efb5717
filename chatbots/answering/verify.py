"""Step: nothing is shown that the pages do not say: no quotation but word for word, no drafted sentence unchecked."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing

from django.utils.translation import gettext as _

from chatbots.answering import canned
from chatbots.answering.compose import QUOTE_MARK
from chatbots.answering.context import Context
from chatbots.answering.drafting import Draft, Sentence
from chatbots.answering.grounding import Fault, check
from chatbots.answering.grounding.facts import phones
from chatbots.exceptions import BackendError, LLMError
from chatbots.indexing.sentences import LEFT_OUT, quotable_lines

logger = logging.getLogger(__name__)

#: Share of a draft's sentences that must pass for it to stand without the quotations.
MIN_PASSED = 0.6


def verify(context: Context) -> Iterator[str] | None:
    """End with `unavailable` when a quotation does not stand in its chunk. Else read the draft, if there is one.

    Its sentences are yielded as they pass. The quotations stand in for a draft that fails, and after one that breaks
    off or loses too much.
    """
    for hit, quoted in context.quotes:
        if not set(quoted) - {LEFT_OUT} <= quotable_lines(hit.chunk.text):
            logger.error("A quotation does not stand in chunk %s", hit.chunk.pk)
            canned.unavailable(context)
            return None
    return _tell(context, context.draft) if context.draft is not None else None


def _tell(context: Context, draft: Draft) -> Iterator[str]:
    """Yield the sentences that pass, and leave the whole answer in the context's paragraphs."""
    quotations, context.paragraphs = context.paragraphs, []
    shown: list[Sentence] = []
    faults: list[str] = []
    try:
        with closing(draft.sentences):
            for sentence in draft.sentences:
                if not sentence.text:
                    yield ""
                elif sentence.text == draft.phrases.refusal or (_is_partial(sentence, draft) and not shown):
                    faults.append("refusal")
                elif sentence in shown:
                    faults.append("repetition")  # and so it would go on
                    break
                elif fault := _fault(sentence, draft):
                    faults.append(fault)
                    if fault in _ENOUGH:
                        break
                else:
                    piece = _joint(shown, sentence) + sentence.text
                    shown.append(sentence)
                    context.paragraphs = ["".join([*context.paragraphs, piece])]
                    yield piece
    except (LLMError, BackendError) as error:
        faults.append(type(error).__name__)
    if not shown:
        context.paragraphs = quotations
        context.drafted = str(faults[0]) if faults else "empty"
    else:
        thin = _is_thin(shown, faults)
        context.drafted = "completed" if thin else "used"
        context.paragraphs += quotations if thin else _left_out(context)
        context.paragraphs.append(_("En sprogmodel har skrevet svaret ud fra vores sider. Det er tjekket mod dem."))
    draft.llm.outcomes[context.drafted] += 1
    logger.info("%s: draft %s (%s)", context.bot.name, context.drafted, ", ".join(faults) or "no fault")


#: After one of these the rest is not worth reading: the model is led astray, or says the opposite of the page.
_ENOUGH = frozenset({Fault.MARKUP, Fault.LINK, Fault.PHONE, Fault.CONTRADICTION})
#: A draft with one of these, or one that broke off, does not stand alone.
_GRAVE = _ENOUGH | {Fault.NUMBER}


def _fault(sentence: Sentence, draft: Draft) -> Fault | None:
    return None if _is_partial(sentence, draft) else check(sentence.text, draft.grounds)


def _is_partial(sentence: Sentence, draft: Draft) -> bool:
    """Tell the sentence that says that the pages hold no more: no page says it."""
    return sentence.text == draft.phrases.partial


def _is_thin(shown: list[Sentence], faults: list[str]) -> bool:
    """Say whether the draft needs the quotations beside it: it broke off, went wrong gravely, or lost too much."""
    broke_off = any(fault not in set(Fault) for fault in faults)
    return broke_off or not _GRAVE.isdisjoint(faults) or len(shown) / (len(shown) + len(faults)) < MIN_PASSED


def _joint(shown: list[Sentence], sentence: Sentence) -> str:
    """Return what stands between a sentence and the one before it: items begin a line of their own."""
    if sentence.is_item:
        return "\n- " if shown else "- "
    if not shown:
        return ""
    return "\n\n" if shown[-1].is_item else " "


def _left_out(context: Context) -> list[str]:
    """Return, as quotations, the chosen statements with a telephone number that the draft does not name."""
    named = phones("\n".join(context.paragraphs))
    missing = [
        QUOTE_MARK + statement
        for _hit, quoted in context.quotes
        for statement in quoted
        if not phones(statement) <= named
    ]
    return ["\n".join([_("På siden står der også:"), *missing])] if missing else []
