"""The fixed replies, each the ending of an answer. One home, in Danish; English comes through gettext."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from chatbots.answering.context import Context
from chatbots.bots import Bot
from chatbots.safety.cards import phone_after_hours
from chatbots.types import Handover, Status, Suggestion


def no_answer(context: Context, suggestions: Sequence[Suggestion]) -> None:
    """Say plainly that nothing fits, and name the nearest pages; refuse what no robot may say to one person."""
    if context.caution:
        refused(context, suggestions)
        return
    context.status = Status.NO_ANSWER
    context.paragraphs = [_("Det kan jeg ikke finde svar på her.")]
    if suggestions:
        context.paragraphs.append(_("Måske kan du bruge en af disse sider. Ellers er du velkommen til at kontakte os."))
    else:
        context.paragraphs.append(_("Prøv at spørge med andre ord, eller kontakt os."))
    if context.bot.name == "health":
        context.paragraphs.append(
            _("Haster det, så ring til din læge, og ellers til lægevagten. Ring 112, hvis det er livsfarligt.")
        )
    context.suggestions = tuple(suggestions)
    context.sources = ()


def reserve() -> str:
    """Return what stands above an answer that may not fit the question."""
    return _("Jeg er ikke sikker på, at det her svarer på det, du spørger om.")


def by_words_alone() -> str:
    """Return what stands above all that is found while there is no model to search by meaning with."""
    return _("Lige nu kan jeg kun lede efter de ord, du selv skriver, så jeg kan overse noget.")


def refused(context: Context, suggestions: Sequence[Suggestion]) -> None:
    """Say kindly that this is for someone who knows the visitor, and who that is."""
    assert context.caution
    context.status = Status.REFUSED
    context.paragraphs = [whom_to_ask(context.caution), _("Jeg har heller ikke fundet en artikel, der handler om det.")]
    context.suggestions = tuple(suggestions)
    context.sources = ()


def whom_to_ask(caution: str) -> str:
    """Return what is not said to one person, and who can say it. KeyError for a caution that is none."""
    text = {
        "dosing": _(
            "Jeg kan ikke sige, hvilken medicin du eller en anden skal have, eller hvor meget. Følg indlægssedlen og "
            "det, lægen har sagt. Spørg på apoteket eller hos din læge. Har lægen lukket, så ring til "
            "%(out_of_hours)s. Har nogen fået for meget, så ring til %(poison)s."
        ),
        "diagnosis": _(
            "Jeg kan ikke vurdere, hvad du eller en anden fejler. Det kan din læge. Kan det ikke vente, til lægen har "
            "åbent, så ring til %(out_of_hours)s. Ring 112, hvis det er livsfarligt."
        ),
        "test_result": _(
            "Jeg kan ikke vurdere et prøvesvar eller en måling. Spørg din læge eller det sted, der har taget prøven. "
            "Har du det dårligt, og har lægen lukket, så ring til %(out_of_hours)s."
        ),
    }[caution]
    return text % {"out_of_hours": _out_of_hours(), "poison": _poison()}


def _out_of_hours() -> str:
    number = phone_after_hours("doctor")
    return _("lægevagten på %(number)s") % {"number": number} if number else _("lægevagten")


def _poison() -> str:
    number = phone_after_hours("poison")
    return _("Giftlinjen på %(number)s") % {"number": number} if number else _("Giftlinjen")


def in_general(caution: str) -> str:
    """Return the line that keeps a quotation from being read as meant for one person."""
    if caution == "dosing":
        return _("Her er, hvad der generelt står om emnet. Det er ikke en dosis til en bestemt person.")
    return _("Her er, hvad der generelt står om emnet. Det er ikke skrevet om dig.")


def greeting(context: Context) -> None:
    """Greet back, and say what to do; also the reply to what holds nothing to search for."""
    context.status = Status.NO_ANSWER
    context.paragraphs = [
        str(context.bot.greeting),
        _("Skriv dit spørgsmål med et par ord mere, så leder jeg efter svaret."),
    ]


def you_are_welcome(context: Context) -> None:
    context.status = Status.NO_ANSWER
    context.paragraphs = [_("Selv tak. Spørg endelig igen, hvis der er andet.")]


def handover(context: Context, bot: Bot, page: Suggestion) -> None:
    """Say which bot knows, carry the question along, and name the page for who would rather read it all."""
    context.status = Status.HANDOVER
    context.paragraphs = [
        {
            "health": _("Det handler om sygdom og sundhed, og det kan Sundhedsrobotten bedst svare på."),
            "guide": _("Det handler om sundhedscentret, og det kan Vejviseren bedst svare på."),
        }[bot.name]
    ]
    context.handover = Handover(bot.name, context.asked)
    context.suggestions = (page,)
    context.sources = ()


def goodbye(context: Context) -> None:
    context.status = Status.NO_ANSWER
    context.paragraphs = [_("Farvel, og pas godt på dig selv.")]


def who_i_am(context: Context) -> None:
    """Say plainly that no human is here, and how to reach one."""
    context.status = Status.NO_ANSWER
    context.paragraphs = [
        _("Jeg er %(bot)s, en robot. Der sidder ikke et menneske i den anden ende.") % {"bot": context.bot.title},
        _("Jeg svarer med det, der står på hjemmesiden. Vil du tale med et menneske, så ring endelig til os."),
    ]


def what_i_can(context: Context) -> None:
    """Say what the bot is for, with questions as examples, and what it is not for."""
    context.status = Status.NO_ANSWER
    what = {
        "guide": _("Jeg kan vise vej på hjemmesiden: åbningstider, priser, tilbud, kontakt og alt det praktiske."),
        "health": _(
            "Jeg kan svare på spørgsmål om sygdom og sundhed med uddrag fra vores artikler. Jeg kan ikke stille en "
            "diagnose, og jeg erstatter ikke en læge."
        ),
    }[context.bot.name]
    examples = "\n".join(f"- {question}" for question in context.bot.suggestions)
    context.paragraphs = [what, _("Du kan for eksempel spørge:"), examples]


def did_not_help(context: Context) -> None:
    """Take the blame, and say what else can be tried."""
    context.status = Status.NO_ANSWER
    context.paragraphs = [
        _("Det er jeg ked af. Prøv at skrive spørgsmålet igen med andre ord, gerne med navnet på det, du søger."),
        _("Kan jeg stadig ikke hjælpe, er du velkommen til at ringe til os."),
    ]
    if context.bot.name == "health":
        context.paragraphs.append(
            _("Haster det, så ring til din læge, og ellers til lægevagten. Ring 112, hvis det er livsfarligt.")
        )


def unavailable(context: Context) -> None:
    """Say that the bot cannot answer now, and what to do instead."""
    context.status = Status.UNAVAILABLE
    context.paragraphs = [
        _("Jeg kan ikke svare lige nu. Prøv igen om lidt, eller brug menuen på siden."),
        _("Er det akut, så ring til din læge eller lægevagten. Ring 112, hvis det er livsfarligt."),
    ]
    context.sources = ()
    context.suggestions = ()


def emergency(context: Context) -> None:
    """Leave the stage to the help card: no quotation, no link, nothing to read first."""
    context.status = Status.EMERGENCY
    context.paragraphs = [
        _("Det, du skriver, lyder alvorligt. Brug numrene her, før du læser videre."),
        _("Er det ikke akut, så sig det, og jeg svarer på dit spørgsmål."),
    ]
    context.sources = ()
    context.suggestions = ()
