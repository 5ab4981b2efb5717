"""Fit what must not be guessed: the means of the vectors, the weights of the fusion, and the judge.

On the lay questions (`golden/lay-questions/`), whose passages and hard negatives are indexed in memory, and on the
development half of the golden questions, asked of the site's real index. Never on the held-out half.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from chatbots import retrieval
from chatbots.answering.judge import SUFFICIENCY_FILE, features, forget_fitted
from chatbots.bots import BOTS, Bot, get_bot
from chatbots.centring import CENTRES_FILE, embed_centred
from chatbots.embedders import Embedder
from chatbots.evaluation.golden import GoldenQuestion
from chatbots.indexing.chunking import embedded_statement, embedded_text
from chatbots.indexing.documents import document_for
from chatbots.indexing.sentences import split_statements
from chatbots.language import detect_language
from chatbots.models import Chunk
from chatbots.retrieval import WEIGHTS_FILE, Hit, Query, Retrieval
from chatbots.snapshots import IndexRow, Snapshot, build_segment
from chatbots.spelling import SpellingRepairer
from content.models import Page

SIGNALS = ("passage", "question", "statement", "stems", "grams")
SEED = 20261121
TRIALS = 120
#: Share of the questions with a right best hit that may be refused when a bot's threshold is set. Led astray on a
#: site one turns back; a wrong answer about an illness is believed.
WRONGLY_REFUSED = {"guide": 0.05, "health": 0.10}
#: Share of the wrong best hits in the other language that must be refused: it is asked about every question that
#: the question's own language does not answer.
RIGHTLY_REFUSED_ACROSS = 0.85


@dataclass(frozen=True, slots=True)
class LayPassage:
    """One record of the lay questions. `bot` is the bot whose pages it resembles."""

    bot: str
    title: str
    heading: str
    passage: str
    questions: tuple[str, ...]
    hard_negative: str


def read_lay_questions(folder: Path) -> list[LayPassage]:
    """Return the records of every file in a folder; those of `site*` are about public pages, the others health."""
    records = []
    for path in sorted(folder.glob("*.jsonl")):
        bot = "guide" if path.name.startswith("site") else "health"
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            record["questions"] = tuple(record["questions"])
            records.append(LayPassage(bot=bot, **record))
    return records


# ── Means ───────────────────────────────────────────────────────────────────────────────────────


def fit_means(embedder: Embedder, records: Sequence[LayPassage]) -> None:
    """Write the mean vector of questions and passages in each language to `centring.npz`.

    Danish passages and all questions are the lay ones; English passages are those of the site's own English pages.
    """
    texts: dict[str, list[str]] = {"passage_da": [], "passage_en": [], "query_da": [], "query_en": []}
    for record in records:
        texts["passage_da"].append(embedded_text(record.title, (record.heading,), record.passage))
        for question in record.questions:
            texts[f"query_{detect_language(question, 'da')}"].append(question)
    for page in Page.objects.published().filter(language="en"):
        document = document_for(page, BOTS["health" if page.kind == "health" else "guide"])
        for section in document.sections(embedder.count_tokens, embedder.max_tokens):
            texts["passage_en"].append(embedded_text(page.title, section.heading_path, section.text))
    means = {
        name: embedder.embed(group, role="query" if name.startswith("query") else "passage").mean(axis=0)
        for name, group in texts.items()
    }
    np.savez(CENTRES_FILE, model=np.array(embedder.model_id.split("/")[0]), **means)


# ── Cases: a question with its candidates ───────────────────────────────────────────────────────


@dataclass(slots=True)
class Case:
    """The hits of a question before they are weighted. `right` marks those that answer it."""

    origin: str
    found: Retrieval
    hits: tuple[Hit, ...]
    right: np.ndarray  # (h,) bool
    answerable: bool

    def signals(self) -> np.ndarray:
        return np.array([[hit.signals.get(name, 0.0) for name in SIGNALS] for hit in self.hits])


class LayIndex:
    """The passages and hard negatives of one bot's lay questions, indexed in memory as if they were pages."""

    def __init__(self, bot: Bot, records: Sequence[LayPassage], embedder: Embedder) -> None:
        self._bot, self._embedder, self._records = bot, embedder, records
        self._rows: dict[int, Chunk] = {}
        texts = [(r.title, (r.heading,), r.passage) for r in records] + [
            (r.title, (), r.hard_negative) for r in records
        ]
        embedded = [embedded_text(*text) for text in texts]
        vectors = self._embed(embedded, "passage")
        said = [[embedded_statement(title, s) for s in split_statements(text)] for title, _, text in texts]
        said_vectors = self._embed([s for group in said for s in group], "passage").astype(np.float16)
        at = 0
        for number, ((title, path, text), group) in enumerate(zip(texts, said, strict=True), 1):
            page = Page(pk=number, title=title, kind="health", language="da")
            row = Chunk(pk=number, page=page, language="da", text=text, heading_path=list(path))
            row.statement_vectors = said_vectors[at : at + len(group)].tobytes()
            at += len(group)
            self._rows[number] = row
        rows = [IndexRow(n, "da", text, vectors[n - 1 : n]) for n, text in enumerate(embedded, 1)]
        segment = build_segment(rows, vectors.shape[1])
        self._snapshot = Snapshot({"dead": [], "generation": "lay", "recipe": "lay"}, [segment])

    def _embed(self, texts: Sequence[str], role: Any, language: str = "da") -> np.ndarray:
        if not texts:
            return np.empty((0, self._embedder.dimension), np.float32)
        return embed_centred(self._embedder, texts, [language] * len(texts), role=role)

    def cases(self, *, covered: bool, language: str = "da") -> Iterator[Case]:
        """Give a case for each question in `language`; without its passage when not `covered`."""
        index = self._snapshot.languages["da"]
        repairer = SpellingRepairer(index.word_counts, "da")
        weights = dict.fromkeys(SIGNALS, 1.0)
        for number, record in enumerate(self._records, 1):
            asked = [question for question in record.questions if detect_language(question, "da") == language]
            repaired = [repairer.repair(question) if language == "da" else question for question in asked]
            for question, text, vector in zip(asked, repaired, self._embed(repaired, "query", language), strict=True):
                query = Query(question, text, language, vector)
                candidates = retrieval.search(index, query, weights)
                if not covered:
                    candidates = [candidate for candidate in candidates if candidate.chunk_id != number]
                hits = retrieval.score_rows(index, query, candidates, self._rows, weights)
                found = Retrieval(self._bot, self._snapshot, query, weights)
                right = np.array([hit.chunk.pk == number for hit in hits])
                yield Case(f"lay {self._bot.name} {record.title}", found, hits, right, covered)


