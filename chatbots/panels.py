"""What the admin says of the index, in an editor's words: the receipt of a page, and the panel of all bots."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chatbots.bots import get_bot
from chatbots.indexing.receipts import BotReceipt, PageReceipt, Standing, receipt_of
from chatbots.indexing.status import STALLED_AFTER, BotStatus, bot_statuses, failed_states
from chatbots.llms import LLMStatus, llm_status
from content.models import Page


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to say. `tone` is "good", "wait", "bad" or "quiet"; the words say the same without it."""

    tone: str
    text: str
    advice: tuple[str, ...] = ()


def receipt(page: Page) -> SafeString:
    """Return the box on a page's change form that says what the bots know of the page."""
    stored = receipt_of(page.pk)
    context = {"page": stored.page, "settled": stored.settled, "lines": lines(stored)}
    return render_to_string("admin/chatbots/receipt.html", context)


def receipt_lines(stored: PageReceipt) -> SafeString:
    """Return what changes in that box while it is on the screen."""
    return render_to_string("admin/chatbots/receipt_lines.html", {"lines": lines(stored)})


def lines(stored: PageReceipt) -> list[Line]:
    """Return what to say of a page, the most pressing first."""
    page = stored.page
    if not page.is_public():
        return [Line("quiet", _absence(page))]
    said = [_bot_line(bot, has_model=not stored.model_problem) for bot in stored.bots]
    if stored.model_problem:
        said.insert(
            0,
            Line(
                "bad",
                _("Robotternes sprogmodel kan ikke bruges, så ændringer når ikke frem til dem."),
                (
                    stored.model_problem,
                    _(
                        "Din tekst er gemt. Den kommer med af sig selv, når modellen er på plads. "
                        "Send fejlen til den, der driver hjemmesiden."
                    ),
                ),
            ),
        )
    return said


def panel_context() -> dict[str, Any]:
    """Return what the panel of all bots shows."""
    failed = failed_states()
    return {
        "bots": [
            {
                "status": status,
                "title": get_bot(status.bot).title,
                "lines": _status_lines(status),
                "waiting": _age(status.waiting_since),
                "published": moment(status.published_at),
                "error_at": moment(status.error_at),
                "failed": [state for state in failed if state.bot == status.bot],
            }
            for status in bot_statuses()
        ],
        "llm": llm_status(),
        "llm_lines": llm_lines(llm_status()),
    }


def llm_lines(status: LLMStatus | None) -> list[Line]:
    """Say how the language model is that writes answers, as this process knows it."""
    if status is None:
        return []
    if status.state == "closed" and not status.error:
        return [Line("good", _("Sprogmodellen formulerer svar, når de kan tjekkes."))]
    text = _("Sprogmodellen svigter. Robotterne svarer med citater imens.")
    return [Line("wait" if status.state != "open" else "bad", text, (status.error,) if status.error else ())]


def moment(when: datetime | None) -> str:
    """Return a moment in words, to the second, without the date when that is today; "" for none."""
    if when is None:
        return ""
    local = timezone.localtime(when)
    clock = _("kl. %(clock)s") % {"clock": local.strftime("%H:%M:%S")}
    return clock if local.date() == timezone.localdate() else f"{date_format(local, 'DATE_FORMAT')} {clock}"


def _absence(page: Page) -> str:
    """Say why the bots do not know a page that visitors cannot see."""
    now = timezone.now()
    if page.status == Page.Status.ARCHIVED:
        return _("Siden er arkiveret, så robotterne bruger den ikke.")
    if page.status != Page.Status.PUBLISHED:
        return _("Siden er en kladde. Robotterne kender den først, når den er udgivet.")
    if page.expire_at and page.expire_at <= now:
        return _("Siden udløb %(moment)s, så robotterne bruger den ikke længere.") % {"moment": moment(page.expire_at)}
    return _("Siden udgives %(moment)s. Robotterne kender den først derefter.") % {"moment": moment(page.publish_at)}


