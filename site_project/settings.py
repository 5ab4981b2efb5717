"""Settings. The only reader of the environment; every variable is optional (see README)."""

import contextlib
import os
import secrets
from pathlib import Path

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent

# The threads of torch and faiss wait for each other thousands of times a second. Left to themselves they spin while
# they wait; on a machine with more to do than cores (the worker indexes, a visitor asks), each then holds a core that
# another needs, and a question takes twenty times as long. Set here, before any library that reads it is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def _flag(name: str, *, default: bool = False) -> bool:
    return os.environ.get(name, str(default)).strip().lower() in {"1", "true", "yes", "on"}


def _words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in (os.environ.get(name) or default).split(",") if word.strip()]


def _secret_key(path: Path) -> str:
    """Return the key kept in `path`; make it once, so that every process of the site shares it."""
    if not path.exists():
        beside = path.with_name(f"{path.name}.{os.getpid()}")
        with open(beside, "w", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):
            os.link(beside, path)  # whole or not at all, and the first process wins
        beside.unlink()
    return path.read_text()


VEJVISER_DATA_DIR = Path(os.environ.get("VEJVISER_DATA_DIR") or BASE_DIR / "var").resolve()
VEJVISER_DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = _flag("DEBUG")
SECRET_KEY = os.environ.get("SECRET_KEY") or _secret_key(VEJVISER_DATA_DIR / "secret_key")
ALLOWED_HOSTS = _words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = _words("CSRF_TRUSTED_ORIGINS")
CSRF_COOKIE_AGE = None  # Gone when the browser closes. The chat's own pages set it, for their forms.

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_prose_editor",
    "simple_history",
    "content",
    "chatbots",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "site_project.middleware.CompressedPages",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "content.middleware.AddressLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "site_project.urls"
ASGI_APPLICATION = "site_project.asgi.application"
WSGI_APPLICATION = "site_project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "content.context_processors.site",
            ],
        },
    },
]

# ── Database ────────────────────────────────────────────────────────────────────────────────────
if DATABASE_URL := os.environ.get("DATABASE_URL"):
    DATABASES = {"default": dj_database_url.parse(DATABASE_URL)}
else:
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": VEJVISER_DATA_DIR / "db.sqlite3"}}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # WAL lets visitors read while an editor writes. IMMEDIATE takes the write lock at BEGIN, where
    # SQLite waits for it; a lock taken later, in mid-transaction, fails at once. The wait leaves half
    # of the two seconds that a Save may take to the Save itself, on a machine that is busy.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 1.0,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;",
    }
