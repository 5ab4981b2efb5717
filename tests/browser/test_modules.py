"""The widget's modules for text, read as the browser reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml.html import fromstring
from playwright.sync_api import Page

from chatbots.templatetags.chat import with_calls
from content import slugs
from tests.content.test_slugs import SLUGS

PARSE = """
async (chunks) => {
  const { EventParser } = await import("/static/chat/api.js");
  const parser = new EventParser();
  return chunks.flatMap((chunk) => parser.push(new Uint8Array(chunk)));
}
"""
RENDER = """
async (text) => {
  const { renderText } = await import("/static/chat/answer.js");
  const box = document.createElement("div");
  box.append(renderText(text));
  return box.innerHTML;
}
"""
STREAM = (
    b"\xef\xbb\xbf: a comment\r\n"
    b"event: delta\r\ndata: f\xc3\xb8rste\r\n\r\n"
    b"data: to\rdata: linjer\r\r"
    b"event:tight\ndata:x\nid: 7\nretry: 100\nunknown: y\n\n"
    b"event: no data\n\n"
    b"data\n\n"
    b'event: done\ndata: \xf0\x9f\x8c\xb1 {"a": "b: c"}\n\n'
    b"data: never ended"
)
EVENTS = [
    {"name": "delta", "data": "første"},
    {"name": "message", "data": "to\nlinjer"},
    {"name": "tight", "data": "x"},
    {"name": "message", "data": ""},
    {"name": "done", "data": '🌱 {"a": "b: c"}'},
]


@pytest.fixture
def module_page(page: Page) -> Page:
    page.goto("/robots.txt")
    return page


def parse(page: Page, chunks: list[bytes]) -> Any:
    return page.evaluate(PARSE, [list(chunk) for chunk in chunks])


def test_a_stream_is_read_whole(module_page: Page) -> None:
    assert parse(module_page, [STREAM]) == EVENTS


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
def test_a_stream_may_be_cut_anywhere(module_page: Page, size: int) -> None:
    assert parse(module_page, [STREAM[i : i + size] for i in range(0, len(STREAM), size)]) == EVENTS


def test_an_event_comes_out_with_the_chunk_that_ends_it(module_page: Page) -> None:
    ends = module_page.evaluate(
        """async () => {
          const { EventParser } = await import("/static/chat/api.js");
          const parser = new EventParser();
          const bytes = (text) => new TextEncoder().encode(text);
          return ["data: a\\r\\n\\r", "\\ndata: b\\n", "\\n"].map((text) => parser.push(bytes(text)).length);
        }"""
    )
    assert ends == [1, 0, 1]


def test_a_server_that_goes_silent_is_given_up(module_page: Page) -> None:
    outcome = module_page.evaluate(
        """async () => {
          const { readEvents } = await import("/static/chat/api.js");
          let cancelled = false;
          const body = new ReadableStream({
            start: (controller) => controller.enqueue(new TextEncoder().encode("data: a\\n\\n")),
            cancel: () => { cancelled = true; },
          });
          const seen = [];
          try {
            for await (const event of readEvents(body, { silence: 50 })) seen.push(event.data);
          } catch (error) {
            return [seen, error.name, cancelled];
          }
        }"""
    )
    assert outcome == [["a"], "TimeoutError", True]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("En linje", "<p>En linje</p>"),
        ("Et\nto\n\ntre", "<p>Et<br>to</p><p>tre</p>"),
        ("Her:\n> citat\n> mere\nslut", "<p>Her:</p><blockquote><p>citat</p><p>mere</p></blockquote><p>slut</p>"),
        ("- a\n- b\r\n\r\n- c", "<ul><li>a</li><li>b</li></ul><ul><li>c</li></ul>"),
        ("> - i citat\n>\n> igen", "<blockquote><ul><li>i citat</li></ul><p>igen</p></blockquote>"),
        ("-ikke en liste\n>heller ikke", "<p>-ikke en liste<br>&gt;heller ikke</p>"),
        ("<b>x</b> & <script>y</script>", "<p>&lt;b&gt;x&lt;/b&gt; &amp; &lt;script&gt;y&lt;/script&gt;</p>"),
        ("> <img src=x onerror=y>", "<blockquote><p>&lt;img src=x onerror=y&gt;</p></blockquote>"),
    ],
)
def test_an_answers_text_becomes_plain_elements(module_page: Page, text: str, html: str) -> None:
    assert module_page.evaluate(RENDER, text) == html


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("Ring til os på 62 00 40 00.", ["tel:+4562004000"]),
        ("> Livslinien: 70 201 201, Børnetelefonen: 116 111", ["tel:+4570201201", "tel:116111"]),
        ("- Ring 112\n- Ring til 1813 eller 70 11 07 07", ["tel:112", "tel:1813", "tel:+4570110707"]),
        ("Call 112 now", ["tel:112"]),
        ("Der er 112 trin og 1813 bøger, 116 111 kr.", []),
        ("Skriv til kontakt@aavang.example.", ["mailto:kontakt@aavang.example"]),
        ("- Ring 112, eller skriv (a+b@x-y.dk)", ["tel:112", "mailto:a+b@x-y.dk"]),
        (
            "på løb@åvang.dk og 名@例え.テスト",
            ["mailto:l%C3%B8b@%C3%A5vang.dk", "mailto:%E5%90%8D@%E4%BE%8B%E3%81%88.%E3%83%86%E3%82%B9%E3%83%88"],
        ),
        ("https://a:b@c.dk/ @os a@b a@b.c x@y.dk/z x@y.d1", []),
        ("2026-11-21, 12 34 56 78-90, 1 62 00 40 001", []),
    ],
)
def test_a_number_or_address_in_an_answer_takes_a_tap_as_on_the_pages(
    module_page: Page, text: str, calls: list[str]
) -> None:
    made = module_page.evaluate(RENDER, text)
    assert [str(link.get("href")) for link in fromstring(f"<div>{made}</div>").iter("a")] == calls
    assert [link.get("href") for link in fromstring(f"<div>{with_calls(text)}</div>").iter("a")] == calls


def test_an_answer_is_told_in_runs_of_one_language(module_page: Page) -> None:
    answer = {
        "text": "It says:\n> Feber varer tre dage.\n> Ring til lægen.\n\nIt also says:\n> We are closed.\n- one",
        "language": "en",
        "sources": [
            {"language": "da", "excerpt": "Feber varer tre dage. Ring til lægen."},
            {"language": "en", "excerpt": "We are closed."},
        ],
    }
    runs = module_page.evaluate(
        "async (answer) => (await import('/static/chat/plain.js')).spokenRuns(answer)",
        answer,
    )
    assert runs == [
        {"language": "en", "text": "It says:"},
        {"language": "da", "text": "Feber varer tre dage.\nRing til lægen."},
        {"language": "en", "text": "\nIt also says:\nWe are closed.\none"},
    ]


def test_a_title_and_a_heading_in_another_language_are_told_in_it(module_page: Page) -> None:
    answer = {
        "text": "“Skoldkopper” says, under “Smitte”:\n> Ja.\n\n“Smitte” and “Migraine”, she said.",
        "language": "en",
        "sources": [
            {"language": "da", "title": "Skoldkopper", "heading": "Smitte", "excerpt": "Ja."},
            {"language": "da", "title": "Migraine", "heading": "", "excerpt": ""},
            {"language": "en", "title": "Migraine", "heading": "", "excerpt": ""},
        ],
    }
    runs = module_page.evaluate(
        "async (answer) => (await import('/static/chat/plain.js')).spokenRuns(answer)",
        answer,
    )
    assert [(run["language"], run["text"]) for run in runs] == [
        ("da", "“Skoldkopper”"),
        ("en", " says, under "),
        ("da", "“Smitte”"),
        ("en", ":"),
        ("da", "Ja."),
        ("en", ""),
        ("da", "“Smitte”"),
        ("en", " and “Migraine”, she said."),
    ]


@pytest.mark.parametrize(
    ("url", "followed"),
    [
        ("/kontakt/#telefon", True),
        ("https://www.sundhed.dk/", True),
        ("tel:112", True),
        ("sms:114", True),
        ("javascript:alert(1)", False),
        (" JaVaScRiPt:alert(1)", False),
        ("data:text/html,x", False),
        ("http://[", False),
    ],
)
def test_a_link_leads_only_to_safe_kinds_of_address(module_page: Page, url: str, followed: bool) -> None:
    leads = module_page.evaluate(
        """async (url) => {
          const { lead } = await import("/static/chat/parts.js");
          const anchor = document.createElement("a");
          lead(anchor, url);
          return anchor.hasAttribute("href");
        }""",
        url,
    )
    assert leads is followed


def test_the_address_that_follows_a_title_is_the_one_that_the_server_makes(page: Page) -> None:
    page.set_content("<input id=title><input id=slug data-slug-of=title>")
    page.add_script_tag(path=Path(slugs.__file__).parent / "static" / "content" / "admin" / "slug.js")
    page.evaluate("document.dispatchEvent(new Event('DOMContentLoaded'))")
    made = []
    for title, _slug in SLUGS:
        page.locator("#title").fill(title)
        made.append((title, page.locator("#slug").input_value()))

    assert made == SLUGS
