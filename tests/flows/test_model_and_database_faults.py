"""The model is gone, or the database is locked: pages are served, texts are kept, and all converges afterwards."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack

import pytest

from tests.flows.site import SAVE_LIMIT, SECONDS_TO_CONVERGE, Editor, Site, Web, until

pytestmark = [pytest.mark.flow, pytest.mark.model]

ADVICE = "prepare_model"


def test_without_its_model_the_site_serves_saves_and_answers_and_says_what_is_missing(live: Site, web: Web) -> None:
    question = "Hvor lang tid før skal jeg senest melde afbud?"
    away = live.model.with_name("away")
    live.worker.stop()
    live.model.rename(away)
    live.worker.start()
    without = live.new_web("without-model", ready=False)
    editor = None
    try:
        until(lambda: without.answers("/healthz"), 60)
        assert without.get("/readyz").status_code == 503
        assert without.get("/afbud/").status_code == 200
        answer = without.ask("guide", question)
        assert answer.cites("afbud") or answer.status == "unavailable"

        editor = Editor(live, without)
        saved, old, new = editor.count_up("afbud", "senest ", " timer")
        assert saved.done
        assert saved.seconds <= SAVE_LIMIT
        assert new in editor.fields("afbud")["body"]
        assert new in without.get("/afbud/").text
        for server in (web, without):
            assert not server.ask("guide", question).says(old)
        # The web server that has the model in memory goes on as before.
        assert web.ask("health", "Hvornår smitter skoldkopper?").says("to dage før udslættet")

        live.sweep()
        guide = live.status()["guide"]
        assert guide["pages_behind"] >= 1
        assert ADVICE in guide["problem"] + guide["error"]
        assert ADVICE in live.manage("index_status").stdout
        assert ADVICE in editor.status_page()
        assert ADVICE in editor.shown("afbud")
        assert live.manage("reindex", "--verify", check=False).returncode == 1

        away.rename(live.model)
        live.manage("prepare_model")
        live.sweep()
        for server in (web, without):
            until(lambda server=server: server.ask("guide", question).says(new), SECONDS_TO_CONVERGE)
        without.wait_until_ready()
        until(lambda: not any(s["problem"] or s["error"] for s in live.status().values()), SECONDS_TO_CONVERGE)
        assert live.verified()
    finally:
        if away.is_symlink():
            away.rename(live.model)
        if editor is not None:
            editor.close()
        without.stop()


def test_a_locked_database_fails_a_save_in_time_with_the_text_in_the_form_and_stops_no_answer(
    live: Site, web: Web, editor: Editor
) -> None:
    fields = editor.fields("priser")
    new = fields | {"body": fields["body"].replace("75 kr.", "76 kr.")}
    with live.database_locked():
        saved = editor.post("priser", new)
        assert saved.seconds <= SAVE_LIMIT
        assert not saved.done
        assert saved.response.status_code == 503
        assert "76 kr." in saved.shown
        assert "Din tekst er ikke tabt" in saved.shown
        assert editor.fields("priser")["body"] == fields["body"], "the form can be opened, and nothing was half saved"
        answer = web.ask("guide", "Hvad koster madpakkekurset?")
        assert answer.says("75 kr.") or answer.status == "unavailable"
        assert web.get("/priser/").status_code == 200
    assert editor.post("priser", new).done
    until(lambda: web.ask("guide", "Hvad koster madpakkekurset?").says("76 kr."), SECONDS_TO_CONVERGE)


def test_a_save_waits_for_a_database_that_is_locked_for_a_moment(live: Site, web: Web, editor: Editor) -> None:
    fields = editor.fields("priser")
    locked = threading.Event()

    def lock() -> None:
        with live.database_locked():
            locked.set()
            time.sleep(0.6)

    thread = threading.Thread(target=lock)
    thread.start()
    locked.wait()
    saved = editor.post("priser", fields | {"summary": "Hvad det koster, og hvad der er gratis."})
    thread.join()
    assert saved.done
    assert saved.seconds <= SAVE_LIMIT
    live.wait_until_current()


def test_what_the_worker_could_not_write_comes_when_the_lock_is_gone(live: Site, web: Web, editor: Editor) -> None:
    with ExitStack() as lock:
        with live.worker_paused():
            saved, old, new = editor.count_up("find-vej", "Bus ", " stopper")
            assert saved.done
            lock.enter_context(live.database_locked())
        time.sleep(4)
        assert not web.ask("guide", "Hvilken bus stopper foran indgang A?").says(old)
    live.sweep()
    until(lambda: web.ask("guide", "Hvilken bus stopper foran indgang A?").says(new), SECONDS_TO_CONVERGE)
    assert live.verified()
    assert all(not status["failed_pages"] for status in live.status().values())
