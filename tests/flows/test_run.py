"""`make run`, as a newcomer runs it: everything starts, heals, and stops, on this machine's real parts."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from redis import Redis

from site_project.run import processes

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.flow, pytest.mark.model]


def children(pid: int) -> dict[int, str]:
    """Return the command lines of all processes below `pid`."""
    parents: dict[int, tuple[int, str]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError, ValueError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            parents[int(folder.name)] = (parent, (folder / "cmdline").read_text().replace("\0", " "))
    found: dict[int, str] = {}
    fresh = {pid}
    while fresh:
        fresh = {child for child, (parent, _) in parents.items() if parent in fresh and child not in found}
        found |= {child: parents[child][1] for child in fresh}
    return found


def until(true: Callable[[], object], seconds: float) -> object:
    """Wait for `true` to return something true, and return that; fail after `seconds`."""
    end = time.monotonic() + seconds
    while not (value := true()):
        assert time.monotonic() < end, f"still not so after {seconds} s"
        time.sleep(0.1)
    return value


class Site:
    """A site that `python -m site_project.run` runs in a data folder of its own."""

    def __init__(self, data: Path, **environment: str) -> None:
        self.port = processes.free_port()
        self.log = data / "run.txt"
        self.began = time.monotonic()
        inherited = {name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "DATABASE_URL")}
        inherited |= {"VEJVISER_DATA_DIR": str(data), "DJANGO_SETTINGS_MODULE": "site_project.settings"}
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "site_project.run", "--port", str(self.port)],
                cwd=ROOT,
                env=inherited | environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.log.read_text()

    def ready(self, seconds: float) -> str:
        """Wait for the welcome and return what was said until then."""

        def welcomed() -> bool:
            assert self.process.poll() is None, self.said()
            return "Ctrl-C stops everything." in self.said()

        until(welcomed, seconds)
        return self.said()

    def pid(self, part: str) -> int | None:
        return next((pid for pid, line in children(self.process.pid).items() if part in line), None)

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def ask(self, bot: str, message: str) -> dict[str, object]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1/chat/{bot}/",
            data=json.dumps({"message": message}).encode(),
            headers={"Content-Type": "application/json", "Accept": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)

    def limits(self) -> bool:
        """Tell whether one who names another address with each request is asked to wait like anybody else."""
        for number in range(1, 40):
            request = urllib.request.Request(
                f"http://127.0.0.1:{self.port}/api/v1/chat/guide/",
                data=b"no question",
                headers={"Content-Type": "application/json", "X-Forwarded-For": f"192.0.2.{number}"},
            )
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(request, timeout=30)
            if refused.value.code == 429:
                return True
        return False

    def end(self, number: int) -> float:
        """Send the signal and return the seconds until the runner has ended."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(timeout=60)
        return time.monotonic() - began


