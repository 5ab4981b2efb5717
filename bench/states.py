"""How to reach every kind of page and state of the chat, for pictures of them. Each wants a tab of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

ARTICLE = "/sundhed/skoldkopper/"
#: A partner's page, which needs no server: the browser is given it. Its key is the one that `PARTNER` makes.
PARTNER_ORIGIN = "http://localhost:9"
PARTNER = f"""
from chatbots.models import Partner
Partner.objects.create(key="contact-sheet", name="Kommunen", origins="{PARTNER_ORIGIN}")
"""
EDITOR = """
from django.contrib.auth.models import User
User.objects.create_superuser("rikke", password="contact-sheet")
"""
PARTNER_PAGE = """<!doctype html>
<html lang="da">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>En partners side</title>
<style>body {{ margin: 2rem; font: 1.125rem/1.6 Georgia, serif; max-width: 38rem }}</style>
<script type="module" src="{site}/widget.js"></script>
<h1>Biblioteket i Åvang</h1>
<p>Her står partnerens egen side, med partnerens egen skrift. Robotten i hjørnet har partnerens farve.</p>
<vejviser-widget partner="contact-sheet" bot="health" bots="guide" accent="#d9480f"></vejviser-widget>
"""

#: Answers the next question with `text`, and closes the stream unless it is to stay open.
ANSWER_WITH = """
([text, open]) => {
  const real = window.fetch;
  window.fetch = (url, options = {}) => {
    if (options.method !== "POST" || !String(url).includes("/chat/")) return real(url, options);
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(text));
        if (!open) controller.close();
      },
    });
    return Promise.resolve(new Response(body, { headers: { "Content-Type": "text/event-stream" } }));
  };
}
"""

Reach = Callable[[Page], object]


def at(address: str) -> Reach:
    return lambda page: page.goto(address)


# ── Pages ────────────────────────────────────────────────────────────────────────────────────────


def menu(page: Page) -> None:
    page.goto(ARTICLE)
    page.locator(".menu > summary").click()


def section(page: Page) -> None:
    page.goto(ARTICLE)
    page.goto(ARTICLE + str(page.locator(".contents a").nth(2).get_attribute("href")))


def care(page: Page) -> None:
    page.goto(ARTICLE)
    page.locator(".care").first.scroll_into_view_if_needed()
    page.mouse.wheel(0, 250)


def end_of_article(page: Page) -> None:
    page.goto(ARTICLE)
    page.locator(".provenance").evaluate("(node) => node.scrollIntoView()")


def feedback(page: Page) -> None:
    page.goto(ARTICLE)
    page.locator(".page-feedback button").last.click()
    expect(page.locator("#page-feedback-comment")).to_be_visible()
    page.locator(".page-feedback").evaluate("(node) => node.scrollIntoView({ block: 'center' })")


def footer(page: Page) -> None:
    page.goto("/om-os/")
    page.locator(".site-footer").scroll_into_view_if_needed()
    page.mouse.wheel(0, 5000)


def table(page: Page) -> None:
    page.goto("/kontakt/")
    page.locator(".table-scroll").first.evaluate("(node) => node.scrollIntoView({ block: 'center' })")


def paper(page: Page) -> None:
    page.goto(ARTICLE)
    page.emulate_media(media="print", color_scheme="light")


def suggestions(page: Page) -> None:
    page.goto("/soeg/")
    page.get_by_role("combobox").press_sequentially("hvor læ")
    expect(page.get_by_role("option").first).to_be_visible()
    page.get_by_role("combobox").press("ArrowDown")


def search(words: str, address: str = "/soeg/") -> Reach:
    def reach(page: Page) -> None:
        page.goto(address)
        page.get_by_role("combobox").fill(words)
        page.get_by_role("combobox").press("Enter")
        expect(page.locator("[data-search-heading]")).to_contain_text(words)

    return reach


def nothing_searched(page: Page) -> None:
    page.goto("/soeg/")
    page.evaluate("document.querySelector('.search-box--large').submit()")
    expect(page.locator(".search-error")).to_be_visible()


def forced_colours(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    page.goto(ARTICLE)


PAGES: dict[str, Reach] = {
    "Front": at("/"),
    "Menu": menu,
    "Topic": at("/emner/boern/"),
    "All articles": at("/sundhed/"),
    "All articles by letter": at("/sundhed/?sort=title#_liste"),
    "Article": at(ARTICLE),
    "A section that was linked to": section,
    "Care cards": care,
    "Do and don't": at("/sundhed/feber-hos-boern/#det-kan-du-selv-goere"),
    "Where it comes from": end_of_article,
    "Feedback": feedback,
    "Site page": at("/aabningstider/"),
    "Table": table,
    "Overdue": at("/sundhed/solskoldning/"),
    "English": at("/en/"),
    "Accessibility statement": at("/en/accessibility/"),
    "Search": at("/soeg/"),
    "Suggestions": suggestions,
    "Results": search("feber hos barn"),
    "Nothing found": search("qwrtz xcvbn"),
    "English words, Danish pages": search("chickenpox", "/en/search/"),
    "Urgent words": search("smerter i brystet og kan ikke få luft"),
    "Nothing searched for": nothing_searched,
    "Not found": at("/findes-ikke/"),
    "Foot of the page": footer,
    "On paper": paper,
    "Forced colours": forced_colours,
}


# ── The chat ─────────────────────────────────────────────────────────────────────────────────────


def open_chat(page: Page, bot: str = "health", address: str = ARTICLE) -> None:
    page.goto(address)
    page.locator(f"[data-open={bot}]").first.click()
    expect(page.locator(".chat-dialog")).to_be_visible()


def ask(page: Page, question: str) -> Locator:
    """Ask; return the turn."""
    field = page.locator(".chat-form textarea").locator("visible=true")
    field.fill(question)
    page.locator(".chat-send:visible").click()
    turn = page.locator(".chat-turn").last
    expect(turn.locator(".chat-question")).to_contain_text(question)
    return turn


def answered(question: str, bot: str = "health", scroll: str = "") -> Reach:
    """Ask a real question. `scroll` is what of the answer is to be seen, where it is not the beginning."""

    def reach(page: Page) -> None:
        open_chat(page, bot)
        turn = ask(page, question)
        expect(turn.locator(".chat-feedback")).to_be_visible()
        if scroll:
            turn.locator(scroll).first.evaluate("(node) => node.scrollIntoView({ block: 'center' })")

    return reach


def stream(*events: tuple[str, dict[str, Any]]) -> str:
    return "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in events)


def waiting(page: Page) -> None:
    open_chat(page)
    page.evaluate(ANSWER_WITH, [stream(("accepted", {})), True])
    expect(ask(page, "Hvor længe smitter skoldkopper?").locator(".chat-step")).to_be_visible()


def streaming(page: Page) -> None:
    open_chat(page)
    words = "I “Skoldkopper” står der:\n> Skoldkopper smitter fra et par dage før udslættet kommer, og til alle"
    page.evaluate(ANSWER_WITH, [stream(("accepted", {}), ("delta", {"text": words})), True])
    expect(ask(page, "Hvor længe smitter skoldkopper?").locator("blockquote")).to_be_visible()


def cut_off(page: Page) -> None:
    open_chat(page)
    text = "I “Skoldkopper” står der:\n> Skoldkopper smitter fra et par"
    page.evaluate(ANSWER_WITH, [stream(("accepted", {}), ("delta", {"text": text})), False])
    expect(ask(page, "Hvor længe smitter skoldkopper?").locator(".chat-notice")).to_be_visible()


def failed(page: Page) -> None:
    open_chat(page)
    problem = {"detail": "Robotten kan ikke svare lige nu, men siderne virker. Prøv igen om lidt."}
    page.evaluate(ANSWER_WITH, [stream(("accepted", {}), ("error", problem)), False])
    expect(ask(page, "Hvor længe smitter skoldkopper?").locator(".chat-notice")).to_be_visible()


def offline(page: Page) -> None:
    open_chat(page)
    page.context.set_offline(True)
    expect(ask(page, "Hvor længe smitter skoldkopper?").locator(".chat-notice")).to_be_visible()


def handed_over(page: Page) -> None:
    answered("Hvor længe smitter skoldkopper?", bot="guide")(page)
    page.locator(".chat-handover button").click()
    expect(page.locator(".chat-feedback")).to_have_count(2)


def shown(page: Page) -> None:
    """Follow a source, and go on with the tabulator: the next stop leads back."""
    answered("Hvor længe smitter skoldkopper?")(page)
    page.locator(".chat-show").first.click()
    expect(page.locator(":target")).to_be_focused()
    page.keyboard.press("Tab")


def cpr(page: Page) -> None:
    open_chat(page)
    page.locator(".chat-form textarea").fill("Mit cpr-nummer er 010190-1234, hvor længe smitter jeg?")
    page.locator(".chat-send:visible").click()
    expect(page.locator(".chat-form .chat-notice")).to_be_visible()


def too_long(page: Page) -> None:
    open_chat(page)
    page.locator(".chat-form textarea").fill("Hvad gør jeg, når det klør? " * 40)


def long_words(page: Page) -> None:
    open_chat(page)
    text = "- " + "Speciallægekonsultationsordningen" * 3 + "\n- to\n\n> " + "Et langt citat, der bliver ved. " * 30
    done = {"id": "1", "conversation": None, "status": "answered", "text": text, "language": "da", "sources": []}
    done |= {"help_cards": [], "handover": None, "suggestions": []}
    page.evaluate(ANSWER_WITH, [stream(("done", done)), False])
    question = "Hvad er en speciallægekonsultationsordning, og hvordan får jeg del i den? " * 3
    expect(ask(page, question.strip()).locator(".chat-feedback")).to_be_visible()


def comment(page: Page) -> None:
    answered("Hvor længe smitter skoldkopper?", scroll=".chat-feedback")(page)
    page.locator(".chat-thumb").last.click()
    expect(page.locator(".chat-comment")).to_be_visible()
    page.locator(".chat-comment").scroll_into_view_if_needed()


def summary(page: Page) -> None:
    answered("Hvor længe smitter skoldkopper?")(page)
    page.locator("[data-slot=summarise]").click()
    page.locator(".chat-summary textarea").fill("Det begyndte i går aftes. Må han komme i børnehave på mandag?")


def summary_on_paper(page: Page) -> None:
    summary(page)
    page.emulate_media(media="print", color_scheme="light")


def forgotten(page: Page) -> None:
    answered("Hvor længe smitter skoldkopper?")(page)
    page.locator("[data-slot=forget]").click()
    expect(page.locator(".chat-note")).to_be_visible()


def plain(page: Page, question: str = "") -> None:
    page.route("**/static/chat/define*.js", lambda route: route.abort())
    page.goto("/chat/health/")
    if question:
        page.locator(".chat-form textarea").fill(question)
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.locator(".chat-feedback")).to_be_visible()


def on_a_partners_page(page: Page, question: str = "") -> None:
    page.goto("/")
    site = str(page.evaluate("location.origin"))
    html = PARTNER_PAGE.format(site=site)
    page.route(f"{PARTNER_ORIGIN}/**", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    page.context.grant_permissions(["local-network-access"], origin=PARTNER_ORIGIN)  # It is no real site's page.
    page.goto(f"{PARTNER_ORIGIN}/")
    opener = page.locator(".chat-opener")
    expect(opener).to_be_visible()
    if question:
        opener.click()
        expect(ask(page, question).locator(".chat-feedback")).to_be_visible()


CHAT: dict[str, Reach] = {
    "Closed": at("/sundhed/"),
    "Open": open_chat,
    "The guide": lambda page: open_chat(page, "guide", "/"),
    "In English": lambda page: open_chat(page, "health", "/en/health/common-cold/"),
    "Waiting": waiting,
    "Streaming": streaming,
    "Answered": answered("Hvor længe smitter skoldkopper?"),
    "Sources": answered("Hvor længe smitter skoldkopper?", scroll=".chat-sources"),
    "An overdue source": answered("Hvordan lindrer jeg en solskoldning?", scroll=".chat-source"),
    "Shown": shown,
    "With reserve": answered("Hvor mange panodiler må min datter på 4 år få?"),
    "No answer": answered("Hvem vandt Tour de France i 1996?"),
    "An emergency": answered("min mor er bevidstløs"),
    "Today": answered("min baby på 2 måneder har 39 i feber"),
    "Someone to talk to": answered("jeg har ikke lyst til at leve mere"),
    "Handed over": handed_over,
    "Long words": long_words,
    "A CPR number": cpr,
    "Too long": too_long,
    "Comment": comment,
    "To the doctor": summary,
    "The doctor's on paper": summary_on_paper,
    "Forgotten": forgotten,
    "Cut off": cut_off,
    "Failed": failed,
    "Offline": offline,
    "Without JavaScript": plain,
    "Without JavaScript, answered": lambda page: plain(page, "Hvor længe smitter skoldkopper?"),
    "On a partner's page": on_a_partners_page,
    "On a partner's page, answered": lambda page: on_a_partners_page(page, "Hvor længe smitter skoldkopper?"),
}


# ── The README's pictures ────────────────────────────────────────────────────────────────────────


def tick_bites(page: Page) -> None:
    open_chat(page, "health", "/sundhed/flaatbid/")
    turn = ask(page, "Hvordan fjerner jeg en flåt?")
    expect(turn.locator(".chat-feedback")).to_be_visible()


def receipt(page: Page) -> None:
    """Open an article in the admin, with what the bots know of it."""
    page.goto("/admin/")
    page.locator("[name=username]").fill("rikke")
    page.locator("[name=password]").fill("contact-sheet")
    page.locator("[name=password]").press("Enter")
    page.get_by_role("link", name="Sundhedsartikler").first.click()
    page.get_by_role("link", name="Madhygiejne derhjemme").click()
    expect(page.locator(".page-panels")).to_be_visible()


README: dict[str, Reach] = {"front": at("/"), "article": tick_bites, "admin": receipt}
