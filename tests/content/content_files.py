"""Content files for tests: written, imported, exported."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import strategies as st

from content.models import Page

#: An article, whole.
ARTICLE = """---
title: Influenza
slug: influenza
kind: health
language: da
topic: Luftveje
summary: Feber i en uge.
sources:
  - title: Sundhed.dk
    url: https://www.sundhed.dk/
reviewed_by: Læge Lene Lund
reviewed_on: 2026-03-12
review_due: 2027-03-12
questions:
  - Hvor længe varer influenza?
---

Influenza begynder brat.

## Symptomer

- feber
- hoste
"""
#: A site page with no more than it needs.
SITE_PAGE = "---\ntitle: Hold\nslug: hold\nkind: page\nlanguage: da\nsummary: x\n---\nTekst\n"


def write(folder: Path, name: str, text: str = ARTICLE, **replace: str) -> Path:
    """Write a content file; `replace` exchanges whole lines by their key, or removes them when empty."""
    lines = text.split("\n")
    for key, value in replace.items():
        index = next((i for i, line in enumerate(lines) if line.startswith(f"{key}:")), None)
        new = [f"{key}: {value}"] if value else []
        lines[1:1] = new if index is None else []
        if index is not None:
            lines[index : index + 1] = new
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines))
    return path


def run(command: str, folder: Path, *arguments: str) -> str:
    out = StringIO()
    call_command(command, str(folder), *arguments, stdout=out, stderr=out)
    return out.getvalue()


def faults(folder: Path, *arguments: str) -> list[str]:
    """Return the faults that an import reports, a line each; check that nothing was written."""
    before = list(Page.objects.values())
    with pytest.raises(CommandError) as error:
        run("import_content", folder, *arguments)
    assert list(Page.objects.values()) == before
    return str(error.value).split("\n")[1:]


#: Text as it may be typed or pasted: spaces and breaks of all kinds, decomposed letters, what no reader sees.
TEXTS = st.text(
    st.one_of(
        st.sampled_from(" \u00a0\u2009\u202f\t\n\r\f\x85\u2028\u00ad\u200b\ufeffa\u030aåe\u0301'\"#:-|>[]{}&*!%@`\\"),
        st.characters(),
    ),
    max_size=30,
)
#: Keys and values that YAML takes for something else than words, and such as cannot be what they look like.