@pytest.fixture(scope="module")
def data(prepared_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with the model in it and nothing else, as after `prepare_model`."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "models").mkdir()
    shutil.copytree(prepared_model, folder / "models" / prepared_model.name, copy_function=os.link)
    return folder


@pytest.fixture
def site(data: Path) -> Iterator[Callable[..., Site]]:
    started: list[Site] = []

    def start(**environment: str) -> Site:
        started.append(Site(data, **environment))
        return started[-1]

    yield start
    for one in started:
        for pid in (*children(one.process.pid), one.process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        one.process.wait()


@pytest.fixture(scope="module")
def few_pages(data: Path) -> None:
    """Let the site have a handful of pages: what is tested is the runner and not the indexing of a hundred."""
    chosen = data / "content"
    for path in (ROOT / "content" / "demo").rglob("*.md"):
        if path.stem in ("hoste", "influenza", "aabningstider", "parkering"):
            target = chosen / path.relative_to(ROOT / "content" / "demo")
            target.parent.mkdir(parents=True, exist_ok=True)
            text = re.sub(r"^(parent|translation_of|topic):.*\n", "", path.read_text(), flags=re.MULTILINE)
            target.write_text(text)
    environment = os.environ | {
        "VEJVISER_DATA_DIR": str(data),
        "DJANGO_SETTINGS_MODULE": "site_project.settings",
        "REDIS_URL": "memory://localhost/",
    }
    for command in (["migrate", "-v0"], ["import_content", str(chosen)]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)


def test_the_site_starts_heals_and_stops_with_nothing_left(
    site: Callable[..., Site], few_pages: None, data: Path
) -> None:
    first = site()
    said = first.ready(240)
    assert f"http://127.0.0.1:{first.port}/" in said
    password = re.search(r"admin / (\S+) ", said)
    assert password and len(password[1]) >= 12
    assert first.get("/readyz")[0] == 200
    answer = first.ask("health", "Hvad kan jeg selv gøre mod hoste?")
    assert answer["status"] in ("answered", "partial")
    assert "/hoste/" in json.dumps(answer["sources"])

    for part in ("celery -A site_project worker", "celery -A site_project beat", "valkey-server", "uvicorn"):
        pid = until(lambda part=part: first.pid(part), 10)
        os.kill(pid, signal.SIGKILL)
        until(lambda part=part, pid=pid: first.pid(part) not in (None, pid), 20)
    until(lambda: _status(first) == 200, 90)
    assert first.ask("guide", "Hvornår har I åbent?")["status"] in ("answered", "partial")

    assert first.limits()
    assert "/api/v1/" not in (data / "log" / "web.log").read_text(), "the log tells who asked, or read, what"

    everyone = children(first.process.pid)
    assert len(everyone) >= 5
    assert first.end(signal.SIGINT) < 30
    assert first.process.returncode == 0
    assert not [line for pid, line in everyone.items() if Path(f"/proc/{pid}").exists()]
    assert "Everything is stopped." in first.said()

    second = site()
    said = second.ready(60)
    seconds = time.monotonic() - second.began
    assert "shown this once" not in said
    assert password[1] not in said
    assert "pages are there" in said
    assert seconds < 45, f"the second start took {seconds:.0f} s"
    everyone = children(second.process.pid)
    second.end(signal.SIGTERM)
    assert not [line for pid, line in everyone.items() if Path(f"/proc/{pid}").exists()]


def _status(one: Site) -> int:
    try:
        return one.get("/readyz")[0]
    except OSError:
        return 0


def test_a_runner_that_is_killed_takes_its_processes_along(site: Callable[..., Site], few_pages: None) -> None:
    one = site()
    one.ready(240)
    everyone = children(one.process.pid)
    assert len(everyone) >= 5
    one.process.kill()
    one.process.wait()
    until(lambda: not [pid for pid in everyone if Path(f"/proc/{pid}").exists()], 30)


def test_a_taken_port_is_an_error_with_advice(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "site_project.run", "--port", str(port)],
            cwd=ROOT,
            env=os.environ | {"VEJVISER_DATA_DIR": str(data)},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stderr
    assert f"make run PORT={port + 1}" in done.stderr


def test_a_given_broker_is_used_and_none_is_started(
    site: Callable[..., Site], few_pages: None, data: Path, tmp_path: Path
) -> None:
    port = processes.free_port()
    broker = subprocess.Popen(processes.broker(port, tmp_path).command, stdout=subprocess.DEVNULL)
    try:
        # The site is there for another host than this machine: the runner must not wait for an answer in vain.
        one = site(REDIS_URL=f"redis://127.0.0.1:{port}/0", ALLOWED_HOSTS="vejviser.example")
        assert "and broker" not in one.ready(240)
        assert one.get("/")[0] == 400
        assert one.pid("valkey-server") is None
        with Redis(port=port) as client:
            until(lambda: len(client.client_list()) > 1, 30)
        one.end(signal.SIGINT)
    finally:
        broker.kill()
        broker.wait()


@pytest.mark.parametrize("folder", ["plain", "with space", "100%", "it's", 'a"b', "æøå"])
def test_the_process_manager_reads_what_is_written_for_it_whatever_the_folder(tmp_path: Path, folder: str) -> None:
    from supervisor.options import ServerOptions

    data = tmp_path / folder
    programs = (processes.broker(6379, data), *processes.site(8000))
    options = ServerOptions()
    options.realize(["-c", str(processes.write_configuration(programs, ROOT, data))])
    configured = {config.name: config for group in options.process_group_configs for config in group.process_configs}
    assert set(configured) == {"broker", "worker", "beat", "web"}
    assert tuple(shlex.split(configured["broker"].command)) == programs[0].command
    assert configured["web"].stdout_logfile == str(data / "log" / "web.log")