def golden_cases(questions: Sequence[GoldenQuestion], *, crosslingual: bool = False) -> Iterator[Case]:
    """Give a case for each plain golden question, with the hits in its own language or in the other one."""
    weights = dict.fromkeys(SIGNALS, 1.0)
    for golden in filter(lambda question: question.plain, questions):
        found = retrieval.retrieve(get_bot(golden.bot), golden.question, language=golden.language, weights=weights)
        own = found.query.language
        if crosslingual and own != "en":
            continue
        hits = found.hits("da" if crosslingual else own)
        right = np.array([hit.page.slug in golden.pages for hit in hits])
        yield Case(f"golden {golden.bot} {golden.id}", found, hits, right, golden.answerable and bool(right.any()))


# ── Weights ─────────────────────────────────────────────────────────────────────────────────────


def fit_weights(cases: Sequence[Case], *, crosslingual: bool = False) -> dict[str, float]:
    """Return the weights that put the right page first most often, of many drawn at random.

    The figure is the share of right first places plus half the mean reciprocal rank, lay and golden counting alike.
    """
    generator = np.random.default_rng(SEED)
    prepared = [(case, case.signals()) for case in cases if case.right.any()]
    groups = [[p for p in prepared if p[0].origin.startswith(prefix)] for prefix in ("lay", "golden")]
    best: tuple[float, dict[str, float]] = (-1.0, {})
    for _ in range(TRIALS):
        drawn = generator.uniform((0, 0, 0, 0), (1.5, 1.5, 0.2, 0.3) if crosslingual else (1.5, 1.5, 0.8, 1.2))
        weights = dict(zip(SIGNALS, (1.0, *(round(float(w), 2) for w in drawn)), strict=True))
        vector = np.array([weights[name] for name in SIGNALS])
        figures = [np.mean([_figure(case, signals @ vector) for case, signals in group]) for group in groups if group]
        best = max(best, (float(np.mean(figures)), weights), key=lambda pair: pair[0])
    return best[1]


def write_weights(weights: Mapping[str, float], crosslingual: Mapping[str, float], cases: Sequence[Case]) -> None:
    """Write the weights to their data file."""
    content = {"weights": weights, "crosslingual": crosslingual, "fitted_on": _provenance(cases)}
    WEIGHTS_FILE.write_text(json.dumps(content, indent=2) + "\n")
    retrieval.forget_weights()


def _figure(case: Case, scores: np.ndarray) -> float:
    rank = _page_rank(case, scores)
    return (rank == 1) + 0.5 / rank


