"""What this process triages with: the rules, the examples and their vectors, read anew when an editor changes them."""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import DatabaseError, connection, transaction

from chatbots.centring import centring_id, embed_centred
from chatbots.embedders import Embedder, get_embedder
from chatbots.embedders.naming import name_of_model
from chatbots.exceptions import BackendError
from chatbots.language import detect_language
from chatbots.safety.likeness import Example, Likeness
from chatbots.safety.phrases import PhraseError
from chatbots.safety.reading import Reader, reader_of
from chatbots.safety.rules import Rule, RuleBook
from chatbots.safety.seeding import example_rows, rule_rows
from chatbots.safety.shipped_vectors import digest, shipped_vectors
from chatbots.safety.shipped_worths import shipped_worths
from chatbots.safety.weights import WITH_MEANING, WORDS_ALONE, Fitted, fitted, read_weights

logger = logging.getLogger(__name__)

RULE_FIELDS = ("name", "topic", "outcome", "strict", "phrases", "needs", "blocked_by")


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything a sentence is held against. `embedder` is None where words must do."""

    book: RuleBook
    likeness: Likeness
    fitted: Fitted
    embedder: Embedder | None
    #: Name of the vectors' model.
    model: str
    #: Reads messages as a whole, where the model can.
    reader: Reader | None = None


_lock = threading.Lock()
_current: tuple[Any, Knowledge] | None = None


def current() -> Knowledge:
    """Return what is known now. Never fails: without rows, or without a database, with what the program brings."""
    global _current
    embedder, model = usable_embedder()
    version = (_version(), model)
    known = _current
    # Reading takes seconds: while one thread does it after an edit, the others go on with what they know.
    if (known is None or known[0] != version) and _lock.acquire(blocking=known is None):
        try:
            if _current is None or _current[0] != version:
                _current = (version, _read(embedder, model))
            known = _current
        finally:
            _lock.release()
    assert known is not None
    return known[1]


def forget() -> None:
    """Read everything anew when it is next asked for."""
    global _current
    _current = None
    read_weights.cache_clear()


def usable_embedder() -> tuple[Embedder | None, str]:
    """Return the embedder when the weights were fitted with its model, and the name of its vectors."""
    try:
        embedder = get_embedder()
        model = embedder.model_id
    except BackendError:
        return None, ""
    if WITH_MEANING not in read_weights() or name_of_model(model) != read_weights()["model"]:
        return None, ""
    return embedder, name_of_vectors(model)


def name_of_vectors(model_id: str) -> str:
    """Name a model together with what is taken out of its vectors: those of one name can be compared."""
    return f"{model_id} {centring_id(model_id)}"


def embed(embedder: Embedder, texts: Sequence[str]) -> np.ndarray:
    """Return the vectors of sentences as questions, float32 (n, d). Raises BackendError."""
    return embed_centred(embedder, texts, [detect_language(text, "da") for text in texts], role="query")


def _version() -> Any:
    """Return something that differs whenever a row was made, changed or deleted; None without a database."""
    from chatbots.safety.models import TriageExample, TriageRule

    try:
        with connection.cursor() as cursor:
            cursor.execute(_query_for_changes(TriageRule._meta.db_table, TriageExample._meta.db_table))
            return cursor.fetchone()
    except DatabaseError:
        return None


@functools.cache
def _query_for_changes(*tables: str) -> str:
    """Return one query for what tells a change in any of the tables. It is asked with every message."""
    names = map(connection.ops.quote_name, tables)
    # The names are our own.
    asked = (f"(SELECT {what} FROM {name})" for name in names for what in ("COUNT(*)", "MAX(updated_at)"))  # noqa: S608
    return f"SELECT {', '.join(asked)}"


def _read(embedder: Embedder | None, model: str) -> Knowledge:
    book, rows = RuleBook(_rules()), _examples()
    if embedder is not None:
        try:
            likeness = likeness_of(rows, embedder, model).settle()
            return Knowledge(book, likeness, fitted(WITH_MEANING), embedder, model, _reader_of(embedder))
        except BackendError as error:
            logger.warning("Triage goes by words alone: %s", error)
    return Knowledge(book, likeness_of(rows).settle(), fitted(WORDS_ALONE), None, model)


def _reader_of(embedder: Embedder) -> Reader | None:
    """Return the reader that was known already, if any: an edit does not change what it was taught."""
    former = _current[1] if _current is not None else None
    if former is not None and former.embedder is embedder and former.reader is not None:
        return former.reader
    return reader_of(embedder)


def shipped_knowledge(embedder: Embedder) -> Knowledge:
    """Return what the program brings, whatever the database holds; without a reader. Raises BackendError."""
    model = name_of_vectors(embedder.model_id)
    book = RuleBook([Rule.written(**{name: row[name] for name in RULE_FIELDS}) for row in rule_rows()])
    return Knowledge(book, likeness_of(shipped_examples(), embedder, model), fitted(WITH_MEANING), embedder, model)


def likeness_of(rows: Sequence[Any], embedder: Embedder | None = None, model: str = "") -> Likeness:
    """Return the likeness of examples, with the vectors of an embedder or by words alone. Raises BackendError."""
    # An order that no database decides: what was solved for these examples holds wherever they are read.
    rows = sorted(rows, key=lambda row: row.text)
    examples = [Example(row.text, row.topic, row.outcome) for row in rows]
    vectors = _vectors(embedder, model, rows) if embedder is not None else None
    kernel = fitted(WITH_MEANING if embedder is not None else WORDS_ALONE).kernel
    return Likeness(examples, vectors, kernel, worths=shipped_worths(), model=model)


def _rules() -> list[Rule]:
    from chatbots.safety.models import TriageRule

    try:
        stored = list(TriageRule.objects.values("active", *RULE_FIELDS))
    except DatabaseError:
        stored = []
    compiled = []
    for row in stored or [{name: row[name] for name in RULE_FIELDS} | {"active": True} for row in rule_rows()]:
        if not row.pop("active"):
            continue
        try:
            compiled.append(Rule.written(**row))
        except PhraseError as error:
            logger.error("Triage rule %r is passed over: %s", row["name"], error)
    return compiled


def _examples() -> list[Any]:
    from chatbots.safety.models import TriageExample

    try:
        stored = list(TriageExample.objects.all())
    except DatabaseError:
        stored = []
    return [row for row in stored or shipped_examples() if row.active]


def shipped_examples() -> list[Any]:
    """Return the examples that the program brings, as rows that no database holds."""
    from chatbots.safety.models import TriageExample

    return [TriageExample(**row) for row in example_rows()]


def _vectors(embedder: Embedder, model: str, rows: Sequence[Any]) -> np.ndarray:
    """Return the examples' vectors; embed those that have none of this model, and keep them. Raises BackendError.

    What the program brought in these very words has one already.
    """
    shipped = shipped_vectors(model)
    lacking = []
    for row in (row for row in rows if row.vector_of != _origin(model, row.text)):
        if (vector := shipped.get(digest(row.text))) is None:
            lacking.append(row)
        else:
            row.vector = vector.tobytes()
    if lacking:
        for row, vector in zip(lacking, embed(embedder, [row.text for row in lacking]), strict=True):
            row.vector, row.vector_of = vector.tobytes(), _origin(model, row.text)
        _keep([row for row in lacking if row.pk])
    if not rows:
        return np.empty((0, embedder.dimension), np.float32)
    return np.stack([np.frombuffer(bytes(row.vector), np.float32) for row in rows])


def _origin(model: str, text: str) -> str:
    """Name what a vector was made of: a sentence that an editor rewrites needs another one."""
    return f"{model} {digest(text)}"


def _keep(rows: Sequence[Any]) -> None:
    """Store vectors for the next process; `vector_of` tells when a sentence has changed meanwhile."""
    from chatbots.safety.models import TriageExample

    try:
        with transaction.atomic():
            TriageExample.objects.bulk_update(rows, ["vector", "vector_of"], batch_size=100)
    except DatabaseError as error:
        logger.info("The vectors of %d example sentences could not be kept: %s", len(rows), error)
