"""Which statements of the best page answer the question. Pure.

How much each sign counts was fitted on labelled sentences (see `selection.json`), not guessed.
"""

from __future__ import annotations

import functools
import json
import math
import re
from collections.abc import Mapping, Sequence, Set
from pathlib import Path
from typing import Any

import numpy as np

from chatbots.answering.answer_forms import forms_wanted
from chatbots.indexing.sentences import LEFT_OUT, Statement
from chatbots.lexical import Bm25, fold, stems, stems_on_page, words
from chatbots.retrieval import Hit

SELECTION_FILE = Path(__file__).with_name("selection.json")
#: What speaks for a statement: the score of its passage, its nearness in meaning, the share of the question's words in
#: it and in its heading, whether it has the form asked for, whether it lacks that, and its length.
FEATURES = ("passage", "meaning", "words", "heading_words", "form", "form_missing", "length")
#: Statements quoted in all, and passages they are quoted from; the line above a list is not counted.
MOST_STATEMENTS, MOST_PASSAGES = 3, 2
#: Steps quoted of a numbered list, which comes whole: with half of it somebody would do the wrong half.
MOST_STEPS = 12
#: Rows of a table that comes whole where two of them answer: Monday and Tuesday alone say that Friday is closed.
MOST_ROWS = 8
#: How far below the best statement another may score and still be quoted, in logits.
CLOSE = 2.0
#: Words in which two statements that say the same may differ: a summary repeats its article.
_JOINING = frozenset("og så at der som and so that the a".split())
#: Openings that lean on the sentence before: alone they would say something else.
_LEANS = re.compile(
    r"(det|de|den|dette|disse|her|derfor|så|også|men|og|desuden|ellers|i så fald|it|they|this|these|then|that|"
    r"otherwise|but|also)\b",
    re.IGNORECASE,
)


def select_quotes(evidence: Sequence[Hit], question: str, index: Bm25) -> list[tuple[Hit, tuple[str, ...]]]:
    """Return the passages of the best page that answer, the best first, each with the statements to quote.

    See `select_statements` for how they are quoted.
    """
    page = evidence[0].page.pk
    hits = [hit for hit in evidence if hit.page.pk == page]
    scores = [statement_scores(hit, question, index) for hit in hits]
    picked = choose(_each_said_once(hits, scores))
    left = MOST_STATEMENTS - sum(map(len, picked.values()))
    quotes = []
    for at, ranked in picked.items():
        statements = _completed(hits[at], ranked, len(ranked) + left)
        left = max(0, left - (len(statements) - len(ranked)))
        quotes.append((hits[at], _quotable(hits[at], statements | _rows_beside(hits[at], statements), marked=True)))
    return quotes or [(hits[0], ())]


def best_statement(evidence: Sequence[Hit], question: str, index: Bm25) -> str:
    """Return what the statement of the best page says that answers best; "" when there is none."""
    page = evidence[0].page.pk
    scored = (
        (float(score), statement.said)
        for hit in evidence
        if hit.page.pk == page
        for score, statement in zip(statement_scores(hit, question, index), hit.statements, strict=True)
    )
    return max(scored, default=(0.0, ""), key=lambda pair: pair[0])[1]


