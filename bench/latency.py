"""Question to answer: each part of it and the whole over HTTP, alone and at 20 at once, beside the bare model.

The bare model, the pipeline in this process and the whole over HTTP take turns, round by round, so that a change in
the machine's speed meets all three.
"""

from __future__ import annotations

import functools
import itertools
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial

import httpx
from django.db import connections

from bench import baseline, sites
from bench.figures import percentile, shown, verdict
from bench.part import Sizes
from bench.processes import Processes
from bench.report import Report, Table
from bench.stopwatch import Stopwatch
from chatbots import retrieval, serving
from chatbots.answering import pipeline
from chatbots.answering.context import Context, Question
from chatbots.bots import BOTS
from chatbots.embedders import get_embedder
from chatbots.evaluation.golden import GoldenQuestion

AT_ONCE = 20
ROUNDS, QUICK_ROUNDS = 3, 1
AIM = 1.5

BARE = "bare `SentenceTransformer.encode`"
READ, EMBED, SEARCH, CHECK, REST = "language, spelling", "embed", "search", "database check", "judge and compose"
IN_PROCESS = "whole, in process"
HTTP = "whole, over HTTP"
FIND = "search and database check"
ROWS = (BARE, READ, EMBED, SEARCH, CHECK, REST, IN_PROCESS, HTTP)

Seconds = dict[str, list[float]]
Ask = Callable[[GoldenQuestion], Mapping[str, float]]


def measure(sizes: Sizes) -> Report:
    sites.make_demo_site()
    questions = sites.golden_questions(20 if sizes.quick else None)
    rounds = QUICK_ROUNDS if sizes.quick else ROUNDS
    with Processes() as processes:
        _, address, _ = processes.start_web()
        report = Report("Question to answer")
        alone = measure_alone(address, questions, rounds)
        at_once = measure_at_once(address, questions, rounds)
    report.tables += [
        (f"Alone: one question at a time, {len(alone[HTTP])} questions.", _table(alone, AIM)),
        (f"{AT_ONCE} at once: {AT_ONCE} clients, {len(at_once[HTTP])} questions.", _table(at_once, None)),
    ]
    report.notes += [
        "Ratio: to the bare model's encode of the same questions, one text a call, under the same load, in turn.",
        "Parts at 20 at once hold the wait for the processor and for the model.",
    ]
    return report


def measure_alone(address: str, questions: Sequence[GoldenQuestion], rounds: int) -> Seconds:
    """Return the seconds of each part for every question, one at a time. A first round is not counted."""
    alone: Seconds = defaultdict(list)
    with _asks(address, 1) as asks:
        for number in range(rounds + 1):
            sites.say(f"alone: round {number} of {rounds}")
            for ask in asks:
                _collect(alone if number else defaultdict(list), map(ask[0], questions))
    return alone


def measure_at_once(address: str, questions: Sequence[GoldenQuestion], rounds: int) -> Seconds:
    """Return the seconds of each part for every question, AT_ONCE at a time. A first round is not counted."""
    at_once: Seconds = defaultdict(list)
    with _asks(address, AT_ONCE) as asks:
        for number in range(rounds + 1):
            sites.say(f"{AT_ONCE} at once: round {number} of {rounds}")
            for ask in asks:
                _collect(at_once if number else defaultdict(list), _together(ask, questions))
    return at_once


@contextmanager
def _asks(address: str, clients: int) -> Iterator[list[list[Ask]]]:
    """Give three ways to ask, each for that many clients: the bare model, the pipeline in this process, over HTTP."""
    encode, watch = _bare_model(), Stopwatch()
    serving.warm_up()
    parts = {EMBED: (get_embedder(), "embed"), SEARCH: (retrieval, "search"), FIND: (retrieval.Retrieval, "hits")}
    with watch.on(parts), ExitStack() as stack:
        connected = [stack.enter_context(httpx.Client(base_url=address, timeout=120)) for _ in range(clients)]
        yield [
            [partial(_ask_bare, encode)] * clients,
            [partial(_ask_in_process, watch)] * clients,
            [partial(_ask_over_http, client) for client in connected],
        ]


_bare_model = functools.cache(baseline.load)


def _ask_bare(encode: baseline.Encode, question: GoldenQuestion) -> Mapping[str, float]:
    began = time.perf_counter()
    encode([question.question], "query")
    return {BARE: time.perf_counter() - began}


def _ask_in_process(watch: Stopwatch, question: GoldenQuestion) -> Mapping[str, float]:
    watch.reset()
    began = time.perf_counter()
    context = Context(BOTS[question.bot], Question(message=question.question, language=question.language))
    for _ in pipeline.tell(context):
        pass
    whole, spent = time.perf_counter() - began, watch.seconds
    read = context.timings["read"] - spent[EMBED]
    return {
        READ: read,
        EMBED: spent[EMBED],
        SEARCH: spent[SEARCH],
        CHECK: spent[FIND] - spent[SEARCH],
        REST: whole - read - spent[EMBED] - spent[FIND],
        IN_PROCESS: whole,
    }


def _ask_over_http(client: httpx.Client, question: GoldenQuestion) -> Mapping[str, float]:
    began = time.perf_counter()
    post(client, question.bot, question.question, question.language)
    return {HTTP: time.perf_counter() - began}


def post(client: httpx.Client, bot: str, message: str, language: str | None = None) -> dict:
    """Ask over HTTP as the widget does, for JSON; return the answer."""
    response = client.post(
        f"/api/v1/chat/{bot}/", json={"message": message} | ({"language": language} if language else {})
    )
    response.raise_for_status()
    return response.json()


def _collect(into: Seconds, measured: Iterable[Mapping[str, float]]) -> None:
    for parts in measured:
        for part, seconds in parts.items():
            into[part].append(seconds)


def _together(asks: Sequence[Ask], questions: Sequence[GoldenQuestion]) -> list[Mapping[str, float]]:
    """Ask the questions from as many threads as there are `asks`, each taking the next question when it is free."""
    count = max(len(questions), 2 * len(asks))
    waiting = iter(list(itertools.islice(itertools.cycle(questions), count)))
    measured: list[Mapping[str, float]] = []
    errors: list[BaseException] = []
    lock, gate = threading.Lock(), threading.Barrier(len(asks))

    def work(ask: Ask) -> None:
        try:
            gate.wait()
            while True:
                with lock:
                    question = next(waiting, None)
                if question is None:
                    return
                parts = ask(question)
                with lock:
                    measured.append(parts)
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(ask,)) for ask in asks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return measured


def _table(seconds: Seconds, aim: float | None) -> Table:
    table = Table(("part", "p50", "p95", "ratio p50", "ratio p95", "aim"))
    for row in ROWS:
        p50, p95 = percentile(seconds[row], 50), percentile(seconds[row], 95)
        ratio = p50 / percentile(seconds[BARE], 50)
        reached = verdict(ratio <= aim, f"p50 ≤ {aim}") if aim and row == HTTP else ""
        ratio_95 = p95 / percentile(seconds[BARE], 95)
        table.add(row, shown(p50), shown(p95), f"{ratio:.2f}", f"{ratio_95:.2f}", reached)
    return table
