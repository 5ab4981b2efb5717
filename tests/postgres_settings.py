"""The tests' settings with the other database and the other vector store, for `tests/test_postgres.py`."""

import os

import dj_database_url

from tests.settings import *  # noqa: F403
from tests.settings import CHATBOTS, DATABASES

DATABASES["default"] = dj_database_url.parse(os.environ["DATABASE_URL"]) | {"OPTIONS": {}}
CHATBOTS = CHATBOTS | {"VECTOR_STORE": {"BACKEND": "pgvector"}}