def _each_said_once(hits: Sequence[Hit], scores: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return the scores, those of a statement that says what a better one says in the same words as low as can be."""
    ranked = sorted((-float(x), at, place) for at, one in enumerate(scores) for place, x in enumerate(one))
    kept = [one.copy() for one in scores]
    said: set[frozenset[str]] = set()
    for _score, at, place in ranked:
        told = frozenset(map(fold, words(hits[at].statements[place].said))) - _JOINING
        if told in said:
            kept[at][place] = -np.inf
        said.add(told)
    return kept


def select_statements(hit: Hit, question: str, index: Bm25, most: int) -> tuple[str, ...]:
    """Return the statements of a hit that answer `question`, at most `most`, whole, in reading order.

    A list item comes with the line that introduces its list; a sentence that leans on the one before comes with it.
    """
    picked = choose([statement_scores(hit, question, index)], most)
    return _quotable(hit, _completed(hit, picked.get(0, []), most))


def choose(scores: Sequence[np.ndarray], most: int = MOST_STATEMENTS) -> dict[int, list[int]]:
    """Return which statements to quote, by passage: the best ones of all, of at most MOST_PASSAGES, best first.

    scores: of each passage, (s,) those of its statements.
    """
    ranked = sorted((-float(x), at, place) for at, one in enumerate(scores) for place, x in enumerate(one))
    picked: dict[int, list[int]] = {}
    for score, at, place in ranked:
        if score > ranked[0][0] + CLOSE or sum(map(len, picked.values())) == most:
            break
        if at in picked or len(picked) < MOST_PASSAGES:
            picked.setdefault(at, []).append(place)
    return picked


def _completed(hit: Hit, ranked: Sequence[int], most: int) -> set[int]:
    """Return the statements to quote for those picked.

    A list's first line brings its items, a table's head its rows, a step all steps of its list, and a sentence that
    leans the one before it.
    """
    picked = {at for at in ranked if not (_introduces(hit, at) or _is_head(hit, at))}
    for at in ranked:
        if _introduces(hit, at):  # a list is the answer: its items, in their order
            picked |= set(_items_after(hit, at)[: most - len(picked)])
        elif _is_head(hit, at):
            picked |= set(_rows_after(hit, at)[: most - len(picked)])
    picked |= {step for at in picked for step in _steps(hit, at)[:MOST_STEPS]}
    for at in sorted(picked):
        if at and len(picked) < most and not hit.statements[at].is_item and _leans(hit, at):
            picked.add(at - 1)
    return picked


def _quotable(hit: Hit, picked: Set[int], *, marked: bool = False) -> tuple[str, ...]:
    """Return the statements as they are quoted, in reading order, a list's items after the line above the list.

    marked: whether a mark stands where rows of a table are left out after one of several.
    """
    above = {_introduction(hit, at) for at in picked if hit.statements[at].is_item} - {-1}
    introductions = {at for at in above if not hit.statements[at].cells}
    gaps = _before_gaps(hit, picked) if marked else frozenset()
    lines = []
    for at in sorted(picked | introductions):
        lines.append(_shown(hit, hit.statements[at]))
        if at in gaps:
            lines.append(LEFT_OUT)
    return tuple(lines)


def _shown(hit: Hit, statement: Statement) -> str:
    """Return a statement as it is quoted; a pair without the name of its column where the line above says that."""
    if not statement.pair:
        return statement.quoted
    above = " ".join([hit.page.title, *hit.chunk.heading_path[-1:]])
    return statement.pair if _says(above, statement.cells[1][0], hit.chunk.language) else statement.quoted


def _says(line: str, name: str, language: str) -> bool:
    """Tell whether a line has every word of a name, in any form; a word without a stem, such as "not", as it is."""
    said, stems_said = set(map(fold, words(line))), stems_on_page(line, language)
    named = [(fold(word), stems_on_page(word, language)) for word in words(name)]
    return bool(named) and all(word in said or (its and its <= stems_said) for word, its in named)


def statement_scores(hit: Hit, question: str, index: Bm25) -> np.ndarray:
    """Return how well each statement answers, (s,), in logits that compare within a page."""
    kind = "with_meaning" if len(hit.statement_scores) else "words_alone"
    weights = np.array([selection()[kind][name] for name in FEATURES])
    return statement_features(hit, question, index) @ weights


def statement_features(hit: Hit, question: str, index: Bm25) -> np.ndarray:
    """Return what speaks for each statement, (s, f), in the order of FEATURES."""
    language = hit.chunk.language
    asked = {stem: index.idf(stem) for stem in stems(question, language)}
    total = sum(asked.values()) or 1.0
    forms = forms_wanted(question, language)

    def share_in(text: str) -> float:
        said = stems_on_page(text, language)
        return sum(weight for stem, weight in asked.items() if stem in said) / total

    in_heading = share_in(" ".join(hit.chunk.heading_path))
    rows = []
    for at, statement in enumerate(hit.statements):
        meaning = float(hit.statement_scores[at]) if len(hit.statement_scores) else 0.0
        has_form = any(form.search(statement.said) for form in forms)
        length = math.log1p(len(words(statement.said)))
        missing = bool(forms) and not has_form
        rows.append((hit.score, meaning, share_in(statement.said), in_heading, has_form, missing, length))
    return np.array(rows, np.float64).reshape(len(hit.statements), len(FEATURES))


@functools.cache
def selection() -> Mapping[str, Any]:
    """Return the fitted weights, as `selection.json` holds them with where they come from."""
    return json.loads(SELECTION_FILE.read_text())


def _introduces(hit: Hit, at: int) -> bool:
    """Tell a line that introduces a list: it is neither item nor row, and an item follows."""
    statement, *after = hit.statements[at : at + 2]
    return not (statement.is_item or statement.cells) and bool(after) and after[0].is_item


def _is_head(hit: Hit, at: int) -> bool:
    """Tell the head of a table, a row of its own where a column has no cells: the names of the next are in it."""
    statement, *after = hit.statements[at : at + 2]
    names = {name for row in after for name, _ in row.cells} - {""}
    return bool(names) and names <= {cell for name, cell in statement.cells if not name}


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


def _rows_beside(hit: Hit, picked: Set[int]) -> set[int]:
    """Return the rows of each table that is short and of which two rows are picked."""
    tables = {at: _table(hit, at) for at in picked}
    return {row for rows in tables.values() if len(rows) <= MOST_ROWS and _several(rows, picked) for row in rows}


def _before_gaps(hit: Hit, picked: Set[int]) -> Set[int]:
    """Return the rows after which others of their table are left out, where several are picked."""
    gaps = set()
    for at in picked:
        rows = _table(hit, at)
        if rows and at != rows[-1] and at + 1 not in picked and _several(rows, picked):
            gaps.add(at)
    return gaps


def _several(rows: Sequence[int], picked: Set[int]) -> bool:
    return len(picked.intersection(rows)) > 1


def _table(hit: Hit, at: int) -> list[int]:
    """Return where the rows of the table stand that `at` belongs to, but for its head; none when it is no row."""
    first = at
    while first >= 0 and hit.statements[first].cells and not _is_head(hit, first):
        first -= 1
    return _rows_after(hit, first) if first < at else []


def _rows_after(hit: Hit, at: int) -> list[int]:
    rows = []
    while at + 1 < len(hit.statements) and hit.statements[at + 1].cells and not _is_head(hit, at + 1):
        at += 1
        rows.append(at)
    return rows


def _steps(hit: Hit, at: int) -> list[int]:
    """Return where the items of the numbered list stand that `at` belongs to; none when it is in no such list."""
    items = _items_after(hit, _introduction(hit, at)) if hit.statements[at].is_item else []
    numbers = [hit.statements[item].number for item in items]
    before = numbers[: items.index(at) + 1] if items else []
    if not any(before):
        return []
    first = len(before) - 1 - before[::-1].index(1) if 1 in before else 0  # else it began in the passage before
    last = next((i for i in range(len(before), len(items)) if numbers[i] == 1), len(items))
    return items[first:last]


def _leans(hit: Hit, at: int) -> bool:
    statement, before = hit.statements[at], hit.statements[at - 1]
    return bool(_LEANS.match(statement.text)) and not (statement.cells or before.cells or before.is_item)
