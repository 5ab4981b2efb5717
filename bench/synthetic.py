"""Danish pages in any number, of realistic text: sentences, headings and questions of the demo site, recombined.

Each page also has some words of its own, joined from two others as Danish does, so that the number of different words
grows with the number of pages.
"""

from __future__ import annotations

import html
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from bench.sites import DEMO
from chatbots.indexing.sentences import split_sentences
from content.cleaning import clean_body
from content.models import Page

#: Chunks of one page: one before the first heading, one under each.
CHUNKS = 7
SENTENCES_IN_SECTION = (4, 6)
QUESTIONS = 4
OWN_WORDS = 6
SEED = 20_250_101


@dataclass
class Stock:
    """What pages are made of."""

    sentences: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


def read_stock() -> Stock:
    """Return what the Danish health articles of the demo site say, in pieces."""
    stock = Stock()
    for path in sorted((DEMO / "da" / "health").glob("*.md")):
        _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
        page = yaml.safe_load(front)
        stock.titles.append(page["title"])
        stock.questions += page.get("questions") or []
        for line in body.splitlines():
            text = re.sub(r"\[([^]]*)\]\([^)]*\)|\*\*?|^\d+\. ", r"\1", line).strip()
            if text.startswith("#"):
                stock.headings.append(text.lstrip("# "))
            elif text.startswith("- "):
                stock.items.append(text[2:])
            elif text and not text.startswith(("|", ">")):
                stock.sentences += split_sentences(text)
    stock.words = sorted({word.lower() for text in stock.sentences for word in re.findall(r"\b[a-zæøå]{5,}\b", text)})
    return stock


def make_pages(count: int, *, start: int = 0, site_pages: int = 0) -> Iterator[Page]:
    """Yield unsaved, published pages number `start` and up; every `site_pages`-th is no health article."""
    stock = read_stock()
    for number in range(start, start + count):
        kind = Page.Kind.PAGE if site_pages and number % site_pages == 0 else Page.Kind.HEALTH
        yield _page(number, kind, stock, random.Random(SEED + number))


def _page(number: int, kind: str, stock: Stock, rng: random.Random) -> Page:
    own = iter([rng.choice(stock.words) + rng.choice(stock.words) for _ in range(OWN_WORDS)])
    sections = [_section(stock, rng, next(own, "")) for _ in range(CHUNKS)]
    headings = rng.sample(stock.headings, CHUNKS - 1)
    body = sections[0] + "".join(
        f"<h2>{html.escape(heading)}</h2>{section}" for heading, section in zip(headings, sections[1:], strict=True)
    )
    return Page(
        kind=kind,
        title=f"{rng.choice(stock.titles)} {number}",
        slug=f"side-{number}",
        language="da",
        summary=" ".join(rng.sample(stock.sentences, 2)),
        body=clean_body(body, previous=""),
        questions=rng.sample(stock.questions, QUESTIONS),
        status=Page.Status.PUBLISHED,
    )


def _section(stock: Stock, rng: random.Random, own: str) -> str:
    sentences = rng.sample(stock.sentences, rng.randint(*SENTENCES_IN_SECTION))
    if own:
        sentences[0] = " ".join([*sentences[0].split()[:-1], own + "."])
    items = rng.sample(stock.items, 3) if rng.random() < 0.3 else []
    listed = "".join(f"<li>{html.escape(item)}</li>" for item in items)
    return f"<p>{html.escape(' '.join(sentences))}</p>" + (f"<ul>{listed}</ul>" if items else "")
