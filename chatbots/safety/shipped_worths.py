"""What the examples that the program brings are worth, solved once by `fit_triage` and not at each start of a process.

They hold for these examples and no others. Once an editor has changed one, each process solves anew.
"""

from __future__ import annotations

import functools
import logging
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from chatbots.safety.likeness import Likeness

logger = logging.getLogger(__name__)

WORTHS_FILE = Path(__file__).with_name("seed") / "worths.npz"


@functools.cache
def shipped_worths() -> Mapping[str, np.ndarray]:
    """Return what examples are worth, float32 (n,), by their fingerprint; see `Likeness.fingerprint`."""
    try:
        with np.load(WORTHS_FILE, allow_pickle=False) as arrays:
            return dict(arrays)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        logger.warning("What the examples of triage are worth is solved here: %s: %s", WORTHS_FILE, error)
        return {}


def write_worths(solved: Iterable[Likeness]) -> None:
    """Write what the examples are worth, solved here and now."""
    np.savez_compressed(WORTHS_FILE, **{one.fingerprint: one.solve().astype(np.float32) for one in solved})
    shipped_worths.cache_clear()
