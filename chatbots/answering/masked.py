"""Step: tell the visitor what was taken out of the question, and why."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from chatbots.answering.context import Context
from chatbots.language import detect_language
from chatbots.safety.masking import CARD, CPR, EMAIL, PHONE


def tell_masked(context: Context) -> None:
    """Leave a notice of what was masked, in the question's language: it may be the only thing that is said."""
    question = context.question
    if question.masked:
        with translation.override(detect_language(question.message, question.language)):
            context.notices.append(notice(question.masked))


def notice(kinds: frozenset[str]) -> str:
    """Return what a visitor is told about the kinds that were masked."""
    names = {
        CPR: _("et cpr-nummer"),
        CARD: _("et kortnummer"),
        EMAIL: _("en e-mailadresse"),
        PHONE: _("et telefonnummer"),
    }
    found = [name for kind, name in names.items() if kind in kinds]
    what = _("%(first)s og %(last)s") % {"first": ", ".join(found[:-1]), "last": found[-1]} if found[1:] else found[0]
    return _(
        "Jeg har skjult det, der ligner %(what)s, i dit spørgsmål. Det er for at passe på dig: Det bliver ikke gemt, "
        "og jeg behøver det ikke for at svare."
    ) % {"what": what}
