"""What editors do reaches the bots within seconds, in every web process, and nothing else does."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.flows.site import SECONDS_TO_ANSWER, Editor, Site, Web, until

pytestmark = [pytest.mark.flow, pytest.mark.model]


def test_a_changed_number_is_in_the_answers_of_every_web_process_within_seconds_and_the_old_one_is_gone(
    live: Site, web: Web, other: Web, editor: Editor
) -> None:
    question = "Hvor længe kan rester stå i køleskabet?"
    saved, old, new = editor.count_up("madhygiejne-derhjemme", "kan stå ", " dage")
    assert saved.done

    for server in (web, other):

        def knows(server: Web = server) -> bool:
            answer = server.ask("health", question)
            assert not answer.says(old), "the old text was quoted after it was changed"
            return answer.says(new)

        until(knows, SECONDS_TO_ANSWER)
    source = other.ask("health", question).json["sources"][0]
    assert source["url"] == "/sundhed/madhygiejne-derhjemme/#rester-i-koeleskabet"
    assert 'id="rester-i-koeleskabet"' in other.get("/sundhed/madhygiejne-derhjemme/").text


def test_a_new_title_reaches_both_bots(live: Site, web: Web, other: Web, editor: Editor) -> None:
    assert editor.replace("skoldkopper", "Skoldkopper", "Varicella", field="title").done

    def titles(bot: str) -> list[str]:
        answer = other.ask(bot, "Hvordan ser skoldkopper ud?").json  # The guide hands it over, and names the page.
        named = [*answer["sources"], *answer["suggestions"]]
        return [page["title"] for page in named if "/skoldkopper/" in page["url"]]

    for bot in ("guide", "health"):
        until(lambda bot=bot: "Varicella" in titles(bot), SECONDS_TO_ANSWER)
        assert "Skoldkopper" not in titles(bot)


def test_a_new_body_reaches_the_health_bot_alone(live: Site, web: Web, editor: Editor) -> None:
    before = live.generations()
    saved, _, new = editor.count_up("flaatbid", "bidstedet i ", " dage")
    assert saved.done
    until(lambda: web.ask("health", "Hvor længe skal jeg holde øje med bidstedet?").says(new), SECONDS_TO_ANSWER)
    assert live.generation("guide") == before["guide"]
    assert live.generation("health") > before["health"]


def test_a_save_that_changes_nothing_publishes_nothing(live: Site, editor: Editor) -> None:
    before = live.generations()
    versions = live.query("SELECT count(*) FROM content_historicalpage")
    for slug in ("aabningstider", "hoste"):
        assert editor.save(slug).done
    assert live.query("SELECT count(*) FROM content_historicalpage") == versions
    live.run("for page in Page.objects.all(): page.save()")
    live.sweep()
    assert editor.count_up("priser", "koster ", " kr. for tre")[0].done
    until(lambda: live.generation("guide") > before["guide"], SECONDS_TO_ANSWER)
    live.wait_until_current()
    # The worker does one thing after another, so all that came before the last change has been done.
    assert live.generation("guide") == f"{int(before['guide']) + 1:08d}"
    assert live.generation("health") == before["health"]


def test_a_page_that_is_taken_down_is_not_in_the_very_next_answer_though_no_worker_runs(
    live: Site, web: Web, other: Web, editor: Editor
) -> None:
    question = "Hvad koster madpakkekurset?"
    assert web.ask("guide", question).cites("priser")
    with live.worker_paused():
        for status in ("draft", "archived"):
            assert editor.save("priser", status=status).done
            for server in (web, other):
                answer = server.ask("guide", question)
                assert not answer.cites("priser")
                assert not answer.says("kr. for hver deltager")
            assert editor.save("priser", status="published").done
            assert other.ask("guide", question).says("kr. for hver deltager"), "what is as it was may be quoted"


def test_a_page_that_is_deleted_is_not_in_the_very_next_answer_though_no_worker_runs(
    live: Site, web: Web, other: Web, editor: Editor
) -> None:
    question = "Hvad gør jeg ved et bistik?"
    live.run(
        "Page.objects.create(kind='health', title='Bistik', slug='bistik', language='da', status='published', "
        "summary='Et bistik gør ondt.', questions=['Hvad gør jeg ved et bistik?'], "
        "body='<h2>Hjælp mod bistik</h2><p>Læg is på et bistik i 17 minutter.</p>')"
    )
    until(lambda: other.ask("health", question).says("17 minutter"), SECONDS_TO_ANSWER)
    with live.worker_paused():
        editor.delete("bistik")
        for server in (web, other):
            for bot in ("health", "guide"):
                answer = server.ask(bot, question)
                assert not answer.cites("bistik")
                assert not answer.says("17 minutter")
    live.sweep()
    until(live.verified, SECONDS_TO_ANSWER)


def test_an_expired_page_leaves_the_answers_by_itself(live: Site, web: Web, editor: Editor) -> None:
    question = "Hvor mange parkeringspladser er der bag huset?"
    assert web.ask("guide", question).says("42 parkeringspladser")
    with live.worker_paused():
        at = (datetime.now(UTC) + timedelta(seconds=3)).timestamp()
        live.run(
            "from datetime import UTC, datetime\n"
            f"Page.objects.filter(slug='find-vej').update(expire_at=datetime.fromtimestamp({at}, UTC))"
        )
        time.sleep(max(0.0, at - time.time()))
        answer = web.ask("guide", question)
        assert not answer.cites("find-vej")
        assert not answer.says("42 parkeringspladser")
        assert web.get("/find-vej/").status_code == 404
    live.sweep()
    until(
        lambda: not live.query(_CHUNKS_OF, "find-vej")[0][0], SECONDS_TO_ANSWER, what="the expired page has no chunks"
    )
    live.run("Page.objects.filter(slug='find-vej').update(expire_at=None)")
    live.sweep()
    until(lambda: web.ask("guide", question).says("42 parkeringspladser"), SECONDS_TO_ANSWER)


_CHUNKS_OF = "SELECT count(*) FROM chatbots_chunk JOIN content_page ON page_id = content_page.id WHERE slug = ?"


def test_a_scheduled_page_comes_with_the_sweep_that_beat_sends(live: Site, web: Web) -> None:
    question = "Hvad hedder sundhedscentrets nye kogebog?"
    at = time.time() + 4
    live.run(
        "from datetime import UTC, datetime\n"
        "Page.objects.create(kind='page', title='Kogebogen', slug='kogebogen', language='da', status='published', "
        f"publish_at=datetime.fromtimestamp({at}, UTC), summary='Vores nye kogebog.', "
        "questions=['Hvad hedder sundhedscentrets nye kogebog?'], "
        "body='<h2>Kogebogens navn</h2><p>Sundhedscentrets nye kogebog hedder Grøn Gryde.</p>')"
    )
    live.beat.start()
    try:
        while time.time() < at - 0.3:
            assert not web.ask("guide", question).says("Grøn Gryde")
            time.sleep(0.2)
        until(lambda: web.ask("guide", question).says("Grøn Gryde"), SECONDS_TO_ANSWER)
    finally:
        live.beat.stop()


def test_changes_that_no_signal_tells_of_come_with_the_sweep(live: Site, web: Web) -> None:
    live.run(
        "from django.db.models import F, Value\nfrom django.db.models.functions import Replace\n"
        "Page.objects.filter(slug='aabningstider')"
        ".update(body=Replace(F('body'), Value('kl. 8.00-16.00'), Value('kl. 8.00-17.00')))"
    )
    question = "Hvornår har receptionen åbent?"
    assert not web.ask("guide", question).says("kl. 8.00-16.00")
    live.sweep()
    until(lambda: web.ask("guide", question).says("kl. 8.00-17.00"), SECONDS_TO_ANSWER)


def test_a_thousand_saves_of_one_page_collapse_into_one_state_and_few_generations(live: Site, web: Web) -> None:
    before = int(live.generation("guide"))
    out = live.run(
        "import json, time\nfrom django.db import transaction\n"
        "page = Page.objects.get(slug='aabningstider')\nbody = page.body\nbegan = time.monotonic()\n"
        "for number in range(1000):\n"
        "    page.body = body.replace('kl. 9.00-14.00', f'kl. 9.00-14.00, lokal {number}')\n"
        "    page.save()\n"
        "print(json.dumps(time.monotonic() - began))"
    )
    seconds = json.loads(out)
    live.wait_until_current()
    until(lambda: web.ask("guide", "Hvornår er telefonen åben?").says("lokal 999"), SECONDS_TO_ANSWER)
    assert live.query(
        "SELECT bot, count(*) FROM chatbots_indexstate JOIN content_page ON page_id = content_page.id "
        "WHERE slug = 'aabningstider' GROUP BY bot"
    ) == [("guide", 1)]
    made = int(live.generation("guide")) - before
    assert made < 500, f"{made} generations for 1000 saves in {seconds:.1f} s"
    assert live.verified()


def test_a_web_server_keeps_its_connection_between_questions_and_lets_go_of_it_when_it_rests(
    live: Site, web: Web
) -> None:
    def held() -> bool:
        return live.folder / "db.sqlite3" in {Path(os.path.realpath(file)) for file in open_files(web.pid)}

    def asked_and_held() -> bool:
        web.ask("guide", "Hvornår har I åbent?")
        return held()

    until(asked_and_held, SECONDS_TO_ANSWER)
    assert web.get("/ingen-side/").status_code == 404
    until(lambda: not held(), SECONDS_TO_ANSWER)


def open_files(pid: int) -> list[Path]:
    """Return what a process has open."""
    return list(Path(f"/proc/{pid}/fd").iterdir())
