"""A data file in the wheel's format, small enough to make up in a test."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "▁query", "▁passage", ":", "▁hoste", "▁feber", "e", "n", "<mask>"]


@dataclass
class SmallE5:
    """Its parts, each of which a test may spoil before `data` puts them together."""

    magic: bytes = b"E5S1"
    version: int = 1
    hidden: int = 64
    layers: int = 1
    heads: int = 2
    intermediate: int = 96
    vocabulary: int = 16
    positions: int = 32
    block: int = 32
    pieces: list[bytes] = field(default_factory=lambda: [piece.encode() for piece in PIECES])
    scores: list[float] = field(default_factory=lambda: [-float(n) for n in range(len(PIECES))])
    specials: tuple[int, int, int, int] = (0, 2, 1, 3)
    offsets: list[int] | None = None
    replacements: dict[int, list[int]] = field(default_factory=lambda: {0x09: [0x20], 0x01: [], 0xBD: [49, 0x2044, 50]})
    #: Name ▸ what to write over its entry: kind, number of values, offset or bytes.
    entries: dict[str, dict[str, int]] = field(default_factory=dict)
    without: set[str] = field(default_factory=set)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        hidden, wide = self.hidden, self.intermediate
        shapes: dict[str, tuple[int, ...]] = {
            "emb.word": (self.vocabulary, hidden),
            "emb.pos": (self.positions, hidden),
            "emb.type": (2, hidden),
            "emb.ln.w": (hidden,),
            "emb.ln.b": (hidden,),
        }
        for layer in range(self.layers):
            for part in ("q", "k", "v", "ao"):
                shapes |= {f"l{layer}.{part}.w": (hidden, hidden), f"l{layer}.{part}.b": (hidden,)}
            shapes |= {f"l{layer}.fi.w": (wide, hidden), f"l{layer}.fi.b": (wide,)}
            shapes |= {f"l{layer}.fo.w": (hidden, wide), f"l{layer}.fo.b": (hidden,)}
            for part in ("aln", "oln"):
                shapes |= {f"l{layer}.{part}.w": (hidden,), f"l{layer}.{part}.b": (hidden,)}
        return {name: shape for name, shape in shapes.items() if name not in self.without}

    def values(self, name: str) -> np.ndarray:
        """Return the values that tensor `name` is to have, flat; those of a matrix fit in 4 bits."""
        shape = self.shapes()[name]
        random = np.random.default_rng(len(name) * 1000 + sum(name.encode()))
        if is_packed(name):
            return (random.integers(-8, 8, shape) * 0.0625).astype("<f4").ravel()
        centre = 1 if name.endswith("ln.w") else 0
        return (centre + random.normal(0, 0.1, shape)).astype("<f4").ravel()

    def data(self) -> bytes:
        head = struct.pack("<4sI", self.magic, self.version)
        sizes = (self.hidden, self.layers, self.heads, self.intermediate, self.vocabulary, self.positions, 2)
        head += struct.pack("<7ifi", *sizes, 1e-12, self.block)
        text = b"".join(self.pieces)
        offsets = self.offsets or [0, *np.cumsum([len(piece) for piece in self.pieces]).tolist()]
        head += struct.pack("<5iQ", len(self.pieces), *self.specials, len(text))
        head += struct.pack(f"<{len(offsets)}I", *offsets) + struct.pack(f"<{len(self.scores)}f", *self.scores) + text
        mapped = b"".join(struct.pack(f"<IB{len(to)}I", code, len(to), *to) for code, to in self.replacements.items())
        head += struct.pack("<iI", len(self.replacements), len(mapped)) + mapped
        bodies = {
            name: pack(self.values(name)) if is_packed(name) else self.values(name).tobytes() for name in self.shapes()
        }
        head += struct.pack("<i", len(bodies))
        at = len(head) + sum(2 + len(name) + 21 for name in bodies)
        for name, body in bodies.items():
            entry = {"kind": int(is_packed(name)), "values": len(self.values(name)), "offset": at, "bytes": len(body)}
            entry |= self.entries.get(name, {})
            head += struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", *entry.values())
            at += len(body)
        return head + b"".join(bodies.values())


def is_packed(name: str) -> bool:
    return name == "emb.word" or (name.endswith(".w") and "ln." not in name)


def pack(values: np.ndarray) -> bytes:
    """Return 4-bit blocks of 32: an f16 scale, then two weights a byte, the j-th and the (j + 16)-th."""
    nibbles = np.round(values.reshape(-1, 32) / 0.0625 + 8).astype(np.uint8)
    packed = nibbles[:, :16] | (nibbles[:, 16:] << 4)
    return b"".join(struct.pack("<e", 0.0625) + row.tobytes() for row in packed)


def wheel(path: Path, members: Iterable[tuple[str, bytes]]) -> Path:
    """Write a zip archive with `members` to `path`."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members:
            archive.writestr(name, body)
    return path
