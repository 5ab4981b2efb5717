"""Bring the Chunk rows of pages to what is wanted, embedding only what changed."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from django.db import transaction
from django.utils import timezone

from chatbots.bots import Bot, get_bot
from chatbots.centring import centring_id, embed_centred
from chatbots.embedders import Embedder, get_embedder
from chatbots.exceptions import BackendError
from chatbots.indexing.chunking import CHUNKER_VERSION, Section, embedded_statement, embedded_text, placed_text
from chatbots.indexing.documents import NOTHING, Document, document_for, wanted_digest
from chatbots.indexing.sentences import split_statements
from chatbots.models import Chunk, IndexState

logger = logging.getLogger(__name__)

#: A page that changes while it is being indexed is indexed again, this often at most before others get their turn.
MAX_ROUNDS = 3


@dataclass(slots=True)
class Counts:
    """What indexing did. `chunks_embedded` are passages; the shorter texts are their statements and questions."""

    pages: int = 0
    chunks_added: int = 0
    chunks_kept: int = 0
    chunks_removed: int = 0
    chunks_embedded: int = 0
    statements_embedded: int = 0
    questions_embedded: int = 0
    failed: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


def current_recipe(embedder: Embedder | None = None) -> str:
    """Return the model, its centring and the chunker that rows are made with now. Loads no model."""
    model_id = (embedder or get_embedder()).model_id
    centring = f" centred-{name}" if (name := centring_id(model_id)) else ""
    return f"{model_id}{centring} chunker-{CHUNKER_VERSION}"


def digest_of(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def text_digest(title: str, section: Section) -> str:
    """Return the digest of what a section says on a page with this title: of all that is embedded and quoted."""
    return digest_of(placed_text(title, section.heading_path, section.text))


@dataclass(slots=True)
class _Job:
    """One page for one bot, between reading it and writing its rows."""

    state: IndexState
    wanted: str
    document: Document | None
    sections: tuple[Section, ...] = ()
    passages: dict[str, bytes] = field(default_factory=dict)  # text digest ▸ vector
    statements: dict[str, bytes] = field(default_factory=dict)  # embedded statement ▸ vector
    questions: dict[str, bytes] = field(default_factory=dict)  # question ▸ vector


@dataclass(frozen=True, slots=True)
class Former:
    """What made the index that serves while a new model or chunker is being indexed."""

    recipe: str
    embedder: Embedder


def sync(state_ids: Sequence[int], former: Mapping[str, Former] | None = None) -> Counts:
    """Index the pages of these IndexStates as they stand now. Errors of one page are kept in its state.

    `former` names the bots that still serve the index of another recipe: there too a page is brought up to date, if its
    text has changed. Raises BackendError when there is no model to embed with: then no page is at fault.
    """
    if not former:
        return _sync_all(state_ids)
    known = _indexed(state_ids)
    total = _sync_all(state_ids)
    # Compared afterwards: what is saved while the others are being embedded is in no list made before.
    edited = [pk for pk, text in _indexed(known).items() if text != known[pk]]
    for bot, index in former.items():
        total += _sync_former(bot, edited, index)
    return total


def _indexed(state_ids: Iterable[int]) -> dict[int, str]:
    """Return the digest of what is indexed, by the state's id."""
    return dict(IndexState.objects.filter(pk__in=list(state_ids)).values_list("pk", "indexed"))


def _sync_all(state_ids: Sequence[int]) -> Counts:
    total = Counts()
    pending = list(state_ids)
    for _ in range(MAX_ROUNDS):
        counts, pending = _sync_once(pending)
        total += counts
        if not pending:
            break
    return total


def _sync_once(state_ids: Sequence[int]) -> tuple[Counts, list[int]]:
    embedder = get_embedder()
    recipe = current_recipe(embedder)
    counts, jobs, again = Counts(), [], []
    for state in IndexState.objects.filter(pk__in=state_ids).select_related("page"):
        try:
            jobs.append(_plan(state, embedder, recipe))
        except BackendError:
            raise
        except Exception as error:  # one bad page must not keep the others from being indexed
            _record_failure(state, error, counts)
    counts += _embed_missing(jobs, embedder)
    for job in jobs:
        try:
            written = _write(job, recipe, embedder.dimension)
        except Exception as error:
            _record_failure(job.state, error, counts)
            continue
        if written is None:
            again.append(job.state.pk)
        else:
            counts += written
    return counts, again


