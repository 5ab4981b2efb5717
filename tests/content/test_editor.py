"""The rich text editor in a real browser, under the site's own content security policy."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import Page as Tab
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from content.groups import EDITORS
from content.models import Page
from tests.browser.conftest import CHROMIUM, CHROMIUM_ARGS
from tests.content.view_pages import make_page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not on this machine; install it to run the browser tests"),
]

BODY = "[contenteditable=true]"


@pytest.fixture
def tab(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tab]:
    """Return the browser of an editor who is logged in. An error in it, or anything blocked, fails the test."""
    editor = User.objects.create_user("rikke", password="x", is_staff=True)
    editor.groups.add(Group.objects.get(name=EDITORS))
    # While Playwright runs, Django takes this thread for an async one.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    complaints: list[str] = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        tab = chromium.new_page(base_url=live_server.url, locale="da-DK")
        tab.set_default_timeout(15_000)
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on(
            "console",
            lambda message: (
                complaints.append(message.text)
                if message.type == "error" and "favicon" not in message.location["url"]
                else None
            ),
        )
        tab.goto("/admin/")
        tab.fill("#id_username", "rikke")
        tab.fill("#id_password", "x")
        tab.click("input[type=submit]")
        yield tab
        chromium.close()
    assert not complaints


def open_link_dialog(tab: Tab, button: str = "Indsæt link") -> None:
    """Choose the word and press the button; again where a busy machine's editor had not seen the choice yet."""
    for _ in range(5):
        tab.dblclick(f"{BODY} strong")
        tab.click(f"button[title='{button}']")
        try:
            tab.wait_for_selector("dialog input", timeout=3_000)
        except PlaywrightTimeoutError:
            continue
        return


def save(tab: Tab) -> None:
    tab.click("input[name=_continue] >> nth=0")
    tab.wait_for_selector(".messagelist .success")


def test_an_editor_types_a_page_and_saves_it(tab: Tab) -> None:
    tab.goto("/admin/content/healtharticle/add/")
    tab.locator("#id_title").press_sequentially("Øre, næse og hals")
    assert tab.input_value("#id_slug") == "oere-naese-og-hals"
    tab.fill("#id_summary", "Kort om ører.")
    tab.click(BODY)
    for key in ["Ring ", "Control+b", "112", "Control+b", " nu.", "Enter", "## ", "Symptomer", "Enter", "- ", "feber"]:
        tab.keyboard.press(key) if key in {"Enter", "Control+b"} else tab.keyboard.type(key)
    for key in ["Enter", "Enter"]:
        tab.keyboard.press(key)
    tab.click("button[title='Indsæt tabel']")
    for cell in ["Alder", "Råd", "", "65", "Hvil", "", "70", "Drik", ""]:
        tab.keyboard.type(cell)
        tab.keyboard.press("Tab")
    save(tab)
    assert Page.objects.get().body == (
        "<p>Ring <strong>112</strong> nu.</p>\n"
        '<h2 id="symptomer">Symptomer</h2>\n'
        "<ul><li>feber</li></ul>\n"
        "<table><thead><tr><th>Alder</th><th>Råd</th><th></th></tr></thead>"
        "<tbody><tr><td>65</td><td>Hvil</td><td></td></tr><tr><td>70</td><td>Drik</td><td></td></tr></tbody></table>"
    )


def test_a_page_opened_and_edited_keeps_all_the_rest(tab: Tab) -> None:
    body = (
        '<h2 id="gammelt-anker">Symptomer</h2>'
        '<p>CO<sub>2</sub>, <em>10</em><sup>6</sup> og <a href="tel:112">112</a></p>'
        '<blockquote><p>Citat</p></blockquote><hr><ol start="3"><li>c<ul><li>d</li></ul></li></ol>'
        '<table><thead><tr><th>A</th><th>B</th></tr></thead><tbody><tr><td colspan="2">x<br>y</td></tr></tbody></table>'
        "<h3>Mere</h3><h4>Mindst</h4><p>Slut</p>"
    )
    page = make_page("Influenza", "influenza", body=body)
    tab.goto(f"/admin/content/healtharticle/{page.pk}/change/")
    tab.click(f"{BODY} h2")
    tab.keyboard.press("End")
    tab.keyboard.type(" og tegn")
    save(tab)
    stored = Page.objects.get()
    assert stored.body == page.body.replace(">Symptomer<", ">Symptomer og tegn<")


def test_a_link_is_set_in_a_dialog_and_an_address_without_scheme_made_whole(tab: Tab) -> None:
    page = make_page("Influenza", "influenza", body="<p>Læs <strong>mere</strong> her</p>")
    tab.goto(f"/admin/content/healtharticle/{page.pk}/change/")
    open_link_dialog(tab)
    tab.fill("dialog input", "www.sst.dk/da")
    tab.click("dialog button[type=submit]")
    tab.wait_for_selector(f"{BODY} a")
    save(tab)
    assert Page.objects.get().body == '<p>Læs <a href="https://www.sst.dk/da"><strong>mere</strong></a> her</p>'


def test_the_editor_speaks_english_where_that_was_chosen(tab: Tab) -> None:
    page = make_page("Influenza", "influenza", body="<p>Læs <strong>mere</strong> her</p>")
    tab.goto(f"/admin/content/healtharticle/{page.pk}/change/")
    tab.click("#languages button[value=en]")
    tab.wait_for_selector("html[lang=en]")
    open_link_dialog(tab, "insert link")
    assert "Link to" in tab.inner_text("dialog")
    assert "Address" in tab.inner_text("dialog")
    shown = tab.locator(".prose-menubar").inner_text() + " ".join(
        button.get_attribute("title") or "" for button in tab.locator(".prose-menubar button").all()
    )
    assert "ordered list" in shown
    assert not set("æøå") & set(shown + tab.inner_text("dialog"))


def test_pasted_html_is_cleaned(tab: Tab) -> None:
    page = make_page("Influenza", "influenza")
    tab.goto(f"/admin/content/healtharticle/{page.pk}/change/")
    tab.click(BODY)
    tab.evaluate(
        """selector => {
          const data = new DataTransfer()
          data.setData("text/html", '<h1 style="color:red">Titel</h1><p class="Mso"><b>Fed</b><script>x</script></p>')
          const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true })
          document.querySelector(selector).dispatchEvent(paste)
        }""",
        BODY,
    )
    tab.wait_for_selector(f"{BODY} strong")
    save(tab)
    stored = Page.objects.get().body
    assert "<strong>Fed</strong>" in stored
    assert "style" not in stored
    assert "class" not in stored


def test_a_parent_is_found_by_typing(tab: Tab) -> None:
    make_page("Hold og kurser", "hold", kind="page")
    page = make_page("Lungehold", "lungehold", kind="page")
    tab.goto(f"/admin/content/sitepage/{page.pk}/change/")
    tab.click(".field-parent .select2-selection")
    tab.fill(".select2-search__field", "kurser")
    tab.click("text=Hold og kurser (Dansk, /hold/)")
    save(tab)
    page.refresh_from_db()
    assert page.parent is not None
    assert page.parent.slug == "hold"
    if folder := os.environ.get("SCREENSHOTS"):
        tab.screenshot(path=f"{folder}/admin.png", full_page=True)
