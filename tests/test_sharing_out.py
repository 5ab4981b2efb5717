"""What `--numprocesses` may not tear apart: the tests of one site, and those of one file."""

from __future__ import annotations

from typing import cast

from tests.conftest import Together


def split(nodeid: str) -> str:
    return Together._split_scope(cast(Together, None), nodeid)


def test_the_tests_of_one_site_stay_in_one_process() -> None:
    assert split("tests/browser/test_chat.py::test_a") == split("tests/browser/partners/test_axe.py::test_b[wide]")
    assert split("tests/flows/test_run.py::test_a") != split("tests/browser/test_chat.py::test_a")


def test_the_tests_of_one_file_stay_in_one_process_and_files_may_part() -> None:
    assert split("tests/api/test_stream.py::test_a") == split("tests/api/test_stream.py::test_b[x]")
    assert split("tests/api/test_stream.py::test_a") != split("tests/api/test_bots.py::test_a")
