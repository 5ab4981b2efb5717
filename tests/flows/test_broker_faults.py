"""The broker is down, hangs or is restarted, the worker is killed: nothing is lost, and nobody waits for them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.flows.site import SAVE_LIMIT, SECONDS_TO_ANSWER, SECONDS_TO_CONVERGE, Editor, Site, Web, until

pytestmark = [pytest.mark.flow, pytest.mark.model]


@pytest.fixture
def clock(live: Site) -> Iterator[None]:
    """Let beat send its sweeps, as it does on a site."""
    live.beat.start()
    until(lambda: "beat: Starting" in live.beat.said(), 30)
    yield
    live.beat.stop()


@pytest.mark.parametrize("fault", ["broker_that_is_down", "broker_that_never_answers", "broker_that_is_frozen"])
def test_without_a_broker_pages_are_saved_and_answers_given_and_all_converges_when_it_is_back(
    live: Site, web: Web, other: Web, editor: Editor, clock: None, fault: str
) -> None:
    question = "Hvornår skal hoste undersøges af lægen?"
    with getattr(live, fault)():
        saved, old, new = editor.count_up("hoste", "mere end ", " uger skal")
        assert saved.done
        assert saved.seconds <= SAVE_LIMIT
        assert new in editor.fields("hoste")["body"]
        for server in (web, other):
            assert not server.ask("health", question).says(old)
            assert server.ask("guide", "Hvor mange parkeringspladser er der bag huset?").says("42 parkeringspladser")
        assert live.behind() == 1
        health = live.status()["health"]
        assert health["pages_behind"] == 1
        assert health["waiting_since"]
    for server in (web, other):
        until(lambda server=server: server.ask("health", question).says(new), SECONDS_TO_CONVERGE)
    assert live.status()["health"]["pages_behind"] == 0


def test_twenty_saves_in_a_row_do_not_each_wait_for_a_broker_that_hangs(live: Site, editor: Editor) -> None:
    def twenty_saves() -> list[float]:
        results = [editor.count_up("find-vej", "Bus ", " stopper")[0] for _ in range(20)]
        assert all(saved.done for saved in results)
        return [saved.seconds for saved in results]

    usual = twenty_saves()
    with live.broker_that_never_answers():
        slow = twenty_saves()
    assert max(slow) <= SAVE_LIMIT
    # One of them waits a second, or a few when all of it takes longer than the pause after a failure.
    assert sum(slow) < sum(usual) * 2 + 5, (usual, slow)
    live.sweep()
    live.wait_until_current()


def test_a_worker_killed_twice_among_two_hundred_edits_leaves_nothing_wrong(live: Site, other: Web) -> None:
    edits = live.python(
        "import re\n"
        "pages = list(Page.objects.exclude(body='').order_by('pk'))\n"
        "for number in range(200):\n"
        "    page = pages[number % len(pages)]\n"
        "    page.body = re.sub(r'<p>Rettelse [0-9]+.</p>', '', page.body) + f'<p>Rettelse {number}.</p>'\n"
        "    page.save()\n"
        "    print(number, flush=True)\n"
        "    input()\n"
    )
    assert edits.stdin and edits.stdout
    for line in edits.stdout:
        if int(line) in (50, 120):
            until(lambda: _began(live) > _done(live), SECONDS_TO_CONVERGE, what="the worker is at work")
            live.worker.kill()
        if int(line) in (60, 140):
            before = _done(live)
            live.worker.start()
            until(lambda: _done(live) > before, SECONDS_TO_CONVERGE, what="the new worker indexes")  # noqa: B023
        edits.stdin.write("\n")
        edits.stdin.flush()
    assert edits.wait() == 0
    live.sweep()
    live.wait_until_current()
    until(live.verified, SECONDS_TO_ANSWER)
    known = _corrections(live.query("SELECT text FROM chatbots_chunk"))
    assert known == _corrections(live.query("SELECT body FROM content_page"))
    assert max(known) == 199
    until(lambda: other.ask("health", "Hvordan fjerner jeg en flåt?").cites("flaatbid"), SECONDS_TO_ANSWER)


def _began(live: Site) -> int:
    return len(re.findall(r"Task chatbots\.\S+ received", live.worker.said()))


def _done(live: Site) -> int:
    return len(re.findall(r"Task chatbots\.\S+ succeeded", live.worker.said()))


def _corrections(texts: list[tuple[str]]) -> set[int]:
    return {int(number) for (text,) in texts for number in re.findall(r"Rettelse (\d+)\.", text)}