def _page_rank(case: Case, scores: np.ndarray) -> int:
    """Return the place of the first right page."""
    right = {hit.page.pk for hit, is_right in zip(case.hits, case.right, strict=True) if is_right}
    if len({hit.page.pk for hit in case.hits}) == len(case.hits):
        return int((scores > scores[case.right].max()).sum()) + 1
    ordered = dict.fromkeys(hit.page.pk for hit in retrieval.by_page(_weighted(case, scores)))
    return next(rank for rank, page in enumerate(ordered, 1) if page in right)


def _weighted(case: Case, scores: np.ndarray) -> list[Hit]:
    """Return the hits of a case with these scores, best first."""
    hits = [
        Hit(hit.page, hit.chunk, float(score), 0.0, hit.signals, hit.statements, hit.statement_scores)
        for hit, score in zip(case.hits, scores, strict=True)
    ]
    return sorted(hits, key=lambda hit: -hit.score)


# ── The judge ───────────────────────────────────────────────────────────────────────────────────


def fit_judge(cases: Sequence[Case], weights: Mapping[str, float], *, crosslingual: bool = False) -> dict[str, Any]:
    """Fit a logistic regression on whether the best hit answers; return it with its cross-validated figures."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import GroupKFold, cross_val_predict

    samples = [sample for case in cases if case.hits for sample in [_judged(case, weights)]]
    names = list(samples[0][0])
    table = np.array([[sample[name] for name in names] for sample, _ in samples])
    right = np.array([answered for _, answered in samples])
    kept = [case for case in cases if case.hits]
    means, deviations = table.mean(axis=0), table.std(axis=0)
    deviations[deviations == 0] = 1.0
    scaled = (table - means) / deviations
    # The golden questions are the ones asked of real pages; the lay ones are many more. Both count alike.
    golden = np.array([case.origin.startswith("golden") for case in kept])
    counts = np.where(golden, (~golden).sum() / max(1, golden.sum()), 1.0)
    bots = np.array([case.origin.split()[1] for case in kept])
    model = LogisticRegression(C=0.3, max_iter=1000)
    groups = np.unique([case.origin for case in kept], return_inverse=True)[1]
    predicted = cross_val_predict(
        model, scaled, right, groups=groups, cv=GroupKFold(5), method="predict_proba", params={"sample_weight": counts}
    )[:, 1]
    model.fit(scaled, right, sample_weight=counts)
    if crosslingual:
        thresholds = dict.fromkeys(BOTS, float(np.quantile(predicted[~right], RIGHTLY_REFUSED_ACROSS)))
    else:
        thresholds = {
            bot: float(np.quantile(predicted[golden & right & (bots == bot)], share))
            for bot, share in WRONGLY_REFUSED.items()
        }
    threshold = np.array([thresholds[bot] for bot in bots])
    fitted = {
        "thresholds": {bot: round(value, 4) for bot, value in thresholds.items()},
        "intercept": round(float(model.intercept_[0]), 4),
        "weights": dict(zip(names, model.coef_[0].round(4).tolist(), strict=True)),
        "means": dict(zip(names, means.round(4).tolist(), strict=True)),
        "deviations": dict(zip(names, deviations.round(4).tolist(), strict=True)),
        "fitted_on": _provenance(cases),
        "cross_validated": {
            name: {
                "auroc": round(float(roc_auc_score(right[part], predicted[part])), 3),
                "wrongly_refused": round(float(np.mean((predicted < threshold)[part & right])), 3),
                "rightly_refused": round(float(np.mean((predicted < threshold)[part & ~right])), 3),
                "samples": int(part.sum()),
            }
            for name, part in {"lay": ~golden, "golden": golden}.items()
            if part.any() and len(set(right[part])) == 2
        },
    }
    return fitted


def write_judges(same_language: Mapping[str, Any], crosslingual: Mapping[str, Any]) -> None:
    """Write the judges of both sorts to their data file."""
    content = {"same_language": same_language, "crosslingual": crosslingual}
    SUFFICIENCY_FILE.write_text(json.dumps(content, indent=2) + "\n")
    forget_fitted()


def _judged(case: Case, weights: Mapping[str, float]) -> tuple[dict[str, float], bool]:
    vector = np.array([weights[name] for name in SIGNALS])
    ordered = retrieval.by_page(_weighted(case, case.signals() @ vector))
    right = {hit.page.pk for hit, is_right in zip(case.hits, case.right, strict=True) if is_right}
    return features(case.found, ordered), ordered[0].page.pk in right


def _provenance(cases: Sequence[Case]) -> str:
    lay = sum(case.origin.startswith("lay") for case in cases)
    golden, today = len(cases) - lay, date.today().isoformat()
    return f"{lay} lay cases and {golden} cases of the golden development questions, {today}"
