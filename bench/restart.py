"""Restart to ready, and the memory of the site's processes, on the demo site."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import httpx
from django.conf import settings

from bench import sites
from bench.figures import megabytes, percentile, shown
from bench.latency import post
from bench.part import Sizes
from bench.processes import Memory, Processes, environment, memory_of
from bench.report import Report, Table
from chatbots.indexing.sync import current_recipe
from chatbots.models import IndexState
from content.models import Page
from site_project.run.processes import free_port

STARTS, QUICK_STARTS = 5, 2
ASKED = 20


def measure(sizes: Sizes) -> Report:
    sites.make_demo_site()
    starts = QUICK_STARTS if sizes.quick else STARTS
    times, memory = Table(("", "median", "longest")), Table(("process", "RSS", "PSS"))
    with Processes() as processes:
        ready, first = [], []
        for number in range(starts):
            sites.say(f"web server, start {number + 1} of {starts}")
            web, address, seconds = processes.start_web()
            ready.append(seconds)
            first.append(_ask(address, 1))
            processes.end(web)
        times.add("web server: start until `/readyz` says 200", shown(percentile(ready, 50)), shown(max(ready)))
        times.add("web server: the first answer after that", shown(percentile(first, 50)), shown(max(first)))
        _measure_memory(processes, memory)
    _time_second_run(times, 1 if sizes.quick else 3)
    return Report(
        "Restart to ready, and memory",
        [("Files are in the page cache, as after any restart of the site alone.", times), ("Memory.", memory)],
        ["PSS counts what n processes share as its n-th part each: add up PSS, not RSS."],
    )


def _measure_memory(processes: Processes, table: Table) -> None:
    sites.say("memory")
    processes.start_broker()
    bare, _, _ = processes.start_web("--lifespan=off", path="/healthz")
    _add(table, "web, before its model is loaded", memory_of(bare))
    processes.end(bare)
    worker = processes.start_worker()
    _add(table, "worker, before its model is loaded", memory_of(worker))
    web, address, _ = processes.start_web()
    _ask(address, ASKED)
    _add(table, f"web, after {ASKED} answers, alone", memory_of(web))
    second, address, _ = processes.start_web()
    _ask(address, ASKED)
    _add(table, "web, beside a second one", memory_of(web))
    _add(table, "the second one", memory_of(second))
    _edit_one_page()
    _add(table, "worker, after an edit", memory_of(worker))


def _add(table: Table, name: str, memory: Memory) -> None:
    table.add(name, megabytes(memory.rss), megabytes(memory.pss))


def _ask(address: str, count: int) -> float:
    """Ask `count` questions; return the seconds that the first one took."""
    with httpx.Client(base_url=address, timeout=60) as client:
        began = time.perf_counter()
        questions = sites.golden_questions(count)
        for number, question in enumerate(questions):
            post(client, question.bot, question.question, question.language)
            if not number:
                first = time.perf_counter() - began
    return first


def _edit_one_page() -> None:
    """Save a page, and wait until the worker has indexed it."""
    page = Page.objects.filter(kind="health").first()
    assert page is not None
    page.body += f"<p>Prøvelinje {time.time_ns()}.</p>"
    page.save()
    until = time.monotonic() + 60
    while IndexState.objects.behind(current_recipe()).exists():
        if time.monotonic() > until:
            raise RuntimeError("The worker did not index the page within 60 s")
        time.sleep(0.05)


def _time_second_run(table: Table, runs: int) -> None:
    """Time `make run` on data that is there, from its start until it says that the site is ready."""
    seconds, stopped = [], []
    for number in range(runs):
        sites.say(f"make run, start {number + 1} of {runs}")
        began = time.perf_counter()
        command = [sys.executable, "-m", "site_project.run", "--port", str(free_port())]
        process = subprocess.Popen(
            command,
            cwd=settings.BASE_DIR,
            env=environment(REDIS_URL=None, PYTHONUNBUFFERED="1"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            assert process.stdout is not None
            said = []
            for line in process.stdout:
                said.append(line)
                if line.startswith("Vejviser is ready"):
                    break
            else:
                raise RuntimeError("make run ended by itself:\n" + "".join(said))
            seconds.append(time.perf_counter() - began)
            began = time.perf_counter()
            os.kill(process.pid, signal.SIGINT)
            process.stdout.read()
            process.wait(timeout=60)
            stopped.append(time.perf_counter() - began)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
    table.add(
        "`make run` a second time: start until the site is ready", shown(percentile(seconds, 50)), shown(max(seconds))
    )
    table.add("`make run`: Ctrl-C until everything is stopped", shown(percentile(stopped, 50)), shown(max(stopped)))
