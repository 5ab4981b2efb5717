"""Plots as SVG text, made here so that a report needs no script and no library. Colours are the style sheet's. Pure.

Lengths are pixels of the SVG's own grid; it scales to the width that it is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from chatbots.evaluation.figures import Bin, Judged, Share, StepTime

WIDTH = 560
_LEFT, _RIGHT, _TOP, _LINE = 120, 60, 28, 22


def svg(title: str, height: float, parts: Iterable[str]) -> str:
    """Return an SVG picture with a title for those who cannot see it."""
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label={quoteattr(title)}>'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _bar(x: float, y: float, width: float, height: float, kind: str, says: str) -> str:
    return (
        f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{max(0.0, width):.1f}" height="{max(0.0, height):.1f}">'
        f"<title>{escape(says)}</title></rect>"
    )


def _dot(x: float, y: float, radius: float, kind: str, says: str) -> str:
    return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"><title>{escape(says)}</title></circle>'


def _text(x: float, y: float, text: str, anchor: str = "middle", kind: str = "label") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def shares(title: str, rows: Sequence[tuple[str, Share]]) -> str:
    """Return a dot for each share with a line over its 95 % interval; shares of nothing are left out."""
    rows = [(name, share) for name, share in rows if share.of]
    width, height = WIDTH - _LEFT - _RIGHT, _TOP + _LINE * len(rows)
    parts = []
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = _LEFT + tick * width
        parts += [_line(x, _TOP - 6, x, height, "grid"), _text(x, _TOP - 12, f"{tick:g}", kind="tick")]
    for at, (name, share) in enumerate(rows):
        y = _TOP + _LINE * (at + 0.5)
        value, (low, high) = share.value or 0.0, share.interval or (0.0, 0.0)
        says = f"{name}: {share.hits} of {share.of}, 95 % {low:.2f} to {high:.2f}"
        parts += [
            _text(_LEFT - 8, y + 4, name, "end"),
            _line(_LEFT + low * width, y, _LEFT + high * width, y, "whisker"),
            _dot(_LEFT + value * width, y, 5, "first", says),
            _text(WIDTH - _RIGHT + 8, y + 4, f"{share.hits}/{share.of}", "start", "tick"),
        ]
    return svg(title, height + 4, parts)


def reliability_diagram(title: str, bins: Sequence[Bin]) -> str:
    """Return the share that is right against the confidence in it; on the diagonal the judge is as right as it thinks.

    Below stand the numbers of questions.
    """
    left, top, side, below = 150, 14, 300, 60
    most = max((one.right.of for one in bins), default=1)

    def place(confidence: float, share: float) -> tuple[float, float]:
        return left + confidence * side, top + (1 - share) * side

    parts = []
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        x, y = place(tick, tick)
        parts += [
            _line(x, top, x, top + side, "grid"),
            _line(left, y, left + side, y, "grid"),
            _text(left - 8, y + 4, f"{tick:g}", "end", "tick"),
            _text(x, top + side + below + 30, f"{tick:g}", kind="tick"),
        ]
    parts.append(_line(*place(0, 0), *place(1, 1), "ideal"))
    points = []
    for one in bins:
        x, y = place(one.confidence, one.right.value or 0.0)
        low, high = one.right.interval or (0.0, 0.0)
        says = f"confidence {one.low:.1f} to {one.high:.1f}: {one.right.hits} of {one.right.of} right"
        parts.append(_line(x, place(0, low)[1], x, place(0, high)[1], "whisker"))
        points.append(_dot(x, y, 5, "first", says))
        tall = below * one.right.of / most
        parts.append(
            _bar(
                left + one.low * side + 2,
                top + side + 12 + below - tall,
                side / 10 - 4,
                tall,
                "rest",
                f"{one.right.of}",
            )
        )
    middle = top + side / 2
    parts += [
        *points,
        _text(left + side / 2, top + side + below + 48, "the judge's confidence"),
        _text(14, middle, "share right", "start"),
        _text(14, top + side + 12 + below / 2, "questions", "start"),
    ]
    return svg(title, top + side + below + 58, parts)


def distributions(title: str, cases: Sequence[Judged], bins: int = 20) -> str:
    """Return confidences as bars: of answerable questions upwards, of unanswerable ones downwards, each as shares."""
    left, top, width, tall = 130, 24, WIDTH - 150, 110
    groups = [[case.confidence for case in cases if case.answerable is answerable] for answerable in (True, False)]
    heights = []
    for group in groups:
        counts = [0] * bins
        for confidence in group:
            counts[min(bins - 1, int(confidence * bins))] += 1
        heights.append(counts)
    most = max((max(counts) / len(group) for counts, group in zip(heights, groups, strict=True) if group), default=1.0)
    middle, step = top + tall, width / bins
    parts = []
    for counts, group, kind, up in zip(heights, groups, ("first", "second"), (True, False), strict=True):
        for at, count in enumerate(counts):
            if count:
                length = tall * count / len(group) / most
                says = f"confidence {at / bins:.2f} to {(at + 1) / bins:.2f}: {count} of {len(group)}"
                parts.append(
                    _bar(left + at * step + 1, middle - length if up else middle, step - 2, length, kind, says)
                )
    parts.append(_line(left, middle, left + width, middle, "axis"))
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(_text(left + tick * width, top + 2 * tall + 18, f"{tick:g}", kind="tick"))
    parts += [
        _text(14, top + tall / 2, "answerable", "start", "label first-text"),
        _text(14, top + tall / 2 + 16, f"{len(groups[0])} questions", "start", "tick"),
        _text(14, top + tall * 1.5, "unanswerable", "start", "label second-text"),
        _text(14, top + tall * 1.5 + 16, f"{len(groups[1])} questions", "start", "tick"),
        _text(left + width / 2, top + 2 * tall + 36, "the judge's confidence"),
    ]
    return svg(title, top + 2 * tall + 46, parts)


def step_bars(title: str, times: Sequence[StepTime], least: float = 0.5) -> str:
    """Return a bar to the median and a thin one to the 95th percentile for each step that takes any time, in ms."""
    shown = [time for time in times if time.p95 >= least]
    width, height = WIDTH - _LEFT - 2 * _RIGHT, _TOP + _LINE * len(shown)
    longest = max((time.p95 for time in shown), default=1.0)
    parts = []
    for at, time in enumerate(shown):
        y = _TOP + _LINE * at
        says = f"{time.step}: median {time.p50:.1f} ms, 95th percentile {time.p95:.1f} ms, {time.ran} questions"
        parts += [
            _text(_LEFT - 8, y + 15, time.step, "end"),
            _bar(_LEFT, y + 9, width * time.p95 / longest, 4, "rest", says),
            _bar(_LEFT, y + 4, width * time.p50 / longest, 14, "first", says),
            _text(_LEFT + width * time.p95 / longest + 6, y + 15, f"{time.p50:.1f} / {time.p95:.1f}", "start", "tick"),
        ]
    return svg(title, height + 4, [_text(_LEFT, 16, "median / 95th percentile, ms", "start", "tick"), *parts])
