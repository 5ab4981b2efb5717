from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command

from chatbots import centring, retrieval
from chatbots.answering import judge, select
from chatbots.embedders import get_embedder
from chatbots.evaluation import calibration, fitting, selecting
from chatbots.evaluation.cases import SIGNALS, read_lay_questions
from chatbots.indexing.sync import current_recipe
from chatbots.models import Chunk
from tests.chatbots.pages import index, make_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def data_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Let the command write beside, and leave the files that ship as they are."""
    (tmp_path / "weights.json").write_text(retrieval.WEIGHTS_FILE.read_text())
    (tmp_path / "selection.json").write_text(select.SELECTION_FILE.read_text())
    for module in (retrieval, fitting):
        monkeypatch.setattr(module, "WEIGHTS_FILE", tmp_path / "weights.json")
    for module in (judge, calibration):
        monkeypatch.setattr(module, "SUFFICIENCY_FILE", tmp_path / "sufficiency.json")
    for module in (select, selecting):
        monkeypatch.setattr(module, "SELECTION_FILE", tmp_path / "selection.json")
    for module in (centring, fitting):
        monkeypatch.setattr(module, "CENTRES_FILE", tmp_path / "centring.npz")
    centring.forget_means()
    monkeypatch.setattr(fitting, "TRIALS", 5)
    yield tmp_path
    centring.forget_means()
    retrieval.forget_weights()
    judge.forget_fitted()
    select.selection.cache_clear()


def lay_folder(folder: Path) -> Path:
    """Write records whose English question names the illness in Danish, so that the small embedder can find it."""
    illnesses = "astma bronkitis difteri eksem fnat gigt hudløshed ischias kolik leddegigt mavesår nyresten".split()
    for bot in ("health", "site"):
        records = [
            {
                "title": f"Om {illness}",
                "heading": "Råd",
                "passage": f"Mod {illness} hjælper hvile og vand. Det går over på {number} dage.",
                "questions": [
                    f"hvad hjælper mod {illness}",
                    f"hvor mange dage varer {illness}",
                    f"{illness} hvile",
                    f"What should you do about {illness} and how long does it take?",
                ],
                "hard_negative": f"Navnet {illness} er gammelt og kommer af latin.",
                "answered_by": [[1], [2], [1], [1, 2]],
            }
            for number, illness in enumerate(illnesses, 2)
        ]
        lines = [json.dumps(record, ensure_ascii=False) for record in records]
        (folder / f"{bot}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


CONTAINS = {"hoste": ["te med honning"], "feber": ["38 grader"]}


def golden_file(folder: Path) -> Path:
    entries = [
        {"id": f"{bot}-{number}", "bot": bot, "language": language, "kind": "fact", "question": question,
         "pages": [slug] if slug else [], "contains": CONTAINS.get(slug, []),
         "status": "answered" if slug else "no_answer"}
        for number, (bot, language, question, slug) in enumerate([
            ("health", "da", "hvad lindrer hoste", "hoste"),
            ("health", "da", "hvor mange grader er feber", "feber"),
            ("guide", "da", "hvornår er der åbent i sundhedscentret", "aabningstider"),
            ("guide", "da", "hvad koster et kursus", "priser"),
            ("guide", "en", "what are the opening hours of the centre", None),
            ("health", "en", "how do you treat the bite of a snake", None),
            ("health", "da", "hvordan behandles et bid af en slange", None),
            ("guide", "da", "hvor ligger svømmehallen", None),
        ])
    ]  # fmt: skip
    path = folder / "golden.yaml"
    path.write_text(yaml.safe_dump(entries, allow_unicode=True), encoding="utf-8")
    return path


def test_fitting_writes_weights_and_judges_that_the_bots_can_use(data_files: Path, tmp_path: Path) -> None:
    make_page("hoste", body="<h2>Råd</h2><p>Varm te med honning lindrer hoste.</p>")
    make_page("feber", body="<h2>Tal</h2><p>Feber er over 38 grader.</p>")
    make_page("aabningstider", kind="page", body="<h2>Tider</h2><p>Sundhedscentret har åbent kl. 8 til 16.</p>")
    make_page("priser", kind="page", body="<h2>Kurser</h2><p>Et kursus koster 200 kr.</p>")
    index()
    lay = tmp_path / "lay"
    lay.mkdir()
    out = StringIO()
    golden = golden_file(tmp_path)
    call_command("fit_weights", lay=lay_folder(lay), golden=[golden], across=golden, stdout=out)
    weights = json.loads((data_files / "weights.json").read_text())
    judges = json.loads((data_files / "sufficiency.json").read_text())
    assert set(weights["weights"]) == set(weights["crosslingual"]) == set(SIGNALS)
    assert "12 cases of the golden" in weights["fitted_on"]
    for fitted in judges.values():
        assert fitted["weights"].keys() == fitted["means"].keys() == fitted["deviations"].keys()
        assert all(0 < threshold < 1 for threshold in fitted["thresholds"].values())
    assert "lay health" in judges["same_language"]["cross_validated"]
    assert "Judge:" in out.getvalue()
    chosen = json.loads((data_files / "selection.json").read_text())
    assert set(chosen["with_meaning"]) == set(chosen["words_alone"]) == set(select.FEATURES)
    assert chosen["words_alone"]["meaning"] == 0
    for figures in chosen["cross_validated"].values():
        assert figures["lay health"]["questions"] == 48  # with the English ones
        assert figures["lay health"]["answer_quoted"] == 1
        assert figures["golden health"]["questions"] == 4  # each file twice


def test_means_that_are_fitted_anew_are_in_use_at_once(data_files: Path, tmp_path: Path) -> None:
    make_page("hoste", body="<h2>Råd</h2><p>Varm te med honning lindrer hoste.</p>")
    make_page("cough", language="en", body="<h2>Advice</h2><p>Warm tea with honey soothes a cough.</p>")
    index()
    embedder, lay = get_embedder(), tmp_path / "lay"
    lay.mkdir()
    before = current_recipe(), bytes(Chunk.objects.filter(page__slug="hoste").first().vector)
    plain = centring.embed_centred(embedder, ["hoste"], ["da"], role="query")
    fitting.fit_means(embedder, read_lay_questions(lay_folder(lay)))
    assert centring.centring_id(embedder.model_id) == sha256((data_files / "centring.npz").read_bytes()).hexdigest()[:8]
    assert abs(centring.embed_centred(embedder, ["hoste"], ["da"], role="query") - plain).max() > 0.01
    call_command("reindex", stdout=StringIO())
    after = current_recipe(), bytes(Chunk.objects.filter(page__slug="hoste").first().vector)
    assert after[0] != before[0] and after[1] != before[1]


def test_calibrating_writes_the_judge_and_leaves_the_weights(data_files: Path, tmp_path: Path) -> None:
    make_page("hoste", body="<h2>Råd</h2><p>Varm te med honning lindrer hoste.</p>")
    make_page("feber", body="<h2>Tal</h2><p>Feber er over 38 grader.</p>")
    make_page("aabningstider", kind="page", body="<h2>Tider</h2><p>Sundhedscentret har åbent kl. 8 til 16.</p>")
    make_page("priser", kind="page", body="<h2>Kurser</h2><p>Et kursus koster 200 kr.</p>")
    index()
    lay = tmp_path / "lay"
    lay.mkdir()
    before, out = (data_files / "weights.json").read_text(), StringIO()
    golden = golden_file(tmp_path)
    call_command("evaluate", golden, calibrate=True, lay=lay_folder(lay), across=golden, stdout=out)
    judge_file = json.loads((data_files / "sufficiency.json").read_text())
    assert judge_file["same_language"]["cross_validated"]["lay health"]["samples"] > 0
    assert judge_file["same_language"]["fitted_on"] in out.getvalue()
    assert (data_files / "weights.json").read_text() == before
