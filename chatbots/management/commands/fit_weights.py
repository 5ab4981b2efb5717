"""`manage.py fit_weights`: fit means, fusion, judge and quoting; for developers, with the demo site imported."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from chatbots.embedders import get_embedder
from chatbots.evaluation import calibration, fitting
from chatbots.evaluation.cases import collect_cases, golden_cases, read_lay_questions
from chatbots.evaluation.golden import read_all, read_golden
from chatbots.evaluation.selecting import fit_selection, write_selection


class Command(BaseCommand):
    help = "Fit the vectors' means, the weights of fusion and quoting, and the judge, and write their data files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--lay", type=Path, default=Path("golden/lay-questions"), help="folder of lay questions")
        parser.add_argument(
            "--golden",
            type=Path,
            nargs="+",
            default=[Path("golden/demo.yaml"), Path("golden/guide.yaml")],
            help="development questions",
        )
        parser.add_argument(
            "--across", type=Path, default=Path("golden/english.yaml"), help="English ones, for Danish pages too"
        )
        parser.add_argument(
            "--means", action="store_true", help="fit the means anew too; every page is then embedded anew"
        )

    def handle(self, *args: Any, lay: Path, golden: list[Path], across: Path, means: bool, **options: Any) -> None:
        records, embedder = read_lay_questions(lay), get_embedder()
        if means:
            fitting.fit_means(embedder, records)
            self.stdout.write("Means written; indexing the site with them.")
            call_command("reindex")
        asked, in_english = read_all(golden), read_golden(across)
        same, cross = collect_cases(records, asked, embedder, in_english)
        weights, cross_weights = fitting.fit_weights(same), fitting.fit_weights(cross, crosslingual=True)
        fitting.write_weights(weights, cross_weights, same + cross)
        own = [*same, *golden_cases(in_english)]
        chosen = fit_selection([*((case, weights) for case in own), *((case, cross_weights) for case in cross)])
        write_selection(chosen)  # The judge asks which statement answers best.
        judge, cross_judge = (
            calibration.fit_judge(same, weights),
            calibration.fit_judge(cross, cross_weights, crosslingual=True),
        )
        calibration.write_judges(judge, cross_judge)
        self.stdout.write(f"Statements: {chosen['with_meaning']}; {chosen['cross_validated']}")
        self.stdout.write(f"Weights: {weights}; across languages: {cross_weights}")
        self.stdout.write(f"Judge: {judge['cross_validated']}; across languages: {cross_judge['cross_validated']}")
