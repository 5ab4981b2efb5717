from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from chatbots.answering import judge
from chatbots.judge_report import MEANINGS, judge_reports

pytestmark = pytest.mark.django_db


def test_the_admin_shows_what_counts_and_how_good_the_judge_is(admin_client: Client) -> None:
    page = admin_client.get(reverse("admin:chatbots_judge")).content.decode()
    shipped = json.loads(judge.SUFFICIENCY_FILE.read_text())["same_language"]
    fitted_on = judge_reports()[0].fitted_on
    assert "gyldne spørgsmål" in fitted_on  # and not the note as the fitting wrote it, in English
    assert fitted_on in page
    assert str(MEANINGS["named_missing"]) in page
    figures = shipped["cross_validated"]["golden health"]
    assert f"<td>{figures['samples']}</td>" in page


def test_every_feature_of_the_judge_is_explained() -> None:
    for fitted in json.loads(judge.SUFFICIENCY_FILE.read_text()).values():
        assert fitted["weights"].keys() <= MEANINGS.keys()


def test_what_counts_most_stands_first() -> None:
    reports = judge_reports()
    assert reports
    for report in reports:
        sizes = [abs(weight) for _, weight in report.features]
        assert sizes == sorted(sizes, reverse=True)


def test_who_may_not_see_the_index_does_not_see_the_judge(client: Client) -> None:
    assert client.get(reverse("admin:chatbots_judge")).status_code == 302
