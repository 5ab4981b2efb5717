"""Findings ▸ one page of results: those of the kind and topic that are wanted, with how many the others would show."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from chatbots.search.finding import Findings, Found
from content.models import Topic

#: Results on one page.
PER_PAGE = 10


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter, and how many results it would show."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Results:
    """What one page of results shows."""

    found: tuple[Found, ...]
    count: int
    kinds: tuple[Choice, ...]
    topics: tuple[Choice, ...]
    number: int
    pages: int

    @property
    def first(self) -> int:
        return (self.number - 1) * PER_PAGE + 1

    @property
    def before(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def after(self) -> int | None:
        return self.number + 1 if self.number < self.pages else None


def results_of(
    findings: Findings, kind: str, topic: str, number: int, kinds: list[tuple[str, str]], topics: dict[int, Topic]
) -> Results:
    """Return page `number` of the findings of `kind` and `topic` ("" for all). A topic with nothing counts as ""."""
    slugs = {found.page.pk: _slug(found, topics) for found in findings.pages}
    of_kind = [found for found in findings.pages if kind in {"", found.page.kind}]
    by_topic = Counter(slugs[found.page.pk] for found in of_kind)
    topic = topic if by_topic[topic] else ""
    of_topic = [found for found in findings.pages if topic in {"", slugs[found.page.pk]}]
    by_kind = Counter(found.page.kind for found in of_topic)
    shown = [found for found in of_kind if topic in {"", slugs[found.page.pk]}]
    pages = max(1, -(-len(shown) // PER_PAGE))
    number = min(number, pages)
    names = {one.slug: one.name for one in topics.values()}
    return Results(
        tuple(shown[(number - 1) * PER_PAGE : number * PER_PAGE]),
        len(shown),
        tuple(
            Choice(value, label, by_kind[value] if value else len(of_topic), value == kind) for value, label in kinds
        ),
        tuple(
            Choice(slug, names[slug], count, slug == topic)
            for slug, count in sorted(by_topic.items(), key=lambda item: (-item[1], names.get(item[0], "")))
            if slug
        ),
        number,
        pages,
    )


def topics_of(findings: Findings) -> dict[int, Topic]:
    """Return the topics of all that was found, by id."""
    return Topic.objects.in_bulk({found.page.topic_id for found in findings.pages if found.page.topic_id})


def _slug(found: Found, topics: dict[int, Topic]) -> str:
    topic = topics.get(found.page.topic_id or 0)
    return topic.slug if topic else ""
