"""`manage.py evaluate FILE…`: the golden questions, asked of the bots as visitors ask them."""

from __future__ import annotations

import json as json_module
import logging
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chatbots.bots import BOTS
from chatbots.conf import settings_for
from chatbots.embedders import get_embedder
from chatbots.evaluation.asking import evaluate, remembered_embeddings
from chatbots.evaluation.calibration import calibrate
from chatbots.evaluation.cases import read_lay_questions
from chatbots.evaluation.distorting import try_verification
from chatbots.evaluation.floor import FloorError, falls, floor_of, read_floor, worst
from chatbots.evaluation.golden import GoldenError, GoldenQuestion, read_golden
from chatbots.evaluation.markdown import MarkError, as_markdown, as_summary, put_between_marks
from chatbots.evaluation.page import as_page
from chatbots.evaluation.report import Compared, Report, as_dict, as_text, setting_here
from chatbots.evaluation.sample import sample
from chatbots.evaluation.variants import ABLATIONS, AS_IT_STANDS, MODES, Variant, modes_with
from chatbots.exceptions import ChatbotsError
from chatbots.language import LANGUAGES
from chatbots.llms import LLM, get_llm, llm_class
from chatbots.serving import warm_up

#: Questions that verification is tried on.
TRIED = 80


class Command(BaseCommand):
    help = "Ask golden questions and print hits, facts shown, endings and latency by kind, and the failures."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="YAML list of golden questions")
        parser.add_argument("--json", nargs="?", const="-", metavar="FILE", help="write JSON to FILE, or print it")
        parser.add_argument("--no-failures", action="store_true", help="figures only: never a question and its answer")
        parser.add_argument("--kind", action="append", help="ask questions of this kind only; may be repeated")
        parser.add_argument("--bot", choices=sorted(BOTS), help="ask this bot's questions only")
        parser.add_argument(
            "--plain",
            action="store_true",
            help="leave out what search and judge do not decide: alarms, conversations …",
        )
        parser.add_argument("--language", choices=LANGUAGES, help="ask questions in this language only")
        parser.add_argument(
            "--sample", type=int, metavar="N", help="ask N questions, some of every kind; always the same"
        )
        parser.add_argument("--modes", metavar="NAME,…", help=f"ways to answer, side by side: {', '.join(MODES)}")
        parser.add_argument(
            "--mode",
            action="append",
            default=[],
            metavar="NAME=BACKEND/MODEL",
            help="one more language model beside --modes, such as tuned=openai/ours: with pages and check, and alone",
        )
        parser.add_argument(
            "--patience",
            type=float,
            metavar="SECONDS",
            help="wait this long for each draft of a language model, as no visitor would: for a slow machine",
        )
        parser.add_argument("--ablations", action="store_true", help="take out one step at a time")
        parser.add_argument("--html", type=Path, metavar="FILE", help="write one page with plots and all failures")
        parser.add_argument("--markdown", type=Path, metavar="FILE", help="put every figure between the marks of FILE")
        parser.add_argument("--summary", type=Path, metavar="FILE", help="put the first figures between FILE's marks")
        parser.add_argument("--calibrate", action="store_true", help="fit the judge on these questions, and write it")
        parser.add_argument(
            "--lay", type=Path, default=Path("golden/lay-questions"), help="lay questions to calibrate on, too"
        )
        parser.add_argument(
            "--across",
            type=Path,
            default=Path("golden/english.yaml"),
            metavar="FILE",
            help="English questions to calibrate the judge of Danish pages on, too",
        )
        parser.add_argument("--floor", type=Path, metavar="FILE", help="fail when a figure has fallen below this floor")
        parser.add_argument("--write-floor", type=Path, metavar="FILE", help="make today's figures the floor")

    def handle(self, *args: Any, files: Sequence[Path], **options: Any) -> None:
        # One line an answer would hide the report.
        logger = logging.getLogger("chatbots")
        usual = logger.level
        logger.setLevel(logging.ERROR)
        try:
            modes = [*_modes(options["modes"] or ""), *(mode for text in options["mode"] for mode in _added(text))]
            asked = [(path, _chosen(read_golden(path), options)) for path in files]
            warm_up()
            if patience := options["patience"]:
                _be_patient([get_llm(), *(mode.llm for mode in modes)], patience)
            if options["calibrate"]:
                self._calibrate([question for _, questions in asked for question in questions], options)
                return
            reports = [self._report(path, questions, modes, options) for path, questions in asked]
            self._write(reports, options)
            self._hold(reports, options)
        except (GoldenError, ChatbotsError, FloorError, MarkError) as error:
            raise CommandError(str(error)) from error
        finally:
            logger.setLevel(usual)

    def _calibrate(self, questions: Sequence[GoldenQuestion], options: dict[str, Any]) -> None:
        """Fit the judge, write it to its data file, and print how well it tells right from wrong."""
        records, across = read_lay_questions(options["lay"]), read_golden(options["across"])
        for sort, judge in calibrate(records, questions, get_embedder(), across).items():
            self.stdout.write(f"{sort}: fitted on {judge['fitted_on']}")
            for part, shares in judge["cross_validated"].items():
                self.stdout.write(f"  {part}: " + ", ".join(f"{name} {value}" for name, value in shares.items()))

    def _report(
        self, path: Path, questions: Sequence[GoldenQuestion], modes: Sequence[Variant], options: dict[str, Any]
    ) -> Report:
        setting = setting_here()
        outcomes = evaluate(questions)
        with remembered_embeddings():
            compared = [self._compare(mode, questions) for mode in modes]
            less = [self._compare(one, questions) for one in ABLATIONS] if options["ablations"] else []
            plain = sample([question for question in questions if question.plain], TRIED)
            trial = try_verification(plain, evaluate) if options["ablations"] else None
        whole = Compared(AS_IT_STANDS.name, AS_IT_STANDS.what, outcomes)
        beside = ([whole, *compared] if modes else (), [whole, *less] if less else ())
        return Report(path.name, setting, outcomes, *beside, trial)

    def _compare(self, variant: Variant, questions: Sequence[GoldenQuestion]) -> Compared:
        if missing := variant.missing():
            return Compared(variant.name, variant.what, missing=missing)
        self.stderr.write(f"{variant.name} …")
        return Compared(variant.name, variant.what, evaluate(questions, variant))

    def _hold(self, reports: Sequence[Report], options: dict[str, Any]) -> None:
        """Write the floor, or hold the first file's figures against it. Raises CommandError when one has fallen."""
        if path := options["write_floor"]:
            path.write_text(json_module.dumps(floor_of(reports[0]), indent=2) + "\n", encoding="utf-8")
        if options["floor"] and (fallen := worst(falls(reports[0], read_floor(options["floor"])))):
            told = "\n".join(f"  {fall}" for fall in fallen)
            raise CommandError(f"Figures have fallen below {options['floor']}:\n{told}")

    def _write(self, reports: Sequence[Report], options: dict[str, Any]) -> None:
        failures = not options["no_failures"]
        if path := options["html"]:
            if len(reports) > 1:
                raise CommandError("--html shows one file at a time.")
            path.write_text(as_page(reports[0], failures=failures), encoding="utf-8")
        if path := options["markdown"]:
            put_between_marks(path, "figures", as_markdown(reports, failures=failures))
        if path := options["summary"]:
            put_between_marks(path, "summary", as_summary(reports))
        if options["json"]:
            content = [as_dict(report, failures=failures) for report in reports]
            text = json_module.dumps(content[0] if len(content) == 1 else content, ensure_ascii=False, indent=2)
            if options["json"] == "-":
                self.stdout.write(text)
                return
            Path(options["json"]).write_text(text + "\n", encoding="utf-8")
        for report in reports:
            self.stdout.write(as_text(report, failures=failures))


