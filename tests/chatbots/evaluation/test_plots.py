"""Plots are sound XML, and their marks stand where the figures say."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from chatbots.evaluation import plots
from chatbots.evaluation.figures import Bin, Judged, Share, StepTime

NS = "{http://www.w3.org/2000/svg}"
BIN = Bin(0.8, 0.9, 0.85, Share(17, 20))


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def points(svg: str) -> list[tuple[float, float]]:
    return [(float(dot.get("cx", "")), float(dot.get("cy", ""))) for dot in parsed(svg).iter(f"{NS}circle")]


def test_a_share_lies_between_nought_and_one() -> None:
    svg = plots.shares(
        "x", [("none", Share(0, 4)), ("half", Share(2, 4)), ("all", Share(4, 4)), ("nothing", Share(0, 0))]
    )
    (none, _), (half, _), (every, _) = points(svg)
    assert half == pytest.approx((none + every) / 2)
    assert none < every
    assert "2/4" in svg
    assert "nothing" not in svg


def test_a_judge_that_is_as_right_as_it_thinks_lies_on_the_diagonal() -> None:
    ((x, y),) = points(plots.reliability_diagram("x", [BIN]))
    ideal = next(
        line for line in parsed(plots.reliability_diagram("x", [BIN])).iter(f"{NS}line") if line.get("class") == "ideal"
    )
    x1, y1, x2, y2 = (float(ideal.get(name, "")) for name in ("x1", "y1", "x2", "y2"))
    assert (x - x1) / (x2 - x1) == pytest.approx((y - y1) / (y2 - y1), abs=0.01)


def test_answerable_questions_stand_above_the_line_and_the_others_below() -> None:
    svg = plots.distributions("x", [Judged(0.9, True, True, "health"), Judged(0.1, False, False, "health")])
    bars = {bar.get("class"): bar for bar in parsed(svg).iter(f"{NS}rect")}
    up, down = bars["first"], bars["second"]
    assert float(up.get("y", "")) + float(up.get("height", "")) == pytest.approx(float(down.get("y", "")))
    assert float(up.get("x", "")) > float(down.get("x", ""))


def test_a_bar_is_as_long_as_the_step_takes_and_idle_steps_are_left_out() -> None:
    svg = plots.step_bars("x", [StepTime("read", 5, 10.0, 40.0), StepTime("screen", 5, 0.0, 0.01)])
    slow, median = parsed(svg).iter(f"{NS}rect")
    assert float(median.get("width", "")) == pytest.approx(float(slow.get("width", "")) / 4, abs=0.1)
    assert "screen" not in svg


@pytest.mark.parametrize(
    "svg",
    [
        plots.shares("<x>", [("<b>", Share(1, 2))]),
        plots.shares("x", []),
        plots.reliability_diagram('"x"', []),
        plots.distributions("x", []),
        plots.step_bars("x", []),
        plots.step_bars("x", [StepTime("<script>", 1, 1.0, 1.0)]),
    ],
)
def test_nothing_breaks_a_plot(svg: str) -> None:
    picture = parsed(svg)
    assert picture.get("role") == "img"
    assert picture.find(f"{NS}script") is None
