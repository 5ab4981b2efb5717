"""What holds while anything is broken, and after it: tried in the same way for every fault."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from tests.flows.site import SAVE_LIMIT, SECONDS_TO_CONVERGE, Editor, Saved, Site, Web, until

#: What is asked of each bot about pages that nobody edits meanwhile, and what stands there.
KNOWN = {
    "guide": ("Hvor mange parkeringspladser er der bag huset?", "42 parkeringspladser"),
    "health": ("Hvornår smitter skoldkopper?", "to dage før udslættet"),
}
#: What is asked about the page that is edited.
EDITED = "Hvornår skal hoste undersøges af lægen?"
#: Saves until a full database has no corner left.
MOST_SAVES = 100


@dataclass(frozen=True)
class Sign:
    """How a fault is known: what `index_status` says of it, what the admin's front page does, and a Save if refused."""

    in_terminal: str
    in_admin: str
    refusal: str = ""


@contextmanager
def trial(
    live: Site, editor: Editor, servers: Sequence[Web], fault: AbstractContextManager[None], sign: Sign
) -> Iterator[None]:
    """Try what holds while `fault` lasts; yield within it; then try that all converges without anybody's help."""
    with fault:
        saved, old, new = _save(editor, sign)
        for server in servers:
            answers_as_ever(server)
            assert not server.ask("health", EDITED).says(old if saved.done else new), "what nobody sees on the page"
        _is_seen(live, editor, sign)
        yield
    if not saved.done:
        assert editor.replace("hoste", old, new).done
    for server in servers:
        until(lambda server=server: server.ask("health", EDITED).says(new), SECONDS_TO_CONVERGE, what=server.name)
        answers_as_ever(server)
    live.wait_until_healthy()


def answers_as_ever(server: Web, *, status: str = "answered") -> None:
    """Ask each bot what it has long known."""
    for bot, (question, fact) in KNOWN.items():
        answer = server.ask(bot, question)
        assert answer.status == status, answer.json
        assert answer.says(fact), answer.json


def _save(editor: Editor, sign: Sign) -> tuple[Saved, str, str]:
    """Edit a page in the admin, until it is refused where that is to be; the text is on the page, or in the form."""
    for _ in range(MOST_SAVES if sign.refusal else 1):
        saved, old, new = editor.count_up("hoste", "mere end ", " uger skal")
        assert saved.seconds <= SAVE_LIMIT
        if not saved.done:
            break
    if not sign.refusal:
        assert saved.done, saved.shown
        assert new in editor.fields("hoste")["body"]
    else:
        assert saved.response.status_code == 503
        assert sign.refusal in saved.shown
        assert new in saved.shown
        assert old in editor.fields("hoste")["body"], "the form can be opened, and nothing was half saved"
    return saved, old, new


def _is_seen(live: Site, editor: Editor, sign: Sign) -> None:
    until(lambda: sign.in_terminal in live.told("index_status")[1], SECONDS_TO_CONVERGE, what=sign.in_terminal)
    assert sign.in_admin in editor.status_page()
