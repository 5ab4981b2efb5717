"""Search without any index: by the titles and summaries that stand in the database."""

from __future__ import annotations

from django.db.models import Q

from chatbots.lexical import is_stop_word, stem_words, stems, words
from content.models import Page

#: Words of a search that are looked for, pages that are weighed, and pages that are returned.
MAX_WORDS, MAX_CANDIDATES, MAX_PAGES = 6, 400, 30
#: What a word is worth where it stands; questions weigh among the pages that title and summary bring.
_WEIGHTS = {"title": 6.0, "questions": 2.5, "summary": 2.0}
#: Letters of a word that a spelling in the database must share with it, so that its other forms are found too.
_BEGINNING = 5


def pages_named(asked: str, language: str, kind: str) -> list[tuple[Page, float]]:
    """Return public pages whose title or summary has words of `asked`, best first, with a score."""
    sought = [word for word in dict.fromkeys(words(asked)) if not is_stop_word(word, language)][:MAX_WORDS]
    if not sought:
        return []
    has_one = Q()
    for word in sought:
        for spelling in _spellings(word[:_BEGINNING]):
            has_one |= Q(title__icontains=spelling) | Q(summary__icontains=spelling)
    pages = Page.objects.published().filter(has_one, language=language, kind=kind).select_related("topic")
    wanted = stem_words(sought, language)
    scored = [(page, _score(page, wanted)) for page in pages.defer("body")[:MAX_CANDIDATES]]
    return sorted((pair for pair in scored if pair[1]), key=lambda pair: -pair[1])[:MAX_PAGES]


def _score(page: Page, wanted: list[str]) -> float:
    """Return what the wanted stems are worth on a page, per stem; the whole title asked for counts double."""
    fields = {"title": page.title, "summary": page.summary, "questions": " ".join(page.questions)}
    total = 0.0
    for name, text in fields.items():
        said = stems(text, page.language)
        total += _WEIGHTS[name] * sum(any(_same(stem, one) for one in said) for stem in wanted)
    if set(stems(page.title, page.language)) == set(wanted):
        total *= 2
    return total / len(wanted)


def _same(wanted: str, said: str) -> bool:
    return wanted == said or (len(wanted) >= _BEGINNING and wanted in said)


def _spellings(word: str) -> set[str]:
    """Return the ways a word may be stored: SQLite tells Æ from æ."""
    return {word, word.capitalize(), word.upper()}
