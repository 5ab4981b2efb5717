"""The pipeline with a step taken out or another put in: what each is worth, and what else there could be.

A variant names the steps that it is about. One that names a step which the pipeline has not is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from chatbots import retrieval
from chatbots.answering import pipeline
from chatbots.answering.compose import source_for
from chatbots.answering.context import Context
from chatbots.answering.pipeline import Step
from chatbots.answering.read import read
from chatbots.answering.retrieve import retrieve
from chatbots.exceptions import BackendError, LLMError
from chatbots.llms import LLM, Message, get_llm
from chatbots.llms.base import using
from chatbots.retrieval import Hit
from chatbots.types import Status

Steps = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to answer. change: from the bot's steps to this variant's. needs: names of steps that must be there.

    llm: the model that writes in it; without one, that of the settings.
    """

    name: str
    what: str
    change: Callable[[Steps], Steps] = tuple
    needs: tuple[str, ...] = ()
    writes: bool = False
    llm: LLM | None = None

    def steps_of(self, bot: str) -> Steps:
        return self.change(pipeline.STEPS[bot])

    def missing(self) -> str:
        """Say why the variant cannot be tried here; "" when it can."""
        there = {step.__name__ for steps in pipeline.STEPS.values() for step in steps}
        if absent := [name for name in self.needs if name not in there]:
            return f"the pipeline has no step {', '.join(absent)}"
        if self.writes and self.llm is None and get_llm() is None:
            return "no language model is configured"
        return ""

    def in_use(self) -> AbstractContextManager[None]:
        """Return a context in which this variant's language model is the one that writes."""
        return using(self.llm) if self.llm is not None else nullcontext()


AS_IT_STANDS = Variant("as it stands", "every step, as a visitor meets them")


# ── Steps to put in the place of others ─────────────────────────────────────────────────────────


def _without(*names: str) -> Callable[[Steps], Steps]:
    return lambda steps: tuple(step for step in steps if step.__name__ not in names)


def _with(**replacements: Step) -> Callable[[Steps], Steps]:
    return lambda steps: tuple(replacements.get(step.__name__, step) for step in steps)


def _search_by(*names: str) -> Callable[[Steps], Steps]:
    """Search with some of the signals only, at their fitted weights."""

    def retrieve_by(context: Context) -> None:
        assert context.query is not None
        fitted = retrieval.fusion_weights()
        weights = {name: fitted[name] for name in names}
        context.retrieval = retrieval.retrieve(context.bot, context.query, weights=weights)

    return _with(retrieve=retrieve_by)


def take_nearest(context: Context) -> None:
    """Take what is nearest for evidence, in the question's own language, or in the other when there is none."""
    if context.halves:
        return
    assert context.retrieval is not None
    own = context.retrieval.query.language
    for language in sorted(context.retrieval.indexes, key=lambda language: language != own):
        if hits := context.retrieval.hits(language):
            context.evidence, context.confidence = hits, 1.0
            return
    context.status = Status.NO_ANSWER


def show_first_passage(context: Context) -> None:
    """Show the first passage whole, as a plain search does."""
    hit: Hit = context.evidence[0]
    statements = tuple(statement.text for statement in hit.statements)
    context.quotes = [(hit, statements)]
    context.paragraphs = [hit.chunk.text]
    context.sources = (source_for(hit, statements, context.confidence),)
    context.status = Status.ANSWERED


def show_unchecked(context: Context) -> Iterator[str] | None:
    """Show the draft as it comes, unread."""
    if context.draft is None:
        return
    said = []
    try:
        for sentence in context.draft.sentences:
            if sentence.text:
                said.append(sentence.text)
    except (LLMError, BackendError) as error:
        context.drafted = type(error).__name__
    if said:
        context.paragraphs = [" ".join(said)]
        context.drafted = "unchecked"
    return


#: All that a model is told that answers from what it learnt and not from pages.
_ALONE = {
    "da": "Du svarer besøgende på et dansk sundhedscenters hjemmeside. Svar kort, med 1 til 4 sætninger på dansk.",
    "en": "You answer visitors of a Danish health centre's website. Answer shortly, with 1 to 4 sentences in English.",
}


def write_alone(context: Context) -> None:
    """Let the model answer from what it knows. What was found is left for the measuring alone."""
    llm = get_llm()
    assert llm is not None
    asked = [Message("system", _ALONE["en" if context.language == "en" else "da"]), Message("user", context.asked)]
    context.status = Status.ANSWERED
    try:
        text = "".join(llm.reply(asked, max_tokens=220)).strip()
    except LLMError as error:
        text, context.drafted = "", type(error).__name__
    if text:
        context.paragraphs, context.drafted = [text], "unchecked"
    else:
        context.status = Status.UNAVAILABLE


# ── The variants ────────────────────────────────────────────────────────────────────────────────

_RETRIEVAL = (read, retrieve, take_nearest, show_first_passage)
_ALONE_STEPS = (read, retrieve, write_alone)
_LLM = ("write", "verify")

#: Ways to make the answer, side by side: what each layer buys.
MODES = {
    mode.name: mode
    for mode in (
        Variant("retrieval", "the nearest passage, whole: a search box", lambda steps: _RETRIEVAL),
        Variant("quotes", "every step; the editors' own sentences, no language model", _without("write")),
        Variant("llm", "every step; a language model rewrites the quotations, checked", needs=_LLM, writes=True),
        Variant("llm-unchecked", "the same without the check", _with(verify=show_unchecked), _LLM, writes=True),
        Variant("llm-alone", "the language model: no pages, safety or check", lambda steps: _ALONE_STEPS, writes=True),
    )
}

_DENSE = ("passage", "question", "statement")
#: One step less, or a poorer one.
ABLATIONS = (
    Variant("whole passages only", "search by the vectors of whole passages alone", _search_by("passage")),
    Variant("dense only", "search by meaning: passages, editors' questions, sentences", _search_by(*_DENSE)),
    Variant("lexical only", "search by words and letters", _search_by("stems", "grams")),
    Variant("without judge", "whatever is nearest is an answer", _with(judge=take_nearest), ("judge",)),
    Variant("without triage", "no help cards", _without("triage"), ("triage",)),
    Variant("without contextualise", "each question is taken alone", _without("contextualise"), ("contextualise",)),
    Variant("without caution", "no personal question is seen", _without("caution", "advise"), ("caution",)),
    Variant("without route", "no question goes to the other bot", _without("route"), ("route",)),
    Variant("without verify", "nothing a model writes is checked", _with(verify=show_unchecked), ("verify",)),
)


def modes_with(name: str, llm: LLM) -> list[Variant]:
    """Return the modes of one more model, such as a fine-tuned one: with the pages and the check, and without both."""
    checked, alone = MODES["llm"], MODES["llm-alone"]
    return [
        Variant(name, f"{checked.what}: {llm.model_id}", checked.change, checked.needs, writes=True, llm=llm),
        Variant(f"{name}, alone", f"{alone.what}: {llm.model_id}", alone.change, alone.needs, writes=True, llm=llm),
    ]
