"""The API describes itself, and the description can be read in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.conftest import CHROMIUM


@pytest.fixture
def schema(client: Client) -> dict[str, Any]:
    return yaml.safe_load(client.get("/api/schema/").content)


def test_the_schema_is_valid_without_a_warning() -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file="/dev/null")


def test_the_schema_has_the_endpoints_of_the_contract_and_no_other(schema: dict[str, Any]) -> None:
    operations = {(method, path) for path, item in schema["paths"].items() for method in item}
    assert operations == {
        ("get", "/api/v1/bots/"),
        ("post", "/api/v1/chat/{bot}/"),
        ("post", "/api/v1/chat/answers/{answer_id}/feedback/"),
        ("delete", "/api/v1/chat/conversations/{token}/"),
    }


def test_a_question_is_answered_in_two_forms_and_refused_in_one(schema: dict[str, Any]) -> None:
    responses = schema["paths"]["/api/v1/chat/{bot}/"]["post"]["responses"]
    assert responses.pop("200")["content"].keys() == {"application/json", "text/event-stream"}
    assert {"400", "404", "413", "415", "429", "500", "503"} <= responses.keys()
    for response in responses.values():
        assert response["content"].keys() == {"application/problem+json"}


@pytest.fixture
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_docs_can_be_read_under_the_content_security_policy(browser: Browser, live_server: Any) -> None:
    page = browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    outside: list[str] = []
    page.on("request", lambda request: outside.append(request.url) if live_server.url not in request.url else None)
    response = page.goto(f"{live_server.url}/api/docs/")
    policy = response.headers["content-security-policy"]
    assert "script-src 'self';" in policy + ";"
    page.get_by_role("button", name="Ask a bot").click()
    expect(page.locator("tr.response[data-code='429']")).to_be_visible()
    assert complaints == []
    assert [url for url in outside if not url.startswith("data:")] == []
