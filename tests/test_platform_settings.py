"""The test settings keep their promises."""

import logging
import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model

from site_project import settings as site_settings
from site_project.logs import WithoutTokens


def test_nothing_a_test_writes_lands_in_the_data_folder_of_the_site() -> None:
    site = settings.VEJVISER_DATA_DIR
    for path in (settings.DATABASES["default"]["NAME"], *(settings.CHATBOTS[n] for n in ("SNAPSHOT_DIR", "MODEL_DIR"))):
        assert not Path(path).is_relative_to(site)


@pytest.mark.django_db
def test_the_database_works() -> None:
    user = get_user_model().objects.create_user("editor", password="hemmelig")
    assert user.check_password("hemmelig")


@pytest.fixture
def read_with(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Return a function that reads the site's settings with variables of the environment set."""

    def read(**environment: str) -> dict[str, Any]:
        for name, value in {"VEJVISER_DATA_DIR": str(tmp_path), **environment}.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(site_settings.__file__)

    return read


COOKIES = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE")


def test_with_https_cookies_go_no_other_way(read_with: Any) -> None:
    plain, https = read_with(), read_with(HTTPS="1")
    assert ([plain[name] for name in COOKIES], plain["SECURE_HSTS_SECONDS"]) == ([False] * 3, 0)
    assert ([https[name] for name in COOKIES], https["SECURE_HSTS_SECONDS"]) == ([True] * 3, 2_592_000)


def test_only_a_trusted_proxy_says_that_a_visitor_came_by_https(read_with: Any) -> None:
    assert "SECURE_PROXY_SSL_HEADER" not in read_with()
    behind = read_with(TRUSTED_PROXIES="1")
    assert behind["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    assert behind["REST_FRAMEWORK"]["NUM_PROXIES"] == 1


def test_no_token_of_a_conversation_comes_into_the_log() -> None:
    record = logging.LogRecord(
        "django.request", logging.ERROR, "", 0, "%s: %s", ("Fault", "/api/v1/chat/conversations/kQ9-x_2/"), None
    )
    assert WithoutTokens().filter(record)
    assert record.getMessage() == "Fault: /api/v1/chat/conversations/…/"


def test_an_empty_variable_is_as_good_as_none(read_with: Any) -> None:
    usual, empty = read_with(), read_with(ALLOWED_HOSTS="", DATABASE_URL="", SECRET_KEY="", VECTOR_STORE="", DEBUG="")
    for name in ("ALLOWED_HOSTS", "DATABASES", "SECRET_KEY", "CHATBOTS", "DEBUG"):
        assert empty[name] == usual[name], name


@pytest.mark.parametrize("folder", ["plain", "a#b", "a?b", "50%41", "æ ø"])
def test_the_database_lies_in_the_data_folder_whatever_its_name(read_with: Any, tmp_path: Path, folder: str) -> None:
    read = read_with(VEJVISER_DATA_DIR=str(tmp_path / folder))
    assert Path(read["DATABASES"]["default"]["NAME"]) == tmp_path / folder / "db.sqlite3"


def test_variables_of_the_environment_become_settings(read_with: Any) -> None:
    read = read_with(
        ALLOWED_HOSTS="a.example, b.example",
        CSRF_TRUSTED_ORIGINS="https://a.example",
        DATABASE_URL="postgres://u:p@db.example:5433/site",
        SECRET_KEY="s3cret",
        DEBUG="1",
        REDIS_URL="redis://r.example/1",
        EMBEDDING_MODEL="/models/e5",
        LLM_BACKEND="openai",
        LLM_BASE_URL="http://llm.example/v1",
        LLM_MODEL="m",
        LLM_API_KEY="k",
    )
    database = read["DATABASES"]["default"]
    assert read["ALLOWED_HOSTS"] == ["a.example", "b.example"]
    assert read["CSRF_TRUSTED_ORIGINS"] == ["https://a.example"]
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example", 5433, "site")
    assert (read["SECRET_KEY"], read["DEBUG"], read["CELERY_BROKER_URL"]) == ("s3cret", True, "redis://r.example/1")
    assert read["CHATBOTS"]["EMBEDDER"]["MODEL"] == "/models/e5"
    assert read["CHATBOTS"]["LLM"] == {
        "BACKEND": "openai",
        "BASE_URL": "http://llm.example/v1",
        "MODEL": "m",
        "API_KEY": "k",
    }


def test_nothing_but_the_settings_reads_a_variable() -> None:
    readers = {
        path.relative_to(site_settings.BASE_DIR).as_posix()
        for app in ("content", "chatbots", "site_project")
        for path in (site_settings.BASE_DIR / app).rglob("*.py")
        if re.search(r"os\.(environ(\[|\.get)|getenv)", path.read_text())
    }
    assert readers == {"site_project/settings.py"}