def _bot_line(known: BotReceipt, *, has_model: bool) -> Line:
    """Say how far a page has come with one bot, and what to do when it has not."""
    facts: dict[str, Any] = {"bot": known.bot.title, "changed": moment(known.changed_at), "error": known.error}
    match known.standing:
        case Standing.KNOWN:
            facts |= {"chunks": _chunks(known.chunks), "moment": moment(known.indexed_at)}
            return Line("good", _("%(bot)s kender siden: %(chunks)s, indekseret %(moment)s.") % facts)
        case Standing.FAILED:
            advice = _(
                "Der prøves igen hvert halve minut. Ret teksten og gem den, eller send fejlen til den, "
                "der driver hjemmesiden."
            )
            return Line("bad", _("%(bot)s kunne ikke læse siden: %(error)s") % facts, (advice,))
        case Standing.REBUILDING:
            text = _("%(bot)s har læst siden, men det gamle indeks svarer, til det nye er klar.")
            return Line("wait", text % facts)
    if known.changed_at is None:
        return Line("wait", _("%(bot)s: siden er ændret og bliver indekseret inden for et halvt minut.") % facts)
    late = timezone.now() - known.changed_at > STALLED_AFTER
    if late or known.error or not has_model:
        text = _("%(bot)s: siden er ændret %(changed)s og venter på at blive indekseret.")
    else:
        text = _("%(bot)s: siden er ændret %(changed)s og bliver indekseret nu.")
    return Line("wait", text % facts, tuple(_delay(known.error, late=late) if has_model else ()))


def _delay(error: str, *, late: bool) -> list[str]:
    advice = []
    if error:
        advice.append(_("Seneste fejl: %(error)s") % {"error": error})
    if late:
        advice.append(
            _(
                "Det varer længere end ventet. Din tekst er gemt og kommer med af sig selv; bliver det ved, "
                "så sig det til den, der driver hjemmesiden."
            )
        )
    return advice


def _status_lines(status: BotStatus) -> list[Line]:
    """Say what an operator should look at; that all is well when nothing is."""
    said = []
    if status.problem:
        text = (
            _("Indekset på disken er beskadiget. Det laves igen af sig selv, når worker og beat kører.")
            if status.model
            else _("Modellen kan ikke bruges. Ændringer når ikke frem, før det er rettet.")
        )
        said.append(Line("bad", text, (status.problem,)))
    if status.storage_problem:
        text = _("Ændringer kan blive afvist: databasen er låst, eller disken er ved at være fuld. Svar gives som før.")
        said.append(Line("bad", text, (status.storage_problem,)))
    if status.stalled:
        said.append(
            Line(
                "bad",
                _("Ændringer venter, og der er ikke indekseret noget i over et minut."),
                (_("Se efter, om broker, worker og beat kører, og hvad der står i deres log."),),
            )
        )
    if status.rebuilding:
        said.append(
            Line(
                "wait",
                _("Model eller opdeling er skiftet: det gamle indeks svarer, til det nye er klar."),
                (status.serving_recipe,),
            )
        )
    if not status.generation and not status.problem:
        said.append(Line("wait", _("Der er ikke udgivet noget indeks endnu.")))
    if status.failed_pages:
        text = ngettext("%(count)d side kan ikke læses.", "%(count)d sider kan ikke læses.", status.failed_pages)
        said.append(Line("bad", text % {"count": status.failed_pages}))
    if said:
        return said
    if status.pages_behind:
        return [Line("wait", _("Ændringer er ved at blive indekseret."))]
    return [Line("good", _("Robotten kender alt, hvad der er udgivet."))]


def _chunks(count: int) -> str:
    return ngettext("%(count)d tekststykke", "%(count)d tekststykker", count) % {"count": count}


def _age(since: datetime | None) -> str:
    """Return how long ago that was, in words; "" for never."""
    if since is None:
        return ""
    return _("under et minut") if timezone.now() - since < timedelta(minutes=1) else timesince(since, depth=1)
