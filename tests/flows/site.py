"""A whole site in a scratch folder, on real parts: broker, worker, clock and web servers, each a process of its own."""

from __future__ import annotations

import ctypes
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
import lxml.html
import yaml
from celery import Celery

from site_project.run import processes
from tests.flows.apps import BALLAST

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "content" / "demo"
#: The pages that the tests change.
CONTENT = Path(__file__).parent / "content"
LOGIN, PASSWORD = "redaktør", "kun til prøver"
#: Forms of the admin that stand on every page, beside the one that the page is about.
OTHER_FORMS = ("logout-form", "changelist-search", "languages")
#: Seconds that a test waits for a saved page to be in the answers. On a machine with nothing else to do it takes one.
SECONDS_TO_ANSWER = 30.0
#: Seconds that a Save may take, whatever is broken.
SAVE_LIMIT = 2.0
#: Seconds for everything to converge after a fault, a few sweeps and a worker's reconnection included.
SECONDS_TO_CONVERGE = 90.0

Value = TypeVar("Value")


def until(true: Callable[[], Value], seconds: float, *, what: str = "") -> Value:
    """Wait for `true` to return something true, and return that; fail after `seconds`."""
    end = time.monotonic() + seconds
    while not (value := true()):
        assert time.monotonic() < end, f"still not so after {seconds} s: {what or true}"
        time.sleep(0.05)
    return value


