"""How the tests are shared out between processes, where there are several, as `make test` starts them."""

from __future__ import annotations

import itertools
import os

import pytest
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

#: They take longest, and wait most of the time: for a browser, for a server. Meanwhile others can use the core.
WAITING = ("tests/flows/", "tests/browser/")
DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}


def one_thread_each(config: pytest.Config) -> None:
    """Let NumPy use one thread in each process of several: more would only wait for each other."""
    if getattr(config.option, "numprocesses", None):
        os.environ.setdefault("OMP_NUM_THREADS", "1")


class InOrder(LoadScopeScheduling):
    """Shares out neighbours of one file together: those that wait to the first process, the rest to the others.

    Whoever has no more of its own helps the others. pytest-django puts tests that empty the database after those that
    live by what migrations wrote there. In each process that order must hold: a file whose tests are of both sorts is
    two units of work, not one.
    """

    _units: dict[str, str] | None = None

    def _split_scope(self, nodeid: str) -> str:
        if self._units is None:
            tests = next(iter(self.registered_collections.values()))
            runs = itertools.groupby(tests, key=lambda test: test.split("::")[0])
            self._units = {test: f"{file} {number}" for number, (file, run) in enumerate(runs) for test in run}
        return self._units[nodeid]

    def _assign_work_unit(self, node: WorkerController) -> None:
        is_first = node is self.nodes[0]
        own = next((unit for unit in self.workqueue if unit.startswith(WAITING) == is_first), None)
        if own is not None:
            self.workqueue.move_to_end(own, last=False)
        super()._assign_work_unit(node)


def waiting_first(items: list[pytest.Item]) -> None:
    """Sort the tests that use no database, those that wait first; the others stay where they are."""
    places = [place for place, item in enumerate(items) if not _uses_database(item)]
    ranked = sorted((items[place] for place in places), key=lambda item: not item.nodeid.startswith(WAITING))
    for place, item in zip(places, ranked, strict=True):
        items[place] = item


def _uses_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(fixtures & DATABASE_FIXTURES)
