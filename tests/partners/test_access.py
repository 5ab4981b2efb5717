"""Who may ask from another site, and what a browser lets its pages read."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from chatbots.models import Conversation, Feedback, Partner
from tests.api.scripted import ScriptedPipeline
from tests.partners.conftest import ELSEWHERE, ORIGIN, Send

pytestmark = pytest.mark.django_db


def may_read(response: Any) -> str | None:
    """Return the origin whose pages the browser lets read the response."""
    assert "Access-Control-Allow-Credentials" not in response
    return response.get("Access-Control-Allow-Origin")


def test_a_partners_page_gets_an_answer_that_only_it_may_read(ask: Send, pipeline: ScriptedPipeline) -> None:
    response = ask()
    assert response.status_code == 200
    assert response.json()["status"] == "answered"
    assert may_read(response) == ORIGIN
    assert "Origin" in response["Vary"]
    assert not response.cookies
    assert pipeline.question.page is None


def test_a_partners_page_may_read_a_stream(ask: Send, pipeline: ScriptedPipeline) -> None:
    response = ask(accept="text/event-stream")
    assert may_read(response) == ORIGIN
    assert b"event: done" in b"".join(response.streaming_content)


@pytest.mark.parametrize(
    "origin", [ELSEWHERE, None, "null", f"{ORIGIN}:8443", f"{ORIGIN}.evil.example", "http://www.kommunen.example"]
)
def test_another_page_is_refused_with_the_key(ask: Send, pipeline: ScriptedPipeline, origin: str | None) -> None:
    response = ask(origin=origin)
    assert response.status_code == 403
    assert response.json()["type"] == "urn:vejviser:problem:not-a-partner"
    assert may_read(response) is None
    assert pipeline.asked == []


def test_a_partners_key_does_not_work_on_another_partners_page(ask: Send, pipeline: ScriptedPipeline) -> None:
    Partner.objects.create(name="Regionen", origins=ELSEWHERE)
    assert ask(origin=ELSEWHERE).status_code == 403
    assert pipeline.asked == []


def test_a_partner_that_is_switched_off_is_refused_at_once(
    ask: Send, partner: Partner, pipeline: ScriptedPipeline
) -> None:
    assert ask().status_code == 200
    Partner.objects.update(active=False)
    response = ask()
    assert response.status_code == 403
    assert may_read(response) is None


def test_a_change_of_the_list_works_at_once(ask: Send, partner: Partner, pipeline: ScriptedPipeline) -> None:
    partner.origins = ELSEWHERE
    partner.save()
    assert ask().status_code == 403
    assert ask(origin=ELSEWHERE).status_code == 200


def test_a_bot_that_the_partner_does_not_have_is_refused_in_words(
    ask: Send, partner: Partner, pipeline: ScriptedPipeline
) -> None:
    partner.bots = ["guide"]
    partner.save()
    assert ask(bot="guide").status_code == 200
    response = ask(bot="health")
    assert response.status_code == 403
    assert response.json()["detail"] == "Den robot kan ikke spørges her på siden. Find den på vores egen hjemmeside."
    assert may_read(response) == ORIGIN
    assert len(pipeline.asked) == 1


def test_what_a_visitor_does_wrong_can_be_read(ask: Send, pipeline: ScriptedPipeline) -> None:
    for response, status in ((ask(message=""), 400), (ask(bot="nobody"), 404), (ask(conversation="x"), 404)):
        assert response.status_code == status
        assert may_read(response) == ORIGIN


def test_feedback_and_forgetting_work_from_a_partners_page(
    ask: Send, client: Client, partner: Partner, pipeline: ScriptedPipeline
) -> None:
    answer = ask().json()
    base = f"/api/partners/{partner.key}/v1/chat"
    said = client.post(
        f"{base}/answers/{answer['id']}/feedback/",
        {"helpful": True},
        content_type="application/json",
        headers={"origin": ORIGIN},
    )
    assert (said.status_code, may_read(said)) == (200, ORIGIN)
    assert Feedback.objects.get().helpful
    path = f"{base}/conversations/{answer['conversation']}/"
    assert client.delete(path, headers={"origin": ELSEWHERE}).status_code == 403
    assert Conversation.objects.count() == 1
    gone = client.delete(path, headers={"origin": ORIGIN})
    assert (gone.status_code, may_read(gone)) == (204, ORIGIN)
    assert Conversation.objects.count() == 0


@pytest.mark.parametrize("odd_key", ["%00", "a%00b", "æ", "x" * 3000, "..", "' OR 1=1"])
def test_an_odd_key_is_nobodys(client: Client, partner: Partner, odd_key: str) -> None:
    for method in (client.get, client.options):
        response = method(f"/api/partners/{odd_key}/parts/", headers={"origin": ORIGIN})
        assert response.status_code in {403, 404, 405}
        assert may_read(response) is None


# ── Preflights ───────────────────────────────────────────────────────────────────────────────────


def test_a_preflight_is_answered_for_the_partner_alone(client: Client, partner: Partner) -> None:
    path = f"/api/partners/{partner.key}/v1/chat/guide/"
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    response = client.options(path, headers=asked | {"origin": ORIGIN})
    assert response.status_code == 204
    assert may_read(response) == ORIGIN
    assert "POST" in response["Access-Control-Allow-Methods"]
    assert "Content-Type" in response["Access-Control-Allow-Headers"]
    assert "Origin" in response["Vary"]
    for headers, where in (({"origin": ELSEWHERE}, path), ({}, path), ({"origin": ORIGIN}, path.replace("key", "kee"))):
        response = client.options(where, headers=asked | headers)
        assert response.status_code == 403
        assert may_read(response) is None
        assert "Access-Control-Allow-Methods" not in response


@pytest.mark.parametrize(
    "path",
    ["/api/v1/bots/", "/api/v1/chat/guide/", "/chat/guide/", "/static/site/site.css", "/static/chat/api.js", "/"],
)
def test_nothing_else_of_the_site_can_be_read_from_a_partners_page(client: Client, partner: Partner, path: str) -> None:
    for method in (client.get, client.options):
        assert may_read(method(path, headers={"origin": ORIGIN})) is None


# ── The script and the parts ─────────────────────────────────────────────────────────────────────


def test_the_script_leads_to_files_that_may_be_kept_for_good(client: Client, partner: Partner) -> None:
    script = client.get("/widget.js", headers={"origin": ORIGIN})
    assert script["Content-Type"].startswith("text/javascript")
    assert script["Cache-Control"] == "public, max-age=600"
    assert may_read(script) == ORIGIN
    again = client.get("/widget.js", headers={"origin": ORIGIN, "if-none-match": script["ETag"]})
    assert (again.status_code, may_read(again)) == (304, ORIGIN)
    entry = script.content.decode().split('"')[1]
    file = client.get(entry, headers={"origin": ORIGIN, "accept-encoding": "gzip"})
    assert file.status_code == 200
    assert set(file["Cache-Control"].split(", ")) == {"public", "max-age=31536000", "immutable"}
    assert file["Content-Encoding"] == "gzip"
    assert {"Origin", "Accept-Encoding"} <= set(file["Vary"].split(", "))
    assert may_read(file) == ORIGIN
    plain = client.get(entry, headers={"origin": ORIGIN})
    assert b"customElements" in plain.content
    assert "Content-Encoding" not in plain


def test_an_old_address_of_a_file_works_for_a_minute(client: Client, partner: Partner) -> None:
    file = client.get("/api/partners/files/0123456789abcdef/partner/define.js", headers={"origin": ORIGIN})
    assert file.status_code == 200
    assert "immutable" not in file["Cache-Control"]


@pytest.mark.parametrize("name", ["nothing.js", "icons.svg", "../site/site.css", "../../manage.py", "partner"])
def test_no_other_file_lies_there(client: Client, partner: Partner, name: str) -> None:
    assert client.get(f"/api/partners/files/x/{name}", headers={"origin": ORIGIN}).status_code == 404


def test_the_script_cannot_be_loaded_by_pages_of_others(client: Client, partner: Partner) -> None:
    entry = client.get("/widget.js").content.decode().split('"')[1]
    for path in ("/widget.js", entry):
        response = client.get(path, headers={"origin": ELSEWHERE})
        assert may_read(response) is None
        assert "Origin" in response["Vary"]


def test_the_parts_are_those_of_the_partners_bots_in_the_language_asked_for(client: Client, partner: Partner) -> None:
    partner.bots = ["guide"]
    partner.save()
    path = f"/api/partners/{partner.key}/parts/"
    danish, english = (
        client.get(path, {"language": language}, headers={"origin": ORIGIN}).content.decode()
        for language in ("da", "en")
    )
    assert "Spørg Vejviseren" in danish
    assert 'data-part="welcome-guide"' in danish
    assert 'data-part="welcome-health"' not in danish
    assert "Find Sundhedsrobotten hos Sundhedscenter Åvang" in danish
    assert 'href="/en/chat/guide/"' in english
    for html in (danish, english):
        assert "csrf" not in html
        assert "<use" not in html
        assert "<script" not in html
        assert " style=" not in html


def test_on_a_partners_page_nothing_is_said_to_be_kept_of_that_page(client: Client, partner: Partner) -> None:
    parts = client.get(f"/api/partners/{partner.key}/parts/", headers={"origin": ORIGIN}).content.decode()
    own = client.get("/").content.decode()
    assert "svarene bliver gemt i højst 24 timer" in parts
    assert "den side, du stod på" not in parts
    assert "svarene og den side, du stod på, bliver gemt i højst 24 timer" in own


def test_the_parts_are_given_to_the_partners_pages_alone(client: Client, partner: Partner) -> None:
    path = f"/api/partners/{partner.key}/parts/"
    given = client.get(path, headers={"origin": ORIGIN})
    assert (given.status_code, may_read(given), given["Cache-Control"]) == (200, ORIGIN, "public, max-age=300")
    assert not given.cookies
    refused = client.get(path, headers={"origin": ELSEWHERE})
    assert (refused.status_code, may_read(refused), refused["Cache-Control"]) == (403, None, "no-store")