def _end_with_parent() -> None:
    """Ask Linux to end this process when the one that runs the tests is killed."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


class Process:
    """A command that runs in the background, in a process group of its own; its output goes to a log."""

    def __init__(self, name: str, command: tuple[str, ...], environment: dict[str, str], logs: Path) -> None:
        self.name = name
        self._command = command
        self._environment = environment
        self.log = logs / f"{name}.log"
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._running is not None, f"{self.name} does not run"
        return self._running.pid

    def start(self) -> None:
        assert self._running is None, f"{self.name} runs already"
        with self.log.open("ab") as out:
            self._running = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self._environment,
                stdout=out,
                stderr=out,
                process_group=0,
                preexec_fn=_end_with_parent,
            )

    def stop(self) -> None:
        """Ask the process to end, as its manager would; kill it if it does not."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the process as a crash does: it does nothing more."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Keep the process from doing anything; its connections and its port stay open."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def alive(self) -> bool:
        return self._running is not None and self._running.poll() is None

    def said(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def _end(self, number: signal.Signals) -> None:
        running, self._running = self._running, None
        if running is None:
            return
        if running.poll() is None:
            running.send_signal(number)
            running.send_signal(signal.SIGCONT)
        try:
            running.wait(timeout=15)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


class Web(Process):
    """A web server, and a visitor's way to ask it."""

    def __init__(self, name: str, environment: dict[str, str], logs: Path) -> None:
        self.port = processes.free_port()
        self.address = f"http://{processes.HOST}:{self.port}"
        command = (
            *(sys.executable, "-m", "uvicorn", "site_project.asgi:application"),
            *("--host", processes.HOST, "--port", str(self.port), "--log-level=warning"),
        )
        super().__init__(name, command, environment, logs)
        self._client = httpx.Client(base_url=self.address, timeout=30)

    def wait_until_ready(self, seconds: float = 180) -> None:
        until(lambda: self.answers("/readyz"), seconds, what=f"{self.name} is ready: {self.said()[-2000:]}")

    def answers(self, path: str) -> bool:
        """Tell whether a page can be had."""
        assert self.alive(), self.said()[-4000:]
        try:
            return self._client.get(path).status_code == 200
        except httpx.TransportError:
            return False

    def get(self, path: str) -> httpx.Response:
        return self._client.get(path)

    def ask(self, bot: str, message: str) -> Answer:
        response = self._client.post(f"/api/v1/chat/{bot}/", json={"message": message})
        assert response.status_code == 200, response.text
        return Answer(response.json())

    def stop(self) -> None:
        self._client.close()
        super().stop()


@dataclass(frozen=True)
class Answer:
    """What the API answered."""

    json: dict[str, Any]

    @property
    def status(self) -> str:
        return str(self.json["status"])

    def says(self, text: str) -> bool:
        """Tell whether the visitor is shown this text, in the answer or in what it is built on."""
        return text in self.json["text"] or any(text in source["excerpt"] for source in self.json["sources"])

    def cites(self, slug: str) -> bool:
        """Tell whether the answer mentions the page in any way: as a source, or as a page worth a look."""
        return any(f"/{slug}/" in entry["url"] for entry in [*self.json["sources"], *self.json["suggestions"]])


@dataclass(frozen=True)
class Saved:
    """What came of a click on Save, and how long it took."""

    response: httpx.Response
    seconds: float

    @property
    def done(self) -> bool:
        return self.response.status_code == 302

    @property
    def shown(self) -> str:
        """What the editor sees: the page's text as a person reads it, and what stands in its fields."""
        page = lxml.html.fromstring(self.response.text)
        fields = [str(value) for form in page.forms for _, value in form.form_values()]
        return "\n".join([page.text_content(), *fields])


class Editor:
    """An editor who works in the admin of one web server, with the admin's own forms."""

    def __init__(self, site: Site, web: Web) -> None:
        self._site = site
        self._client = httpx.Client(base_url=web.address, timeout=30)
        login = self._form(self._client.get("/admin/login/"))
        answer = self._client.post("/admin/login/", data=login | {"username": LOGIN, "password": PASSWORD})
        assert answer.status_code == 302, answer.text

    def close(self) -> None:
        self._client.close()

    def address(self, slug: str) -> str:
        """Return the address of a page's change form."""
        pk, kind = self._site.query("SELECT id, kind FROM content_page WHERE slug = ?", slug)[0]
        return f"/admin/content/{'healtharticle' if kind == 'health' else 'sitepage'}/{pk}/change/"

    def fields(self, slug: str) -> dict[str, str]:
        """Return what stands in the fields of a page's change form."""
        return self._form(self._client.get(self.address(slug)))

    def shown(self, slug: str) -> str:
        """Return the change form as the editor sees it."""
        return Saved(self._client.get(self.address(slug)), 0.0).shown

    def save(self, slug: str, **changes: str) -> Saved:
        """Open a page's change form, change some fields, and click Save."""
        return self.post(slug, self.fields(slug) | changes)

    def replace(self, slug: str, old: str, new: str, field: str = "body") -> Saved:
        """Open a page's change form, write `new` where `old` stands, and click Save."""
        fields = self.fields(slug)
        assert old in fields[field], fields[field]
        return self.post(slug, fields | {field: fields[field].replace(old, new)})

    def post(self, slug: str, fields: dict[str, str]) -> Saved:
        began = time.monotonic()
        response = self._client.post(self.address(slug), data=fields | {"_save": "Gem"})
        return Saved(response, time.monotonic() - began)

    def count_up(self, slug: str, before: str, after: str) -> tuple[Saved, str, str]:
        """Raise the number that stands between two texts of a page by one; return the old and the new text as well."""
        body = self.fields(slug)["body"]
        found = re.search(rf"{re.escape(before)}(\d+){re.escape(after)}", body)
        assert found, body
        old, new = found[0], f"{before}{int(found[1]) + 1}{after}"
        return self.replace(slug, old, new), old, new

    def delete(self, slug: str) -> None:
        address = self.address(slug).replace("/change/", "/delete/")
        form = self._form(self._client.get(address))
        assert self._client.post(address, data=form | {"post": "yes"}).status_code == 302

    def status_page(self) -> str:
        """Return what the admin's front page shows."""
        return Saved(self._client.get("/admin/"), 0.0).shown

    def _form(self, response: httpx.Response) -> dict[str, str]:
        """Return the fields of a page's form, with its CSRF token, as a browser would send them."""
        assert response.status_code == 200, response.text
        forms = lxml.html.fromstring(response.text).forms
        form = next(form for form in forms if form.get("id") not in OTHER_FORMS)
        return {name: str(value) for name, value in form.form_values() if not name.startswith("_")}


class Site:
    """A site with a few pages. Nothing runs until it is started; `stop` ends all that does."""

    def __init__(self, folder: Path, model: Path, **environment: str) -> None:
        self.folder = folder
        self.logs = folder / "log"
        self.logs.mkdir(parents=True)
        (folder / "models").mkdir()
        self.model = folder / "models" / model.name
        self.model.symlink_to(model, target_is_directory=True)
        self.broker_port = processes.free_port()
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.flows.settings",
            "VEJVISER_DATA_DIR": str(folder),
            "REDIS_URL": f"redis://{processes.HOST}:{self.broker_port}/0",
            "DATABASE_URL": "",
            "EMBEDDING_MODEL": "",
            "LLM_BACKEND": "",
            "DEBUG": "",
            "SECRET_KEY": "",
            "ALLOWED_HOSTS": processes.HOST,
            **environment,
        }
        self.snapshots = folder / "snapshots"
        self._started: list[Process] = []
        self._console: subprocess.Popen[str] | None = None
        self._celery = Celery(broker=self.environment["REDIS_URL"], set_as_current=False)
        commands = {program.name: program.command for program in processes.site(0)}
        self.broker = self._process("broker", processes.broker(self.broker_port, folder).command)
        self.worker = self._process("worker", commands["worker"])
        self.beat = self._process("beat", commands["beat"])

    def _process(self, name: str, command: tuple[str, ...]) -> Process:
        return self._known(Process(name, command, self.environment, self.logs))

    def _known(self, process: Process) -> Any:
        self._started.append(process)
        return process

    def fill(self) -> None:
        """Make the database, its pages, its editor and its indexes; no broker is needed.

        The tests' own pages stand among the demo site's, of which titles and summaries are enough: what is
        tested is found among many, as on a real site, and indexing them takes seconds.
        """
        content = self.folder / "content"
        shutil.copytree(CONTENT, content)
        own = {path.name for path in content.iterdir()}
        for path in DEMO.rglob("*.md"):
            name = path.relative_to(DEMO)
            if name.parts[0] == "da" and name.name in own:
                continue
            facts = yaml.safe_load(path.read_text(encoding="utf-8").split("\n---\n")[0])
            facts.pop("questions", None)
            front = yaml.safe_dump(facts, allow_unicode=True)
            (content / "-".join(name.parts)).write_text(f"---\n{front}---\n", encoding="utf-8")
        self.manage("migrate", "--verbosity=0")
        self.manage("import_content", str(content), "--verbosity=0")
        self.manage(
            "createsuperuser", "--noinput", "--email=", f"--username={LOGIN}", DJANGO_SUPERUSER_PASSWORD=PASSWORD
        )
        self.manage("reindex", "--verbosity=0")

    def new_web(self, name: str = "web", *, ready: bool = True) -> Web:
        """Start another web server."""
        web: Web = self._known(Web(name, self.environment, self.logs))
        web.start()
        if ready:
            web.wait_until_ready()
        return web

    def start_broker(self) -> None:
        self.broker.start()
        until(lambda: processes.is_taken(self.broker_port), 10, what="the broker listens")

    def stop(self) -> None:
        """End every process of the site, the last started first."""
        self._celery.close()
        if self._console is not None:
            self._console.kill()
            self._console.wait()
        for process in reversed(self._started):
            process.stop()

    def manage(self, *command: str, **environment: str) -> None:
        """Run a management command to its end."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            timeout=180,
        )
        assert done.returncode == 0, f"{command}: {done.stdout}\n{done.stderr}"

    def told(self, *command: str) -> tuple[int, str]:
        """Return the exit status of a management command that only looks, and what it tells the operator."""
        if self._console is None:
            self._console = subprocess.Popen(
                [sys.executable, "-m", "tests.flows.console"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                preexec_fn=_end_with_parent,
            )
        assert self._console.stdin and self._console.stdout
        output = self.logs / "console.txt"
        self._console.stdin.write(json.dumps([command, str(output)]) + "\n")
        self._console.stdin.flush()
        return int(self._console.stdout.readline()), output.read_text()

    def python(self, code: str) -> subprocess.Popen[str]:
        """Start a Python program with the site's Django, as a script or a bulk job would be."""
        program = f"import django; django.setup()\nfrom content.models import Page\n{code}"
        return subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, code: str) -> str:
        """Run a Python program with the site's Django to its end; return what it printed."""
        process = self.python(code)
        out, _ = process.communicate(timeout=120)
        assert process.returncode == 0, out
        return out

    def query(self, sql: str, *values: object) -> list[Any]:
        """Read from the database, past every process of the site."""
        connection = sqlite3.connect(f"file:{self.folder / 'db.sqlite3'}?mode=ro", uri=True)
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def warm_up(self) -> None:
        """Give the worker something to embed, so that it loads its model now and not in a test."""
        self.run(
            "Page.objects.create(kind='page', title='Cykler', slug='cykler', language='da', status='published', "
            "summary='Cykler skal stå i stativet.')"
        )
        self.wait_until_current(180)

    def sweep(self) -> None:
        """Send what beat sends."""
        self._celery.send_task("chatbots.tasks.sweep", ignore_result=True)

    def behind(self) -> int:
        """Return how many pages the bots do not know as they were last saved."""
        return int(self.query("SELECT count(*) FROM chatbots_indexstate WHERE indexed != wanted")[0][0])

    def generation(self, bot: str) -> str:
        try:
            return (self.snapshots / bot / "current").read_text()[:8]
        except FileNotFoundError:
            return ""

    def generations(self) -> dict[str, str]:
        return {bot: self.generation(bot) for bot in ("guide", "health")}

    def status(self) -> dict[str, dict[str, Any]]:
        """Return what `index_status` tells the operator, by bot."""
        return {status["bot"]: status for status in json.loads(self.told("index_status", "--json")[1])}

    def verified(self) -> bool:
        """Tell whether the operator's audit finds nothing wrong."""
        return self.told("reindex", "--verify")[0] == 0

    def wait_until_healthy(self) -> None:
        """Wait until the operator is told of no trouble, and the audit finds none."""
        bad = ("problem", "storage_problem", "stalled", "pages_behind", "failed_pages", "error")
        until(lambda: not any(status[name] for status in self.status().values() for name in bad), SECONDS_TO_CONVERGE)
        assert self.verified()

    def wait_until_current(self, seconds: float = SECONDS_TO_CONVERGE) -> None:
        """Wait until the bots know every page as it was last saved."""
        until(lambda: self.behind() == 0, seconds, what=f"nothing is behind: {self.worker.said()[-2000:]}")

    @contextmanager
    def broker_that_never_answers(self) -> Iterator[None]:
        """Let a server stand in the broker's place that accepts connections and says nothing."""
        self.broker.kill()
        with socket.create_server((processes.HOST, self.broker_port), backlog=64) as server:
            server.settimeout(0.1)
            over = threading.Event()

            def accept() -> None:
                held = []
                while not over.is_set():
                    with suppress(TimeoutError):
                        held.append(server.accept()[0])
                for connection in held:
                    connection.close()

            thread = threading.Thread(target=accept)
            thread.start()
            try:
                yield
            finally:
                over.set()
                thread.join()
        self.start_broker()

    @contextmanager
    def broker_that_is_frozen(self) -> Iterator[None]:
        """Let the broker keep its connections and do nothing."""
        self.broker.freeze()
        try:
            yield
        finally:
            self.broker.thaw()

    @contextmanager
    def broker_that_is_down(self) -> Iterator[None]:
        """Let there be no broker; the one that comes back knows nothing of what it was told before."""
        self.broker.kill()
        try:
            yield
        finally:
            self.start_broker()

    @contextmanager
    def worker_that_is_killed(self) -> Iterator[None]:
        """Let there be no worker, until the process manager starts another one."""
        self.worker.kill()
        try:
            yield
        finally:
            self.worker.start()

    @contextmanager
    def model_that_is_gone(self) -> Iterator[None]:
        """Move the model's folder away under a site that runs, with a worker that starts without it; move it back."""
        away = self.model.with_name("away")
        self.worker.kill()
        self.model.rename(away)
        self.worker.start()
        try:
            yield
        finally:
            away.rename(self.model)

    @contextmanager
    def indexes_damaged(self, **damage: Callable[[Path], None]) -> Iterator[None]:
        """Damage the folder of each bot's index, before the worker has had the time to mend it."""
        with self.worker_paused():
            for bot, do in damage.items():
                do(self.snapshots / bot)
            yield

    @contextmanager
    def disk_full(self, folder: Path) -> Iterator[None]:
        """Leave no room in a folder: for what the worker publishes, and for a database that lies there."""
        ballast = folder / BALLAST
        ballast.touch()
        try:
            yield
        finally:
            ballast.unlink()

    @contextmanager
    def database_full(self) -> Iterator[None]:
        """Leave no room on the database's disk, nor in the pages of the database that it had to spare."""
        with self._database() as database:
            (spare,) = database.execute("PRAGMA freelist_count").fetchone()
            database.execute("CREATE TABLE ballast (held BLOB)")
            database.execute("INSERT INTO ballast VALUES (zeroblob(?))", [max(0, spare - 2) * 4080])
        try:
            with self.disk_full(self.folder):
                yield
        finally:
            with self._database() as database:
                database.execute("DROP TABLE ballast")

    @contextmanager
    def worker_paused(self) -> Iterator[None]:
        """Let the worker do nothing meanwhile, as one that is stopped, without its model being loaded anew."""
        until(self._freeze_between_writes, 30, what="the worker can be paused")
        try:
            yield
        finally:
            self.worker.thaw()

    def _freeze_between_writes(self) -> bool:
        self.worker.freeze()
        with suppress(sqlite3.OperationalError), self.database_locked():
            return True
        self.worker.thaw()
        return False

    @contextmanager
    def database_locked(self) -> Iterator[None]:
        """Let another program hold the database's write lock meanwhile."""
        with self._database(wait=1) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")

    def _database(self, wait: float = 10) -> AbstractContextManager[sqlite3.Connection]:
        return closing(sqlite3.connect(self.folder / "db.sqlite3", isolation_level=None, timeout=wait))
