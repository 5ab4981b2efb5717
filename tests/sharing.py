"""How the tests are shared out between processes, where there are several: `make test ARGS="-n 2"`."""

from __future__ import annotations

import itertools

import pytest
from xdist.scheduler import LoadScopeScheduling

#: They take longest, so they come before the other tests without a database of their own: no process is left alone
#: with them at the end.
LONGEST = ("tests/flows/", "tests/browser/", "tests/chatbots/llms/")
DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}


class InOrder(LoadScopeScheduling):
    """Shares out neighbours of one file together, and all in the order of the collection.

    pytest-django puts tests that empty the database after those that live by what migrations wrote there. In each
    process that order must hold: a file whose tests are of both sorts is two units of work, not one.
    """

    _units: dict[str, str] | None = None

    def _split_scope(self, nodeid: str) -> str:
        if self._units is None:
            tests = next(iter(self.registered_collections.values()))
            runs = itertools.groupby(tests, key=lambda test: test.split("::")[0])
            self._units = {test: f"{file} {number}" for number, (file, run) in enumerate(runs) for test in run}
        return self._units[nodeid]


def longest_first(items: list[pytest.Item]) -> None:
    """Sort the tests that use no database, those that take longest first; the others stay where they are."""
    places = [place for place, item in enumerate(items) if not _uses_database(item)]
    ranked = sorted((items[place] for place in places), key=lambda item: not item.nodeid.startswith(LONGEST))
    for place, item in zip(places, ranked, strict=True):
        items[place] = item


def _uses_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(fixtures & DATABASE_FIXTURES)
