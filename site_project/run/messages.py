"""Compile the translations: every .po file under locale/ to the .mo file that Django reads."""

from __future__ import annotations

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_messages(locale: Path) -> int:
    """Write each .mo file that is missing or older than its .po file; return how many were written."""
    written = 0
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as file:
            catalog = read_po(file, locale=source.parts[-3])
        partial = target.with_suffix(f".{id(catalog)}.partial")
        with partial.open("wb") as file:
            write_mo(file, catalog)
        partial.replace(target)
        written += 1
    return written
