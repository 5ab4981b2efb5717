"""Edit to answer on a large site: a page is saved here, and another process is asked until it knows.

Broker, worker, beat and web server run as `make run` starts them, so sweeps fall among the edits as they do there.
"""

from __future__ import annotations

import random
import re
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench import large_site, sites
from bench.figures import megabytes, percentile, shown, verdict
from bench.latency import CHECK, HTTP, IN_PROCESS, ROWS, SEARCH, measure_alone, post
from bench.part import Sizes
from bench.processes import Processes, memory_of, named
from bench.report import Report, Table
from chatbots.bots import BOTS
from chatbots.indexing import maintenance
from chatbots.indexing.status import bot_statuses
from chatbots.models import Chunk
from chatbots.snapshots import SnapshotStore
from content.models import Page

AIM_SECONDS = 1.0
#: Seconds between two questions while waiting, between two edits, and until an edit counts as lost.
POLL, PAUSE, GIVE_UP = 0.02, 0.2, 15.0
BOT = "health"
#: What the names of invented places are made of.
CONSONANTS, VOWELS = "bdfghjklmnprstv", "aeiouyæøå"


@dataclass(frozen=True)
class Edit:
    """Seconds from the start of the save until it returned, the index was published, and the answer had the fact.

    `visible` is None when no answer had it in GIVE_UP seconds.
    """

    saved: float
    published: float
    visible: float | None


def measure(sizes: Sizes) -> Report:
    published_in = large_site.make(sizes.pages)
    report = Report("Edit to answer on a large site")
    size = Table(("", *BOTS))
    statuses = bot_statuses()
    size.add("chunks in the index", *(f"{status.chunks:,}" for status in statuses))
    size.add("index on disk", *(megabytes(_disk_size(status.bot)) for status in statuses))
    report.tables.append((f"The site: {sizes.pages:,} pages, {Chunk.objects.count():,} rows.", size))
    if published_in is not None:
        report.notes.append(f"Publishing both indexes from their rows, embedding nothing, took {shown(published_in)}.")
    sweeps = [_timed_sweep() for _ in range(3)]
    report.notes.append(
        f"A sweep with nothing to do takes {shown(min(sweeps[1:]))} ({shown(sweeps[0])} when it reads every file)."
    )
    with Processes() as processes:
        processes.start_broker()
        worker = processes.start_worker()
        processes.start(named("beat"))
        web, address, ready = processes.start_web()
        report.notes.append(f"A web process is ready {shown(ready)} after its start.")
        with httpx.Client(base_url=address, timeout=60) as client:
            edits = _edits(client, sizes.edits)
        if lost := sum(edit.visible is None for edit in edits):
            report.notes.append(f"**{lost} edits were not answered within {GIVE_UP:.0f} s**; they count as that long.")
        questions = sites.golden_questions(10 if sizes.quick else 60)
        alone = measure_alone(address, questions, 1 if sizes.quick else 2)
        report.tables += [
            (f"{len(edits)} edits of one paragraph each, seconds from the start of `Page.save()`.", _table(edits)),
            (f"Question to answer on this site, {len(alone[HTTP])} questions, one at a time.", _latency_table(alone)),
        ]
        for name, process in (("web", web), ("worker", worker)):
            memory = memory_of(process)
            report.notes.append(
                f"Memory of the {name} process: {megabytes(memory.rss)} RSS, {megabytes(memory.pss)} PSS."
            )
    return report


def _timed_sweep() -> float:
    began = time.perf_counter()
    maintenance.sweep()
    return time.perf_counter() - began


def _edits(client: httpx.Client, count: int) -> list[Edit]:
    """Edit `count` pages one after the other. Two before them, in which the worker loads its model, do not count."""
    rng = random.Random(time.time_ns())
    pages = rng.sample(list(Page.objects.filter(kind="health").values_list("pk", flat=True)), count + 2)
    edits = []
    for number, pk in enumerate(pages):
        edit = _edit(client, pk, rng)
        took = shown(edit.visible) if edit.visible else f"not answered in {GIVE_UP:.0f} s"
        sites.say(f"edit {number - 1} of {count}: {took}" if number > 1 else f"to warm up: {took}")
        edits.append(edit)
        time.sleep(PAUSE)
    return edits[2:]


def _edit(client: httpx.Client, pk: int, rng: random.Random) -> Edit:
    """Put a section with a new fact into a page, and ask for it until it is answered."""
    place = "".join(rng.choice(CONSONANTS) + rng.choice(VOWELS) for _ in range(4)).capitalize()
    number = " ".join(f"{rng.randrange(100):02d}" for _ in range(4))
    page = Page.objects.get(pk=pk)
    at = rng.choice([match.start() for match in re.finditer("<h2", page.body)])
    section = f"<h2>Klinikken i {place}</h2><p>Telefonnummeret til klinikken i {place} er {number}.</p>"
    page.body = page.body[:at] + section + page.body[at:]
    question = f"Hvad er telefonnummeret til klinikken i {place}?"
    began, began_at = time.perf_counter(), time.time()
    page.save()
    saved, visible = time.perf_counter() - began, None
    while time.perf_counter() - began < GIVE_UP:
        if number in post(client, BOT, question, "da")["text"]:
            visible = time.perf_counter() - began
            break
        time.sleep(POLL)
    published = SnapshotStore(BOT).pointer.stat().st_mtime - began_at
    return Edit(saved, published, visible)


def _table(edits: list[Edit]) -> Table:
    table = Table(("until", "p50", "p95", "longest", "aim"))
    for name, attribute in (
        ("the save has returned", "saved"),
        ("the index is published", "published"),
        ("the answer of another process has the fact", "visible"),
    ):
        seconds = [getattr(edit, attribute) or GIVE_UP for edit in edits]
        p95 = percentile(seconds, 95)
        aim = verdict(p95 < AIM_SECONDS, f"p95 < {AIM_SECONDS:.0f} s") if attribute == "visible" else ""
        table.add(name, shown(percentile(seconds, 50)), shown(p95), shown(max(seconds)), aim)
    return table


def _latency_table(alone: dict[str, list[float]]) -> Table:
    table = Table(("part", "p50", "p95"))
    for row in ROWS:
        if row in (SEARCH, CHECK, IN_PROCESS, HTTP):
            table.add(row, shown(percentile(alone[row], 50)), shown(percentile(alone[row], 95)))
    return table


def _disk_size(bot: str) -> int:
    store = SnapshotStore(bot)
    folder: Path = store.directory / str(store.current())
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
