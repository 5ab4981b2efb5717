"""Which statements of a passage answer the question. Pure but for the numbers that retrieval computed."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from chatbots.lexical import Bm25, stems
from chatbots.retrieval import Hit

#: Statements quoted from one passage, the line that introduces a list not counted.
MAX_STATEMENTS = 3
#: How far below the best statement another may score and still be quoted, in standard deviations of the scores.
_CLOSE = 0.75
_COVERAGE_WEIGHT = 1.5
_EXPECTED_FORM_BONUS = 0.6
#: Openings that lean on the sentence before: alone they would say something else.
_LEANS = re.compile(
    r"^(det|de|den|dette|disse|her|derfor|så|også|men|og|desuden|ellers|sker det|i så fald|hvis det|it|they|this|these|then|"
    r"that|otherwise|but|also)\b",
    re.IGNORECASE,
)
_ASKS_NUMBER = re.compile(
    r"\b(hvor (mange|meget|længe|lang|ofte|gammel|høj|varmt|koldt|tit|sent|tidligt)|hvornår|hvad koster|pris\w*|koster|"
    r"tid\w*|telefon\w*|nummer\w*|tlf|klokken|how (many|much|long|often|old)|when|what time|price|cost|phone|number)\b",
    re.IGNORECASE,
)
_HAS_NUMBER = re.compile(r"\d|\b(en|et|to|tre|fire|fem|seks|syv|otte|ni|ti|one|two|three|four|five|gratis|free)\b", re.IGNORECASE)


def select_statements(hit: Hit, question: str, index: Bm25) -> tuple[str, ...]:
    """Return the one to three statements of a hit that answer `question`, whole, in reading order.

    A list item comes with the line that introduces its list; a sentence that leans on the one before comes with it.
    """
    scores = statement_scores(hit, question, index)
    if not len(scores):
        return ()
    best = int(scores.argmax())
    chosen = [at for at in np.argsort(-scores) if scores[at] >= scores[best] - _CLOSE][:MAX_STATEMENTS]
    picked = {int(at) for at in chosen}
    for at in sorted(picked):
        if at and len(picked) < MAX_STATEMENTS and _LEANS.match(hit.statements[at].text):
            picked.add(at - 1)
    picked |= {_introduction(hit, at) for at in picked if hit.statements[at].is_item} - {None}  # type: ignore[arg-type]
    return tuple(hit.statements[at].text for at in sorted(picked))


def statement_scores(hit: Hit, question: str, index: Bm25) -> np.ndarray:
    """Return how well each statement answers, float32 (s,): nearness in meaning, shared words, the form asked for."""
    language = hit.chunk.language
    asked = {stem: index.idf(stem) for stem in stems(question, language)}
    total = sum(asked.values()) or 1.0
    wants_number = bool(_ASKS_NUMBER.search(question))
    scores = np.array(hit.statement_scores if len(hit.statement_scores) else np.zeros(len(hit.statements)), np.float32)
    for at, statement in enumerate(hit.statements):
        said = set(stems(statement.text, language))
        scores[at] += _COVERAGE_WEIGHT * sum(weight for stem, weight in asked.items() if stem in said) / total
        if wants_number and _HAS_NUMBER.search(statement.text):
            scores[at] += _EXPECTED_FORM_BONUS
        if _introduces(statement.text):
            scores[at] -= _EXPECTED_FORM_BONUS
    return scores


def _introduces(text: str) -> bool:
    return text.endswith(":")


def _introduction(hit: Hit, at: int) -> int | None:
    """Return where the line stands that introduces the list of item `at`."""
    while at > 0 and hit.statements[at].is_item:
        at -= 1
    return at if not hit.statements[at].is_item and _introduces(hit.statements[at].text) else None


def quotable(hits: Sequence[Hit]) -> Sequence[Hit]:
    """Return the hits that have something to quote."""
    return [hit for hit in hits if hit.statements]
