"""Steps: put an answer together from the editors' own words, whole and unaltered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import override

from chatbots.answering.context import Context
from chatbots.answering.select import select_quotes
from chatbots.retrieval import Hit
from chatbots.types import Source, Status
from content.anchors import LEAD_ANCHOR, SUMMARY_ANCHOR

#: Other pages are named when they score nearly as well as the best.
_CLOSE_PAGE = 0.8
#: Pages named as sources.
MAX_SOURCES = 3
#: A line that begins so is a quotation.
QUOTE_MARK = "> "


def compose_facts(context: Context) -> None:
    """Quote the statements that answer the question, each passage after a line that says where it stands."""
    _compose(context, _fact_lead)


def compose_way(context: Context) -> None:
    """Say where the answer stands: page, section and the way there; and the fact itself where the page states it."""
    _compose(context, _way_lead)


def _compose(context: Context, lead_for: Callable[[Hit, int], str]) -> None:
    if context.halves:
        return
    assert context.retrieval is not None
    language = context.evidence[0].chunk.language
    question = context.retrieval.query_in(language).asks
    index = context.retrieval.indexes[language].stems
    for number, (hit, quoted) in enumerate(select_quotes(context.evidence, question, index)):
        context.quotes.append((hit, quoted))
        lines = [lead_for(hit, number), *(QUOTE_MARK + statement for statement in quoted)]
        context.paragraphs.append("\n".join(lines))
    context.sources = _sources(context)
    context.status = Status.ANSWERED if context.is_sure else Status.PARTIAL


def _fact_lead(hit: Hit, number: int) -> str:
    heading = hit.chunk.heading_path[-1] if hit.chunk.heading_path else ""
    values = {"title": hit.page.title, "heading": heading}
    if number:
        return _("Samme sted står der under “%(heading)s”:") % values if heading else _("Samme sted står der:")
    if heading:
        return _("I “%(title)s” står der under “%(heading)s”:") % values
    return _("I “%(title)s” står der:") % values


def _way_lead(hit: Hit, number: int) -> str:
    heading = hit.chunk.heading_path[-1] if hit.chunk.heading_path else ""
    way = " › ".join(breadcrumb_titles(hit))
    values = {"title": hit.page.title, "heading": heading, "way": way}
    if number:
        return _("På samme side står der under “%(heading)s”:") % values if heading else _("På samme side står der:")
    if heading:
        return _("Det finder du på siden “%(title)s” under “%(heading)s”. Vejen dertil er: %(way)s.") % values
    return _("Det finder du på siden “%(title)s”. Vejen dertil er: %(way)s.") % values


def breadcrumb_titles(hit: Hit) -> list[str]:
    """Return the titles on the way to the page, as it shows them: down the menu, or through the topic of an article."""
    page = hit.page
    if page.kind == "health":
        topic = [page.topic.name] if page.topic else []
        with override(page.language):
            return [_("Sygdom og sundhed"), *topic, page.title]
    return [step.title for step in page.breadcrumb]


def _sources(context: Context) -> tuple[Source, ...]:
    """Return what was quoted, one source a place; then other pages that came close, one source a page."""
    chosen: dict[str, Source] = {}
    best = context.evidence[0].page_score
    for hit, quoted in context.quotes:
        source = source_for(hit, quoted, context.confidence)
        known = chosen.get(source.url)  # Long sections are more than one passage.
        chosen[source.url] = replace(known, excerpt=f"{known.excerpt} {source.excerpt}") if known else source
    pages = {hit.page.pk for hit, _quoted in context.quotes}
    for hit in context.evidence:
        if len(chosen) >= MAX_SOURCES or hit.page_score < _CLOSE_PAGE * best:
            break
        if hit.page.pk not in pages:
            pages.add(hit.page.pk)
            share = context.confidence * (hit.page_score / best if best > 0 else 1.0)
            source = source_for(hit, tuple(s.quoted for s in hit.statements[:1]), share)
            chosen[source.url] = source
    return tuple(chosen.values())


def source_for(hit: Hit, quoted: Sequence[str], score: float) -> Source:
    """Return a hit as a source, with a link that opens its section."""
    page, chunk = hit.page, hit.chunk
    return Source(
        title=page.title,
        url=f"{page.get_absolute_url()}#{_anchor(hit, quoted)}",
        heading=chunk.heading_path[-1] if chunk.heading_path else "",
        excerpt=" ".join(quoted) or page.summary,
        kind=page.kind,
        language=chunk.language,
        reviewed_on=page.reviewed_on.isoformat() if page.reviewed_on else None,
        score=round(max(0.0, min(1.0, score)), 3),
        breadcrumb=tuple(breadcrumb_titles(hit)),
        review_due=page.review_due.isoformat() if page.review_due else None,
        overdue=page.is_review_overdue,
    )


def _anchor(hit: Hit, quoted: Sequence[str]) -> str:
    """Return where on its page a hit stands: under a heading, in the summary, or in the text below that."""
    summary = " ".join(hit.page.summary.split())
    return hit.chunk.anchor or (SUMMARY_ANCHOR if "".join(quoted[:1]) in summary else LEAD_ANCHOR)
