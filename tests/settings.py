"""The site's settings, on fast and disposable parts: what a test does leaves nothing behind."""

import atexit
import shutil
import tempfile
from pathlib import Path

from site_project.settings import *  # noqa: F403
from site_project.settings import CHATBOTS, DATABASES, VEJVISER_DATA_DIR

#: Where `make run` keeps the prepared model; tests of the real model share it, so it is prepared once.
REAL_MODEL_DIR = VEJVISER_DATA_DIR / "models"

SCRATCH = Path(tempfile.mkdtemp(prefix="vejviser-test-"))
atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)

# A file and not memory: threads and async views then see one database, as they do on the site.
DATABASES["default"] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": SCRATCH / "db.sqlite3",
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 5,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;",
    },
    "TEST": {"NAME": SCRATCH / "test.sqlite3"},
}

# Static files come straight from the source folders; this one is empty, and there, because WhiteNoise looks.
STATIC_ROOT = SCRATCH / "static"
STATIC_ROOT.mkdir()

DEBUG = False
SECRET_KEY = "only for tests"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

# Messages go to a broker in memory and stay there: a test runs the task it is about by calling it.
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {}
CELERY_TASK_ALWAYS_EAGER = False

CHATBOTS = CHATBOTS | {
    "SNAPSHOT_DIR": SCRATCH / "snapshots",
    "MODEL_DIR": SCRATCH / "models",
    "EMBEDDER": {"BACKEND": "chatbots.embedders.hashing.HashingEmbedder"},
    "VECTOR_STORE": {"BACKEND": "flat"},
    "LLM": {"BACKEND": ""},
}