# One request after another uses a connection, and tests one that may be broken. Idle ones are closed: see threads.py.
DATABASES["default"] |= {"CONN_MAX_AGE": 5, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ── Languages ───────────────────────────────────────────────────────────────────────────────────
LANGUAGE_CODE = "da"
LANGUAGES = [("da", _("Dansk")), ("en", _("Engelsk"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
# What staff choose in the admin. Nowhere else is there a choice to remember: the address of a page names its language.
LANGUAGE_COOKIE_PATH = "/admin/"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
FORMAT_MODULE_PATH = "site_project.formats"
TIME_ZONE = "Europe/Copenhagen"
USE_I18N = True
USE_TZ = True

# ── Static files: served by the ASGI process itself, as they were gathered, else from the source folders ──
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VEJVISER_DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns in every process when it is not there
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "site_project.static_files.VersionedStaticFiles"},
}
# Other sites read what chatbots.partners gives them, and nothing else.
WHITENOISE_ALLOW_ALL_ORIGINS = False

# ── Security ────────────────────────────────────────────────────────────────────────────────────
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
# Proxies of our own in front of the site. With none, the server's word on where a request comes from, and how, stands.
TRUSTED_PROXIES = int(os.environ.get("TRUSTED_PROXIES") or 0)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Visitors come by https: cookies go no other way, and browsers are told to remember it.
HTTPS = _flag("HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 30 * 24 * 60 * 60 if HTTPS else 0
X_FRAME_OPTIONS = "DENY"
LOGIN_URL = "admin:login"

# ── API ─────────────────────────────────────────────────────────────────────────────────────────
REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "EXCEPTION_HANDLER": "chatbots.api.problems.problem_details",
    "UNAUTHENTICATED_USER": None,
    "NUM_PROXIES": TRUSTED_PROXIES,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Vejviser",
    "DESCRIPTION": "Chat with the guide and the health bot of this site.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# ── Celery ──────────────────────────────────────────────────────────────────────────────────────
# `make run` starts a broker of its own when no address is given.
REDIS_URL = os.environ.get("REDIS_URL", "")
CELERY_BROKER_URL = REDIS_URL or "redis://127.0.0.1:6379/0"
# A broker that accepts and never answers must not hold an editor's Save: one second, no retry. Without
# max_retries, kombu sleeps two seconds after a refused connection and tries again.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 1.0,
    "socket_connect_timeout": 1.0,
    "max_retries": 0,
    "visibility_timeout": 600,
}
CELERY_BROKER_CONNECTION_TIMEOUT = 1.0
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(VEJVISER_DATA_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "chatbots.tasks.sweep", "schedule": 30.0, "options": {"expires": 25}},
}

# ── The site: facts that stand on every page ────────────────────────────────────────────────────
SITE_NAME = _("Sundhedscenter Åvang")
SITE_PHONE = "62 00 40 00"
SITE_EMAIL = "kontakt@aavang-sundhedscenter.example"
SITE_ADDRESS = "Møllegade 12, 5970 Åvang"
# The numbers of the emergency box, beside 112: the out-of-hours doctor, Giftlinjen and Livslinien.
SITE_OUT_OF_HOURS_PHONE = "70 11 07 07"
SITE_POISON_PHONE = "82 12 12 12"
SITE_CRISIS_PHONE = "70 201 201"
# What most visitors come for: the pages (slug and icon) that the front page begins with, by language.
SITE_TASKS = {
    "da": {"aabningstider": "clock", "bestil-tid": "calendar", "afbud": "calendar-off", "find-vej": "pin"},
    "en": {"opening-hours": "clock", "book-an-appointment": "calendar", "find-your-way": "pin", "contact": "phone"},
}
# The pages that the bottom of every page leads to, by language.
SITE_FOOTER_PAGES = {
    "da": ["kontakt", "akut-hjaelp", "dine-data", "klage", "tilgaengelighed"],
    "en": ["contact", "emergency-help", "accessibility"],
}
# Templates that other apps add to every page, just before </body>. They see `page` (or None) and `request`.
SITE_BODY_END_TEMPLATES = ["chatbots/widget.html"]
# Templates that other apps add below the text of a page. They see the same.
SITE_PAGE_END_TEMPLATES = ["page_feedback/ask.html"]
# Where a visitor can ask a question, by language; {} when nobody answers.
SITE_ASK_PATHS = {"da": "/chat/guide/", "en": "/en/chat/guide/"}
# Where a visitor can search the site, by language; {} when nobody finds.
SITE_SEARCH_PATHS = {"da": "/soeg/", "en": "/en/search/"}

# ── Vejviser ────────────────────────────────────────────────────────────────────────────────────
CHATBOTS = {
    "SNAPSHOT_DIR": VEJVISER_DATA_DIR / "snapshots",
    "MODEL_DIR": VEJVISER_DATA_DIR / "models",
    "EMBEDDER": {
        "BACKEND": "chatbots.embedders.sentence_transformers.SentenceTransformersEmbedder",
        # A name on the model hub, a folder, or "" for the model that `prepare_model` prepared.
        "MODEL": os.environ.get("EMBEDDING_MODEL", ""),
    },
    # "flat", "pgvector" (with PostgreSQL as the database), or a class by its dotted path.
    "VECTOR_STORE": {"BACKEND": os.environ.get("VECTOR_STORE") or "flat"},
    # The region of the demo site's visitors; see chatbots.conf.
    "SAFETY": {"REGION": "syddanmark", "CHECK_MONTHS": 6},
    # "" for none, "openai", "transformers", or a class by its dotted path. Each takes what it needs of the rest.
    "LLM": {
        "BACKEND": os.environ.get("LLM_BACKEND", ""),
        "BASE_URL": os.environ.get("LLM_BASE_URL", ""),
        "MODEL": os.environ.get("LLM_MODEL", ""),
        "API_KEY": os.environ.get("LLM_API_KEY", ""),
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"without_tokens": {"()": "site_project.logs.WithoutTokens"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_tokens"]},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "chatbots": {"level": "INFO"},
        "content": {"level": "INFO"},
        # A line for each request, with the visitor's address and the illness that the page is about: not for a file.
        "uvicorn.access": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
    },
}
