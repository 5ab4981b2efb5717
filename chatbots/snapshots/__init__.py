"""One immutable generation of a bot's index on disk, and its way into memory.

    <SNAPSHOT_DIR>/<bot>/current                      name of the generation that serves, and a check of the name
    <SNAPSHOT_DIR>/<bot>/00000012/manifest.json       what is in it, with the sha256 of every file
    <SNAPSHOT_DIR>/<bot>/00000012/<segment>/…         the chunks of one language that were added together

A segment never changes. The next generation links to the segments it keeps, so that an edit writes only its own few
chunks, however large the index is; chunks that are gone are listed as dead until their segment is merged. The vectors
stand in its files too, unless settings name another vector store.
"""

from chatbots.snapshots.generation import FIRST_STORE, LanguageIndex, Snapshot
from chatbots.snapshots.reader import SnapshotReader
from chatbots.snapshots.segments import IndexRow, Segment, build_segment
from chatbots.snapshots.store import SnapshotStore

__all__ = [
    "FIRST_STORE",
    "IndexRow",
    "LanguageIndex",
    "Segment",
    "Snapshot",
    "SnapshotReader",
    "SnapshotStore",
    "build_segment",
]
