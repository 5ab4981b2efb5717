"""The check as a whole, on sentences written for it: see golden/grounding.yaml."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from chatbots.answering.grounding import Fault, Grounds, Statement, check
from chatbots.centring import embed_centred
from chatbots.embedders import Embedder
from chatbots.embedders.hashing import HashingEmbedder
from chatbots.indexing.chunking import embedded_statement

GOLDEN = Path(__file__).resolve().parents[4] / "golden"
SET = {
    "language": "da",
    "title": "Hoste",
    "statements": ["Varm te med honning lindrer hosten.", "Ring til lægen, hvis du har hostet i tre uger."],
}


def grounds(case: dict[str, Any], embedder: Embedder) -> Grounds:
    language, title = case["language"], case["title"]

    def embed(texts: Sequence[str]) -> np.ndarray:
        named = [embedded_statement(title, text) for text in texts]
        return embed_centred(embedder, named, [language] * len(named), role="passage")

    statements = [Statement(text, title) for text in case["statements"]]
    return Grounds(language, statements, embed(case["statements"]), lambda sentence: embed([sentence])[0])


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        ("Varm te med honning lindrer hosten.", None),
        ("Ring til lægen, hvis du har hostet i 3 uger.", None),
        ("Hvad lindrer hosten, varm te med honning?", Fault.QUESTION),
        ("Varm te med honning lindrer hosten <b>nu</b>.", Fault.MARKUP),
        ("Varm te med honning lindrer hosten. ===== a1", Fault.MARKUP),
        ("Warm tea with honey soothes the cough.", Fault.LANGUAGE),
        ("Варм те med honning lindrer hosten.", Fault.LANGUAGE),
        ("Varm te med honning lindrer hosten, se te.dk.", Fault.LINK),
        ("Varm te lindrer hosten, ring 112.", Fault.PHONE),
        ("Varm te med honning lindrer hosten om mandagen.", Fault.DAY),
        ("Ring til lægen, hvis du har hostet i 4 uger.", Fault.NUMBER),
        ("Varm te med honning lindrer ikke hosten.", Fault.CONTRADICTION),
        ("Lakrids er sundt for maven.", Fault.MEANING),
    ],
)
def test_the_first_fault_is_named(sentence: str, fault: Fault | None) -> None:
    assert check(sentence, grounds(SET, HashingEmbedder())) == fault


def test_nothing_stands_on_no_grounds() -> None:
    empty = Grounds("da", [], np.zeros((0, 64), np.float32), lambda sentence: np.zeros(64, np.float32))
    assert check("Varm te lindrer hosten.", empty) == Fault.MEANING


@pytest.mark.model
@pytest.mark.parametrize("name", ["grounding.yaml", "grounding-heldout.yaml"])
def test_wrong_sentences_are_stopped_and_right_ones_pass(name: str, real_embedder: Embedder) -> None:
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for case in yaml.safe_load((GOLDEN / name).read_text()):
        stands = grounds(case, real_embedder)
        for kind, sentences in [("supported", case["supported"]), *case["wrong"].items()]:
            for sentence in sentences:
                total[kind] += 1
                right[kind] += (check(sentence, stands) is None) == (kind == "supported")
    wrong_kinds = total.keys() - {"supported"}
    stopped = sum(right[kind] for kind in wrong_kinds) / sum(total[kind] for kind in wrong_kinds)
    assert stopped >= FLOORS[name]["stopped"], {kind: (right[kind], total[kind]) for kind in sorted(total)}
    assert right["supported"] / total["supported"] >= FLOORS[name]["passed"]


#: What was measured, less one sentence: see docs/adr/0016-a-language-model-rewrites-the-quotes.md.
FLOORS = {
    "grounding.yaml": {"stopped": 0.97, "passed": 0.91},
    "grounding-heldout.yaml": {"stopped": 0.94, "passed": 0.87},
}
