"""The widget's modules for text, read as the browser reads them."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

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
