"""Step: let the other bot have a question that is for it, or its half of one that is for both.

A visitor is sent on with one click, the question in hand, and not answered here in the other's name: the health bot has
its own notice, its own care, and the follow-ups belong to it. Both halves of a double question are answered at once.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from chatbots.answering import canned
from chatbots.answering.belonging import (
    Found,
    find,
    names_the_centre,
    nearest,
    other_than,
    practical_share,
    sounds_practical,
)
from chatbots.answering.compose import compose_facts, compose_way
from chatbots.answering.context import Context
from chatbots.answering.halves import Piece, questions_in
from chatbots.answering.judge import assessment
from chatbots.answering.leaning import leaning_of
from chatbots.bots import BOTS, GUIDE, HEALTH, Bot, get_bot
from chatbots.exceptions import SnapshotError
from chatbots.query import read_question
from chatbots.types import Status, Suggestion

#: Shares, 0 to 1, of which a question is practical. Those that hand over are apart: a question can't come back.
BOUNDS = {
    "guide_hands_over_at_most": 0.1,
    "guide_hands_over_unanswered_at_most": 0.4,
    "health_hands_over_unanswered_at_least": 0.85,
    "health_hands_over_at_least": 0.9,
    "half_for_health_at_most": 0.4,
    "half_for_guide_at_least": 0.6,
}
#: How sure the other bot must be, and each of its half.
_SURE, _SURE_OF_A_HALF = 0.5, 0.6
#: How far a page of the guide's own comes before every article's title when the question is surely the guide's.
_FAR_BEFORE = 4.0
#: Asks where something is written. To that, the guide's answer is the page.
_ASKS_FOR_THE_PAGE = re.compile(
    r"\b(læse|læst|skrevet|står der|artik\w*|siden|side om|sider|hjemmeside\w*|read|article\w*|pages?|website|"
    r"written)\b",
    re.IGNORECASE,
)
_COMPOSE = {GUIDE.name: compose_way, HEALTH.name: compose_facts}


def route(context: Context) -> None:
    """Hand the question over, answer it with the other bot, or leave it as it is."""
    if context.retrieval is None or context.was_handed_over:
        return
    try:
        if _answer_both_halves(context):
            return
        here = Found(context.retrieval, assessment(context))
        if _stays(context, here):
            return
        there = find(other_than(context.bot), context.retrieval.query)
    except SnapshotError:
        return  # The other bot knows nothing: everything stays here.
    if _is_for_the_other(context, here, there):
        canned.handover(context, other_than(context.bot), _page_of(there))


def _stays(context: Context, here: Found) -> bool:
    """Tell a question that is answered here and is surely no one else's, without asking the other bot."""
    if not here.judged.answers:
        return False
    if context.bot.name == GUIDE.name:
        page, title = nearest(here)
        return page - title >= _FAR_BEFORE
    query = here.retrieval.query
    return not (names_the_centre(query) or sounds_practical(query))


def _is_for_the_other(context: Context, here: Found, there: Found) -> bool:
    if not there.judged.answers or there.judged.confidence < _SURE:
        return False
    own = here.judged.evidence[0].page.kind in context.bot.full_kinds if here.judged.answers else False
    if own and here.judged.confidence >= there.judged.confidence:
        return False
    if context.bot.name == GUIDE.name:
        if _ASKS_FOR_THE_PAGE.search(context.asked):
            return False
        most = BOUNDS["guide_hands_over_at_most" if here.judged.answers else "guide_hands_over_unanswered_at_most"]
        return practical_share(here, there) <= most
    if there.judged.evidence[0].page.kind not in GUIDE.full_kinds:
        return False  # The guide would only name the article.
    least = BOUNDS["health_hands_over_at_least" if here.judged.answers else "health_hands_over_unanswered_at_least"]
    return practical_share(there, here) >= least


def _page_of(found: Found) -> Suggestion:
    page = found.judged.evidence[0].page
    return Suggestion(page.title, page.get_absolute_url())


# ── Both halves ─────────────────────────────────────────────────────────────────────────────────


def _answer_both_halves(context: Context) -> bool:
    """Answer a question that has a half for each bot, each by its own; return whether it had."""
    halves: dict[str, tuple[Piece, Found]] = {}
    for piece in questions_in(context.asked):
        if (half := _half(context, piece)) is not None:
            halves.setdefault(half[0].name, (piece, half[1]))
    if len(halves) < len(BOTS):
        return False
    for name, (piece, found) in halves.items():
        _add_half(context, get_bot(name), piece, found)
    context.status = Status.ANSWERED if context.is_sure else Status.PARTIAL
    return True


def _half(context: Context, piece: Piece) -> tuple[Bot, Found] | None:
    """Return the bot that a piece of the question is for and what it finds; None when neither is sure."""
    text = piece.text
    if leaning_of(text, context.language).refers:
        text = f"{' '.join(leaning_of(piece.before, context.language).subjects)}: {text}"
    query = read_question(context.bot, text, None, language=context.language)
    found = {bot.name: find(bot, query) for bot in BOTS.values()}
    share = practical_share(found[GUIDE.name], found[HEALTH.name])
    if BOUNDS["half_for_health_at_most"] < share < BOUNDS["half_for_guide_at_least"]:
        return None
    bot = GUIDE if share >= BOUNDS["half_for_guide_at_least"] else HEALTH
    judged = found[bot.name].judged
    return (bot, found[bot.name]) if judged.answers and judged.confidence >= _SURE_OF_A_HALF else None


def _add_half(context: Context, bot: Bot, piece: Piece, found: Found) -> None:
    """Let `bot` compose its half, after a line that says whose it is, and its reserve where the bot is not sure."""
    half = Context(bot=bot, question=context.question, retrieval=found.retrieval, query=found.retrieval.query)
    half.evidence, half.confidence = found.judged.evidence, found.judged.confidence
    half.is_sure = found.judged.is_sure
    _COMPOSE[bot.name](half)
    label = _("%(bot)s svarer på “%(half)s”:") % {"bot": bot.title, "half": piece.text.rstrip("?!. ")}
    context.paragraphs += [label, *([] if half.is_sure else [canned.reserve()]), *half.paragraphs]
    context.quotes += half.quotes
    context.sources += half.sources
    context.evidence += half.evidence
    context.confidence = max(context.confidence, half.confidence)
    context.is_sure = context.is_sure and half.is_sure
    context.halves += (bot.name,)
