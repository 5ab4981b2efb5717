"""What a visitor can do with an answer, and what the browser looks after before a question is sent."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from chatbots.safety.masking import DOTS, mask
from tests.browser.conftest import NewPage
from tests.browser.visitor import (
    announced,
    answered,
    ask,
    ask_on_its_page,
    open_chat,
    question_field,
    sent,
    stored,
    token,
)

CPR = "010190-1234"


def questions_sent(page: Page) -> list[Request]:
    """Return the list in which the requests of the page that ask something gather."""
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request) if request.method == "POST" else None)
    return asked


# ── A CPR number ─────────────────────────────────────────────────────────────────────────────────


def test_a_cpr_number_is_held_back_until_it_is_taken_out(page: Page) -> None:
    open_chat(page)
    asked = questions_sent(page)
    question_field(page).fill(f"Jeg er {CPR}. Intet svar?")
    question_field(page).press("Enter")
    warning = page.get_by_role("group", name="Der står vist et cpr-nummer i dit spørgsmål.")
    expect(warning).to_be_focused()
    expect(warning).not_to_contain_text(CPR)
    expect(page.locator(".chat-turn")).to_have_count(0)
    assert asked == []
    page.get_by_role("button", name="Send uden nummeret").click()
    expect(page.locator(".chat-question")).to_contain_text(f"Jeg er {DOTS}. Intet svar?")
    assert [sent(request)["message"] for request in asked] == [f"Jeg er {DOTS}. Intet svar?"]
    expect(page.locator(".chat-feedback")).to_be_visible(timeout=30_000)
    assert CPR not in str(stored(page))
    expect(warning).to_be_hidden()


def test_the_number_can_be_changed_instead(page: Page) -> None:
    open_chat(page)
    question_field(page).fill(f"Jeg er {CPR}.")
    question_field(page).press("Enter")
    page.get_by_role("button", name="Ret spørgsmålet").click()
    expect(question_field(page)).to_be_focused()
    page.keyboard.press("Delete")
    expect(question_field(page)).to_have_value("Jeg er .")
    expect(page.get_by_role("button", name="Send uden nummeret")).to_be_hidden()


def test_a_cpr_number_in_a_comment_is_masked(page: Page) -> None:
    open_chat(page)
    turn = answered(page, "Intet svar")
    turn.get_by_role("button", name="Nej").click()
    turn.get_by_label("Vil du skrive hvorfor?").fill(f"Jeg er {CPR}")
    with page.expect_request("**/feedback/") as posted:
        turn.get_by_role("button", name="Send kommentar").click()
    assert sent(posted.value)["comment"] == f"Jeg er {DOTS}"


TEXTS = [
    "010190-1234", "0101901234", "01 01 90 1234", "01.01.90-1234", "010190 - 1234", "01/01/1990-1234",
    "0 1 0 1 9 0 1 2 3 4", "310290-1234", "290200-4234", "290201-4234", "290200-1234", "611190-1234", "010190-1A23",
    "320190-1234", "011390-1234", "tel 62004000", "20 20 20 20", "1234567890", "12345678901", "2026-11-21",
    "21.11.2026 kl. 1430", "010190", "112", "to 010190-1234 og 020290-2345", "a010190-1234b", "010190\n1234",
    "290236-9234", "290237-9234", "010157-5234", "010190–1234", "010190‑1234", "01\u00a001\u00a090\u00a01234",
]  # fmt: skip


def test_the_browser_sees_the_same_cpr_numbers_as_the_server(page: Page) -> None:
    page.goto("/robots.txt")
    script = """async (texts) => {
      const { maskCpr } = await import("/static/chat/cpr.js");
      return texts.map(maskCpr);
    }"""
    seen = dict(zip(TEXTS, page.evaluate(script, TEXTS), strict=True))
    on_server = {text: mask(text).text if "cpr" in mask(text).kinds else text for text in TEXTS}
    assert seen == on_server
    assert len([text for text in TEXTS if seen[text] == text]) > 8


# ── With an answer ───────────────────────────────────────────────────────────────────────────────


def test_an_answer_is_copied_with_its_sources(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_chat(page)
    turn = answered(page, "En del af svaret")
    turn.get_by_role("button", name="Kopiér").click()
    expect(turn.get_by_role("button", name="Kopieret")).to_be_visible()
    expect(announced(page)).to_contain_text("Kopieret")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Medicin kan give hovedpine.\n\nHvor meget du må tage,")
    dates = "Gennemgået 2. marts 2026\nForfalden: Skulle være gennemgået igen senest 1. september 2026"
    assert f"Åbningstider: Telefontid\n{dates}" in copied
    assert copied.endswith("/aabningstider/")


def test_a_question_is_changed_and_sent_again(page: Page) -> None:
    open_chat(page)
    answered(page, "Intet svar").get_by_role("button", name="Ret spørgsmålet").click()
    expect(question_field(page)).to_be_focused()
    expect(question_field(page)).to_have_value("Intet svar")
    page.keyboard.press("Control+A")
    page.keyboard.type("Afvist")
    with page.expect_request("**/api/v1/chat/health/") as asked:
        page.keyboard.press("Enter")
    assert sent(asked.value)["message"] == "Afvist"
    turns = page.locator(".chat-turn")
    expect(turns.locator(".chat-question")).to_contain_text(["Intet svar", "Afvist"])
    expect(turns.last.locator(".chat-text")).to_have_text("Det kan jeg ikke hjælpe med.")


VOICES = """
window.spoken = [];
const voice = (name, lang, localService) => ({ name, lang, localService, default: false, voiceURI: name });
const far = voice("Fjern", "da-DK", false);
const voices = { local: [far, voice("Egen", "da-DK", true)], remote: [far] };
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => voices[%r],
  addEventListener: () => {},
  cancel: () => window.speaking?.onend(),
  speak: (words) => { window.speaking = words; spoken.push([words.text, words.voice.name, words.lang]); },
} });
"""


def test_an_answer_is_read_aloud_by_a_voice_of_the_device_and_stops(page: Page) -> None:
    page.add_init_script(VOICES % "local")
    open_chat(page)
    turn = answered(page, "En del af svaret")
    turn.get_by_role("button", name="Læs højt").click()
    text = "Medicin kan give hovedpine.\n\nHvor meget du må tage, skal du spørge din læge eller apoteket om."
    assert page.evaluate("spoken") == [[text, "Egen", "da-DK"]]
    turn.get_by_role("button", name="Stop oplæsning").click()
    expect(turn.get_by_role("button", name="Læs højt")).to_have_attribute("aria-pressed", "false")


def test_a_voice_that_would_send_the_answer_to_others_is_not_offered(page: Page) -> None:
    page.add_init_script(VOICES % "remote")
    open_chat(page)
    expect(answered(page, "En del af svaret").locator("[data-slot=read]")).to_be_hidden()


def test_quotations_only_are_asked_for_by_a_switch_that_stays(page: Page) -> None:
    open_chat(page)
    page.get_by_role("switch", name="Vis kun citater").check()
    with page.expect_request("**/api/v1/chat/health/") as asked:
        turn = ask(page, "Intet svar")
    assert sent(asked.value)["quotes_only"] is True
    expect(turn.locator("blockquote")).to_have_text("Kun et citat.")
    page.reload()
    expect(page.get_by_role("switch", name="Vis kun citater")).to_be_checked()


def test_without_javascript_quotations_only_are_asked_for_by_the_same_switch(new_page: NewPage) -> None:
    page = new_page(javascript=False)
    page.goto("/chat/guide/")
    page.get_by_role("switch", name="Vis kun citater").check()
    question_field(page).fill("Intet svar")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".chat-text")).to_have_text("Kun et citat.")
    expect(page.get_by_role("switch", name="Vis kun citater")).to_be_checked()
    page.get_by_role("switch", name="Vis kun citater").uncheck()
    question_field(page).fill("Intet svar")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".chat-text").last).to_contain_text("Det kan jeg ikke finde svar på her.")


def test_a_screen_reader_is_told_when_few_characters_are_left(page: Page) -> None:
    open_chat(page)
    question_field(page).fill("æ" * 900)
    expect(announced(page)).to_be_empty()
    question_field(page).fill("æ" * 960)
    expect(announced(page)).to_contain_text("40 tegn tilbage")


# ── To the doctor ────────────────────────────────────────────────────────────────────────────────


def test_a_summary_for_the_doctor_is_made_here_and_nothing_is_sent(page: Page, tmp_path: Path) -> None:
    open_chat(page)
    answered(page, "En del af svaret")
    answered(page, "Intet svar")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.locator(".chat-turn").first.get_by_role("button", name="Til lægen").click()
    sheet = page.get_by_role("dialog", name="Til lægen")
    expect(sheet).to_contain_text("En del af svaret")
    expect(sheet).to_contain_text("Medicin kan give hovedpine.")
    expect(sheet).to_contain_text("Gennemgået 2. marts 2026")
    expect(sheet.get_by_role("checkbox", name="Tag med").last).not_to_be_checked()
    sheet.get_by_label("Mine egne noter").fill("Det begyndte i går.")
    with page.expect_download() as download:
        sheet.get_by_role("button", name="Hent som fil").click()
    assert download.value.suggested_filename == "til-laegen.txt"
    download.value.save_as(tmp_path / "file")
    file = (tmp_path / "file").read_text("utf-8-sig")
    for words in ("En del af svaret", "Medicin kan give hovedpine.", "Gennemgået 2. marts 2026", "Det begyndte i går."):
        assert words in file
    assert "Intet svar" not in file
    assert [url for url in requests if not url.startswith(("blob:", "data:"))] == []
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(page.locator(".chat-turn").first.get_by_role("button", name="Til lægen")).to_be_focused()


def test_the_summary_alone_is_printed_with_what_was_chosen(page: Page) -> None:
    open_chat(page)
    answered(page, "En del af svaret")
    answered(page, "Intet svar").get_by_role("button", name="Til lægen").click()
    sheet = page.get_by_role("dialog", name="Til lægen")
    sheet.get_by_label("Mine egne noter").fill("Det begyndte i går.\n" * 8)
    page.emulate_media(media="print")
    shown = page.evaluate("() => document.body.innerText")
    assert "Mine egne noter" in shown and shown.count("Det begyndte i går.") == 8
    assert "Intet svar" in shown and "Medicin kan give hovedpine." not in shown
    for words in ("Åvang\n", "Forkølelse", "Print", "Hent som fil", "Tag med"):
        assert words not in shown
    page.emulate_media(media="screen")
    sheet.get_by_label("Mine egne noter").fill("Det begyndte i går.\n" * 150)
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf())) > 2  # A long one runs on, from sheet to sheet.


def test_the_sheet_has_the_help_that_was_given_and_marks_other_languages(page: Page, tmp_path: Path) -> None:
    open_chat(page)
    answered(page, "Det er akut")
    answered(page, "Citat på engelsk").get_by_role("button", name="Til lægen").click()
    sheet = page.get_by_role("dialog", name="Til lægen")
    expect(sheet.get_by_role("checkbox", name="Tag med: Citat på engelsk")).to_be_checked()
    expect(sheet.locator("blockquote")).to_have_attribute("lang", "en")
    expect(sheet.locator(".chat-item-sources span").last).to_have_attribute("lang", "en")
    sheet.get_by_role("checkbox", name="Tag med: Det er akut").check()
    expect(sheet.get_by_role("link", name="Ring 112")).to_be_visible()
    with page.expect_download() as download:
        sheet.get_by_role("button", name="Hent som fil").click()
    download.value.save_as(tmp_path / "file")
    assert "Ring 112" in (tmp_path / "file").read_text("utf-8-sig")


def test_a_quotation_in_another_language_is_told_as_such(page: Page) -> None:
    open_chat(page)
    answered(page, "Citat på engelsk")
    told = announced(page).locator("[data-slot=announced-answer] > span")
    assert [run.get_attribute("lang") for run in told.all()] == ["da", "en", "da", "en"]


def test_the_whole_conversation_is_taken_along_with_one_tick(page: Page) -> None:
    open_chat(page)
    for question in ("En del af svaret", "Intet svar", "Citat på engelsk"):
        turn = answered(page, question)
    turn.get_by_role("button", name="Til lægen").click()
    sheet = page.get_by_role("dialog", name="Til lægen")
    whole, single = sheet.get_by_label("Tag hele samtalen med"), sheet.get_by_role("checkbox", name="Tag med")
    assert [box.is_checked() for box in single.all()] == [False, False, True]
    expect(whole).to_be_checked(indeterminate=True)
    whole.check()
    assert all(box.is_checked() for box in single.all())
    single.first.uncheck()
    expect(whole).to_be_checked(indeterminate=True)
    single.first.check()
    expect(whole).to_be_checked()
    whole.uncheck()
    assert not any(box.is_checked() for box in single.all())


def test_a_single_answer_needs_no_tick_for_the_whole_conversation(page: Page) -> None:
    open_chat(page)
    answered(page, "Intet svar").get_by_role("button", name="Til lægen").click()
    expect(page.get_by_role("dialog", name="Til lægen").get_by_label("Tag hele samtalen med")).to_be_hidden()


def test_the_summary_stays_above_the_panel_when_the_screen_is_turned(page: Page) -> None:
    open_chat(page)
    answered(page, "Intet svar").get_by_role("button", name="Til lægen").click()
    sheet = page.get_by_role("dialog", name="Til lægen")
    sheet.get_by_label("Mine egne noter").fill("Det begyndte i går.")
    for width, height in ((360, 740), (740, 360), (1280, 800)):
        page.set_viewport_size({"width": width, "height": height})
        sheet.get_by_role("checkbox", name="Tag med").click()  # Nothing lies over it.
        expect(sheet.get_by_label("Mine egne noter")).to_have_value("Det begyndte i går.")
    sheet.get_by_role("button", name="Luk").click()
    expect(sheet).to_have_count(0)
    expect(page.get_by_role("dialog", name="Sundhedsrobotten")).to_be_visible()


def test_notes_are_kept_while_the_conversation_is_and_forgotten_with_it(page: Page) -> None:
    open_chat(page)
    turn = answered(page, "Intet svar")
    turn.get_by_role("button", name="Til lægen").click()
    page.get_by_label("Mine egne noter").fill("Det begyndte i går.")
    page.keyboard.press("Escape")
    page.reload()
    page.get_by_role("button", name="Til lægen").click()
    expect(page.get_by_label("Mine egne noter")).to_have_value("Det begyndte i går.")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Glem samtalen nu").click()
    expect(page.locator(".chat-note")).to_contain_text("Samtalen er væk")
    assert "begyndte" not in str(stored(page))


# ── What goes nowhere ────────────────────────────────────────────────────────────────────────────

SECRET = "Hvorfor klør min hemmelige eksem"


def test_a_health_question_stands_in_no_address_title_log_or_history_and_goes_to_nobody_else(
    new_page: NewPage, server_log: Path
) -> None:
    page = new_page()
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request))
    open_chat(page)
    title, length = page.title(), page.evaluate("history.length")
    answered(page, f"{SECRET}?")
    held = token(page)
    page.get_by_role("button", name="Glem samtalen nu").click()
    expect(page.locator(".chat-note")).to_contain_text("Samtalen er væk")
    page.get_by_role("navigation", name="Brødkrumme").get_by_role("link").first.click()
    page.wait_for_url(re.compile(r"/$"))
    home = page.evaluate("location.origin")
    assert {re.match(r"https?://[^/]+", request.url)[0] for request in requests} == {home}  # type: ignore[index]
    assert not [request.url for request in requests if "hemmelig" in request.url]
    assert not [request for request in requests if "hemmelig" in str(request.all_headers())]
    assert (page.evaluate("localStorage.length"), page.evaluate("document.cookie")) == (0, "")
    assert "hemmelig" not in str(stored(page))
    page.go_back()
    assert (page.title(), page.url.endswith("/sundhed/forkoelelse/")) == (title, True)
    assert page.evaluate("history.length") == length + 1  # The page that was gone to, and nothing of the chat.
    log = server_log.read_text()
    assert "POST /api/v1/chat/health/" in log
    assert "hemmelig" not in log
    assert held  # It stands in the address of the DELETE, once, for a conversation that is gone with it.


def test_without_javascript_a_health_question_stands_in_no_address_and_no_log(
    new_page: NewPage, server_log: Path
) -> None:
    page = new_page(javascript=False)
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request))
    ask_on_its_page(page, f"{SECRET}?")
    expect(page.locator(".chat-question")).to_contain_text(SECRET)
    assert not [request.url for request in requests if "hemmelig" in request.url]
    assert "hemmelig" not in page.title()
    response = page.request.get("/chat/health/")
    assert response.headers["referrer-policy"] == "same-origin"
    assert "no-store" in response.headers["cache-control"]
    log = server_log.read_text()
    assert "POST /chat/health/" in log
    assert "hemmelig" not in log


@pytest.mark.parametrize("path", ["/", "/sundhed/forkoelelse/"])
def test_the_chat_is_loaded_after_the_page_can_be_read(page: Page, path: str) -> None:
    page.goto(path)
    blocking = page.evaluate(
        """() => performance.getEntriesByType("resource")
          .filter(({ renderBlockingStatus }) => renderBlockingStatus === "blocking").map(({ name }) => name)"""
    )
    assert [name for name in blocking if "/static/site/site." in name]  # What the page itself waits for.
    assert [name for name in blocking if "/static/chat/" in name and name.endswith(".js")] == []