def _sync_former(bot: str, state_ids: Sequence[int], index: Former) -> Counts:
    """Add what pages say now to the rows of a former recipe. Their states tell of the new one, and stay as they are.

    What fails costs the new text until the new index serves; what the page no longer says is gone already.
    """
    counts = Counts()
    for state in IndexState.objects.filter(pk__in=state_ids, bot=bot).select_related("page"):
        try:
            counts += _add_to_former(_plan(state, index.embedder, index.recipe), index)
        except Exception:  # as above: one bad page must not keep the others out
            logger.exception("%s: the index that serves lacks the newest text of page %s", bot, state.page_id)
    return counts


def _add_to_former(job: _Job, index: Former) -> Counts:
    counts = _embed_missing([job], index.embedder)
    rows = _rows(job, index.recipe, index.embedder.dimension)
    with transaction.atomic():
        state = IndexState.objects.select_for_update().select_related("page").filter(pk=job.state.pk).first()
        # Rows of a text that is not the indexed one would be taken for it, were the page to say again what it said.
        if rows and state is not None and state.indexed == job.wanted == _wanted(state):
            counts += _replace_rows(state, rows, index.recipe, changed=False)
    return counts


def _wanted(state: IndexState) -> str:
    return wanted_digest(state.page, get_bot(state.bot), timezone.now())


def _record_failure(state: IndexState, error: Exception, counts: Counts) -> None:
    logger.exception("page %s could not be indexed for %s", state.page_id, state.bot)
    counts.failed += 1
    IndexState.objects.filter(pk=state.pk).update(error=f"{type(error).__name__}: {error}", attempts=state.attempts + 1)


