"""Which passages of the best page, and which statements in them, answer the question. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from chatbots.indexing.sentences import Statement
from chatbots.lexical import Bm25, stems, stems_on_page
from chatbots.retrieval import Hit

#: How far below the best statement another may score and still be quoted, in standard deviations of the scores.
_CLOSE = 2.0
_COVERAGE_WEIGHT = 3.0
_EXPECTED_FORM_BONUS = 1.6
#: What the best statement of a passage counts beside the passage's own score.
_STATEMENT_SHARE = 2.0
#: Openings that lean on the sentence before: alone they would say something else.
_LEANS = re.compile(
    r"(det|de|den|dette|disse|her|derfor|så|også|men|og|desuden|ellers|i så fald|it|they|this|these|then|that|"
    r"otherwise|but|also)\b",
    re.IGNORECASE,
)


def _form(asked: str, said: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(rf"\b({asked})\b", re.IGNORECASE), re.compile(said, re.IGNORECASE)


_NUMBER = r"\d|\b(en|et|to|tre|fire|fem|seks|syv|otte|ni|ti|halv\w*|one|two|three|four|five|half)\b"
#: What a question asks for, and how a statement looks that has it.
_FORMS = (
    _form(
        r"hvad koster|koster|pris\w*|betale\w*|gratis|gebyr\w*|price|cost|fee|pay|free",
        r"\bkr\b|\bkroner\b|gratis|\bDKK\b|\bfree\b",
    ),
    _form(
        r"telefon\w*|tlf|ringe?|nummer|nr|phone|call|number",
        r"\b\d{2} ?\d{2} ?\d{2} ?\d{2}\b|\b11[23]\b|\b116 ?\d{3}\b",
    ),
    _form(
        r"hvornår|klokken|kl|åbn\w*|åbent|lukke\w*|what time|when|open\w*|clos\w*",
        r"\bkl\.? ?\d|\d{1,2}[.:]\d{2}|\b\d{1,2}\. \w+|" + _NUMBER,
    ),
    _form(
        r"hvor (mange|meget|længe|lang|ofte|gammel|høj|varmt?|koldt?|tit|sent|tidligt|langt|hurtigt|lidt)|"
        r"hvilke[nt]? (tal|alder|uge|dag\w*)|how (many|much|long|often|old|soon|far)",
        _NUMBER,
    ),
)


def select_statements(hit: Hit, question: str, index: Bm25, most: int) -> tuple[str, ...]:
    """Return the statements of a hit that answer `question`, at most `most`, whole, in reading order.

    A list item comes with the line that introduces its list, a table row with the names of its columns; a sentence
    that leans on the one before comes with it.
    """
    scores = statement_scores(hit, question, index)
    if not len(scores):
        return ()
    best = scores.max()
    ranked = [int(at) for at in np.argsort(-scores) if scores[at] >= best - _CLOSE]
    picked = {at for at in ranked[:most] if not _introduces(hit, at)}
    for at in ranked[:most]:
        if _introduces(hit, at):  # a list is the answer: its items, in their order
            picked |= set(_items_after(hit, at)[: most - len(picked)])
    for at in sorted(picked):
        if at and len(picked) < most and not hit.statements[at].is_item and _leans(hit, at):
            picked.add(at - 1)
    introductions = {_introduction(hit, at) for at in picked if hit.statements[at].is_item} - {-1}
    return tuple(_lines(hit.statements[at] for at in sorted(picked | introductions)))


def _lines(statements: Iterable[Statement]) -> Iterator[str]:
    """Give the statements, and above rows of the same columns the names of these."""
    columns = ""
    for statement in statements:
        if statement.columns and statement.columns != columns:
            yield statement.columns
        columns = statement.columns
        yield statement.text


def statement_scores(hit: Hit, question: str, index: Bm25) -> np.ndarray:
    """Return how well each statement answers, float32 (s,): nearness in meaning, shared words, the form asked for."""
    language = hit.chunk.language
    asked = {stem: index.idf(stem) for stem in stems(question, language)}
    total = sum(asked.values()) or 1.0
    forms = [said for wanted, said in _FORMS if wanted.search(question)]
    scores = np.array(hit.statement_scores if len(hit.statement_scores) else np.zeros(len(hit.statements)), np.float32)
    for at, statement in enumerate(hit.statements):
        said = stems_on_page(statement.said, language)
        scores[at] += _COVERAGE_WEIGHT * sum(weight for stem, weight in asked.items() if stem in said) / total
        scores[at] += _EXPECTED_FORM_BONUS * any(form.search(statement.said) for form in forms)
    return scores


def select_passages(evidence: Sequence[Hit], question: str, index: Bm25, most: int, close: float) -> list[Hit]:
    """Return the passage of the best page that answers best, and further ones of that page that come close."""
    page = evidence[0].page.pk
    scored = [(passage_score(hit, question, index), hit) for hit in evidence if hit.page.pk == page]
    scored.sort(key=lambda pair: -pair[0])
    best = scored[0][0]
    return [hit for score, hit in scored[:most] if score >= best - close]


def passage_score(hit: Hit, question: str, index: Bm25) -> float:
    """Return how well a passage answers: by all of it, and by its best statement."""
    scores = statement_scores(hit, question, index)
    return hit.score + _STATEMENT_SHARE * float(scores.max() if len(scores) else 0.0)


def _introduces(hit: Hit, at: int) -> bool:
    """Tell a line that introduces a list: it is no item, and an item follows."""
    statements = hit.statements
    return not statements[at].is_item and at + 1 < len(statements) and statements[at + 1].is_item


def _introduction(hit: Hit, at: int) -> int:
    """Return where the line stands that introduces the list of item `at`; −1 when the list stands alone."""
    while at >= 0 and hit.statements[at].is_item:
        at -= 1
    return at


def _items_after(hit: Hit, at: int) -> list[int]:
    items = []
    while at + 1 < len(hit.statements) and hit.statements[at + 1].is_item:
        at += 1
        items.append(at)
    return items


def _leans(hit: Hit, at: int) -> bool:
    statement, before = hit.statements[at], hit.statements[at - 1]
    return bool(_LEANS.match(statement.text)) and not (statement.cells or before.cells or before.is_item)
