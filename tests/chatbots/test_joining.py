"""Callers who wait for the model go together, and each gets what is theirs."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import pytest

from chatbots.embedders.joining import Joiner


def lengths(texts: Sequence[str]) -> np.ndarray:
    return np.array([[len(text)] for text in texts], dtype=np.float32)


def test_one_caller_is_served_at_once() -> None:
    assert Joiner(lengths, threading.Lock())(["a", "bcd"]).tolist() == [[1], [3]]


def test_who_waits_goes_in_one_batch_and_gets_their_own_vectors() -> None:
    batches: list[list[str]] = []

    def encode(texts: Sequence[str]) -> np.ndarray:
        batches.append(list(texts))
        return lengths(texts)

    turn = threading.Lock()
    joiner = Joiner(encode, turn)
    found: dict[int, list[list[float]]] = {}
    with turn:  # the model is busy
        threads = [
            threading.Thread(target=lambda n=n: found.update({n: joiner(["x" * n, "y"]).tolist()})) for n in range(20)
        ]
        for thread in threads:
            thread.start()
        while len(joiner._waiting) < 20:
            pass
    for thread in threads:
        thread.join()
    assert found == {n: [[n], [1]] for n in range(20)}
    assert len(batches) == 1


def test_a_failure_reaches_everyone_in_the_batch_and_nobody_after_it() -> None:
    broken = True

    def encode(texts: Sequence[str]) -> np.ndarray:
        if broken:
            raise ValueError("no model")
        return lengths(texts)

    turn = threading.Lock()
    joiner = Joiner(encode, turn)
    failed: list[str] = []

    def ask() -> None:
        try:
            joiner(["x"])
        except ValueError as error:
            failed.append(str(error))

    with turn:
        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        while len(joiner._waiting) < 3:
            pass
    for thread in threads:
        thread.join()
    assert failed == ["no model"] * 3
    with pytest.raises(ValueError, match="no model"):
        joiner(["x"])
    broken = False
    assert joiner(["xy"]).tolist() == [[2]]
