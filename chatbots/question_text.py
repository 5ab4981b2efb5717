"""What a visitor typed, as text that can be stored, searched and shown."""

from __future__ import annotations

import unicodedata

KEPT = "\n\t"
#: Unicode categories: control characters, surrogates.
DROPPED = {"Cc", "Cs"}


def clean(text: str) -> str:
    """Return `text` composed (NFC), trimmed, with plain line ends and without control characters or lone surrogates.

    Text that shows nothing, such as a zero-width space, becomes empty.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(character for character in text if character in KEPT or _category(character) not in DROPPED)
    text = unicodedata.normalize("NFC", text).strip()
    return text if any(_category(character)[0] not in "CZ" for character in text) else ""


def _category(character: str) -> str:
    return unicodedata.category(character)