def _plan(state: IndexState, embedder: Embedder, recipe: str) -> _Job:
    """Read the page, cut it into sections, and gather the vectors that its present rows already have."""
    bot: Bot = get_bot(state.bot)
    wanted = wanted_digest(state.page, bot, timezone.now())
    job = _Job(state, wanted, None)
    if wanted == NOTHING:
        return job
    job.document = document_for(state.page, bot)
    job.sections = job.document.sections(embedder.count_tokens, embedder.max_tokens)
    # Rows of another chunker hold vectors of the same model; rows of the other bot hold those of the summary.
    # Passages and statements are embedded with the page's title: those of a former title are of no use.
    title, size = job.document.title, embedder.dimension * 4
    known = Chunk.objects.filter(page_id=state.page_id, language=job.document.language)
    for row in known.filter(recipe__startswith=recipe.rpartition(" ")[0] + " "):
        job.questions |= _vectors_of(row.questions, row.question_vectors, size)
        if row.text_digest == text_digest(title, Section(tuple(row.heading_path), row.anchor, row.text)):
            job.passages |= _vectors_of([row.text_digest], row.vector, size)
            job.statements |= _vectors_of(_embedded_statements(title, row.text), row.statement_vectors, size // 2)
    return job


def _embedded_statements(title: str, text: str) -> list[str]:
    return [embedded_statement(title, statement) for statement in split_statements(text)]


def _vectors_of(texts: Sequence[str], data: bytes, size: int) -> dict[str, bytes]:
    """Return the vector of each text, `size` bytes each; none when the data is not that of these texts."""
    if len(data) != size * len(texts):
        return {}
    return {text: bytes(data[size * at : size * (at + 1)]) for at, text in enumerate(texts)}


def _embed_missing(jobs: Iterable[_Job], embedder: Embedder) -> Counts:
    """Embed what no row has yet, for all pages in one go: the larger the batch, the less padding."""
    passages: dict[str, tuple[str, str]] = {}  # text digest ▸ text, language
    statements: dict[str, str] = {}  # text ▸ language
    questions: dict[str, str] = {}
    for job in jobs:
        if job.document is None:
            continue
        title, language = job.document.title, job.document.language
        for section in job.sections:
            digest = text_digest(title, section)
            if digest not in job.passages:
                passages[digest] = embedded_text(title, section.heading_path, section.text), language
            texts = _embedded_statements(title, section.text)
            statements |= {text: language for text in texts if text not in job.statements}
        questions |= {question: language for question in job.document.questions if question not in job.questions}
    texts = [text for text, _ in passages.values()] + list(statements)
    languages = [language for _, language in passages.values()] + list(statements.values())
    if texts:
        vectors = embed_centred(embedder, texts, languages, role="passage")
        own, said = vectors[: len(passages)], vectors[len(passages) :].astype(np.float16)
        by_passage = {digest: vector.tobytes() for digest, vector in zip(passages, own, strict=True)}
        by_statement = {text: vector.tobytes() for text, vector in zip(statements, said, strict=True)}
        for job in jobs:
            job.passages = by_passage | job.passages
            job.statements = by_statement | job.statements
    if questions:
        vectors = embed_centred(embedder, list(questions), list(questions.values()), role="query")
        by_question = {question: vector.tobytes() for question, vector in zip(questions, vectors, strict=True)}
        for job in jobs:
            job.questions = by_question | job.questions
    return Counts(chunks_embedded=len(passages), statements_embedded=len(statements), questions_embedded=len(questions))


def _write(job: _Job, recipe: str, dimension: int) -> Counts | None:
    """Write the difference in one transaction; None when the page has changed since it was read."""
    rows = _rows(job, recipe, dimension)
    with transaction.atomic():
        state = IndexState.objects.select_for_update().select_related("page").filter(pk=job.state.pk).first()
        if state is None:  # the page was deleted, and its rows with it
            return Counts()
        if _wanted(state) != job.wanted:
            return None
        counts = _replace_rows(state, rows, recipe, changed=state.indexed != job.wanted)
        state.wanted = state.indexed = job.wanted
        state.recipe, state.indexed_at = recipe, timezone.now()
        state.chunk_count, state.error, state.attempts = len(rows), "", 0
        state.save()
    return counts


def _rows(job: _Job, recipe: str, dimension: int) -> list[Chunk]:
    """Return the rows that the page should have."""
    if job.document is None:
        return []
    title, language = job.document.title, job.document.language
    digests = [text_digest(title, section) for section in job.sections]
    matrix = np.frombuffer(b"".join(job.passages[digest] for digest in digests), np.float32).reshape(-1, dimension)
    asked: list[list[str]] = [[] for _ in job.sections]
    for question in dict.fromkeys(job.document.questions):
        vector = np.frombuffer(job.questions[question], np.float32)
        asked[int(np.argmax(matrix @ vector))].append(question)
    return [
        Chunk(
            page_id=job.state.page_id,
            bot=job.state.bot,
            recipe=recipe,
            language=language,
            ordinal=ordinal,
            anchor=section.anchor,
            heading_path=list(section.heading_path),
            text=section.text,
            questions=questions,
            text_digest=digest,
            digest=digest_of(digest, language, *questions),
            vector=job.passages[digest],
            question_vectors=b"".join(job.questions[question] for question in questions),
            statement_vectors=b"".join(job.statements[s] for s in _embedded_statements(title, section.text)),
        )
        for ordinal, (section, digest, questions) in enumerate(zip(job.sections, digests, asked, strict=True))
    ]


def _replace_rows(state: IndexState, rows: list[Chunk], recipe: str, *, changed: bool) -> Counts:
    """Keep rows whose digest is wanted, move them where they now stand, add what is new, delete what is gone.

    Rows of another recipe stay while the index built from them serves, unless the page no longer says what they say;
    publishing removes them.
    """
    existing = Chunk.objects.filter(page_id=state.page_id, bot=state.bot)
    if not rows:
        removed, _ = existing.delete()
        return Counts(pages=1, chunks_removed=removed)
    if changed:
        existing.exclude(recipe=recipe).exclude(text_digest__in=[row.text_digest for row in rows]).delete()
    unmatched: dict[str, list[Chunk]] = {}
    for row in existing.filter(recipe=recipe).only("digest", "ordinal", "anchor"):
        unmatched.setdefault(row.digest, []).append(row)
    added: list[Chunk] = []
    moved: list[Chunk] = []
    kept = 0
    for row in rows:
        same = unmatched.get(row.digest)
        if not same:
            added.append(row)
            continue
        old = same.pop(0)
        kept += 1
        if (old.ordinal, old.anchor) != (row.ordinal, row.anchor):
            old.ordinal, old.anchor = row.ordinal, row.anchor
            moved.append(old)
    gone = [row.pk for same in unmatched.values() for row in same]
    Chunk.objects.filter(pk__in=gone).delete()
    Chunk.objects.bulk_update(moved, ["ordinal", "anchor"])
    Chunk.objects.bulk_create(added)
    return Counts(pages=1, chunks_added=len(added), chunks_kept=kept, chunks_removed=len(gone))
