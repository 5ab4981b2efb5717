"""The test settings keep their promises."""

import logging
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