def _be_patient(llms: Iterable[LLM | None], seconds: float) -> None:
    """Let drafts take their time, so that what they say is measured and not how fast the machine is."""
    for llm in llms:
        if llm is not None:
            llm.first_token_timeout = llm.total_timeout = seconds


def _chosen(questions: Sequence[GoldenQuestion], options: dict[str, Any]) -> Sequence[GoldenQuestion]:
    kinds, language, bot = options["kind"], options["language"], options["bot"]
    filters: list[tuple[Any, Callable[[GoldenQuestion], bool], str]] = [
        (kinds, lambda question: question.kind in kinds, f"is of the kind {', '.join(kinds or ())}"),
        (language, lambda question: question.language == language, f"is in the language {language}"),
        (bot, lambda question: question.bot == bot, f"is for the bot {bot}"),
        (options["plain"], lambda question: question.plain, "is decided by search and judge alone"),
    ]
    for asked_for, keeps, what in filters:
        if asked_for:
            questions = [question for question in questions if keeps(question)]
            if not questions:
                raise CommandError(f"No question {what}.")
    return sample(questions, options["sample"]) if options["sample"] else questions


def _modes(names: str) -> list[Variant]:
    chosen = [name.strip() for name in names.split(",") if name.strip()]
    if unknown := [name for name in chosen if name not in MODES]:
        raise CommandError(f"There is no mode {unknown[0]!r}: choose from {', '.join(MODES)}.")
    return [MODES[name] for name in chosen]


def _added(text: str) -> list[Variant]:
    """Return the modes of one more model, given as NAME=BACKEND/MODEL. Raises BackendError, CommandError."""
    name, _, path = text.partition("=")
    backend, _, model = path.partition("/")
    if not (name and backend and model):
        raise CommandError(f"--mode {text!r} must be NAME=BACKEND/MODEL, such as tuned=openai/ours.")
    options = {key.lower(): value for key, value in settings_for("LLM").items() if key not in {"BACKEND", "MODEL"}}
    return modes_with(name, llm_class(backend)(**options, model=model))
