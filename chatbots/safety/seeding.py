"""What the program brings for the start: contacts, rules and example sentences, from the files in `seed/`."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from chatbots.safety.shipped_vectors import digest
from chatbots.safety.topics import TOPICS

FOLDER = Path(__file__).with_name("seed")
#: When the facts in `contacts.yaml` were last looked up.
CONTACTS_CHECKED = date(2026, 11, 21)


def contact_rows() -> list[dict[str, Any]]:
    """Return the fields of each contact."""
    return [
        {"last_checked": CONTACTS_CHECKED} | entry | {"hours": entry["hours"].strip()} for entry in _read("contacts")
    ]


def rule_rows() -> list[dict[str, Any]]:
    """Return the fields of each rule."""
    rows = []
    for entry in _read("rules"):
        row = {"outcome": "emergency", "strict": False, "needs": "", "blocked_by": ""} | entry
        rows.append(row | {name: row[name].strip() for name in ("phrases", "needs", "blocked_by")})
    return rows


def example_rows() -> list[dict[str, Any]]:
    """Return the fields of each example; its key is a digest of its text."""
    return [
        {"key": digest(text), "text": text, "topic": topic, "outcome": outcome}
        for topic, outcomes in _read("examples").items()
        for outcome, texts in outcomes.items()
        for text in texts
    ]


def sow(contacts: Any, rules: Any, examples: Any) -> int:
    """Put what the program brings into these models, as far as no row has its key; return how many rows are new.

    A row that is there is left alone, whatever an editor made of it.
    """
    return _add(contacts, contact_rows()) + sow_newer(rules, examples)


def sow_newer(rules: Any, examples: Any) -> int:
    """Put rules and examples that a later version brings beside those that are there; return how many are new.

    The weights are fitted to them, so they come together. Contacts are the editors' alone.
    """
    return _add(rules, rule_rows()) + _add(examples, example_rows())


def _add(model: Any, rows: Sequence[Mapping[str, Any]]) -> int:
    there = set(model.objects.values_list("key", flat=True))
    return len(model.objects.bulk_create([model(**row) for row in rows if row["key"] not in there]))


@functools.cache
def _read(name: str) -> Any:
    content = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    named = content if isinstance(content, Mapping) else [entry["topic"] for entry in content if "topic" in entry]
    if unknown := set(named) - TOPICS.keys():
        raise ValueError(f"{name}.yaml names unknown topics: {', '.join(sorted(unknown))}")
    return content
