"""Text that a page holds and no reader sees: hidden, shrunk, moved out of sight, or white on white."""

from __future__ import annotations

import re

from lxml import etree

from content.trees import remove_element

#: Attributes that can hide text. None is left in a clean body.
HIDING_ATTRIBUTES = {"style", "hidden", "aria-hidden", "color", "bgcolor"}

_END = r"\s*(?:;|!|$)"
_NOUGHT = r"0*(?:\.0*)?"
_HIDES = (
    r"display\s*:\s*none",
    r"(?:content-)?visibility\s*:\s*(?:hidden|collapse)",
    r"mso-hide\s*:\s*all",
    rf"(?<![\w-])opacity\s*:\s*0*(?:\.0\d*)?%?{_END}",
    # Letters of one pixel, or a fifth of their size.
    rf"font-size\s*:\s*(?:{_NOUGHT}[a-z%]*|1(?:\.\d+)?(?:px|pt)|0?\.[0-2]\d*r?em|1?\d%){_END}",
    r"(?<![\w-])font\s*:[^;]*(?<![\w.])0(?:px|pt|em)?[\s/]",
    r"(?:text-indent|left|right|top|bottom|margin(?:-\w+)?)\s*:\s*-\d{3,}",
    rf"(?<![\w-])(?:max-)?(?:width|height)\s*:\s*[01](?:px)?{_END}",
    r"clip\s*:\s*rect\(\s*[01](?:px)?[\s,]",
    r"clip-path\s*:\s*(?:inset\((?:50|100)%|circle\(0|polygon\(0)",
    r"scale[xy]?\(\s*0\s*[,)]",
)
_NO_INK = (
    r"(?:white|transparent|#fff(?:f|fff|fffff)?|#[0-9a-f]{6}00|#[0-9a-f]{3}0"
    r"|rgba?\(\s*255\s*[, ]\s*255\s*[, ]\s*255\b[^)]*\)|rgba\([^)]*[, ]0?\.?0+\s*\))"
)
_HIDDEN = re.compile("|".join(_HIDES), re.IGNORECASE)
_INKLESS_STYLE = re.compile(rf"(?<![\w-])(?:-webkit-text-fill-)?color\s*:\s*{_NO_INK}{_END}", re.IGNORECASE)
_INKLESS_COLOR = re.compile(rf"\s*{_NO_INK}\s*\Z", re.IGNORECASE)
_BACKGROUND = re.compile(
    rf"(?<![\w-])background(?:-color|-image)?\s*:(?!\s*(?:{_NO_INK}|none|inherit|initial){_END})", re.IGNORECASE
)


def drop_hidden(body: etree._Element) -> None:
    """Remove the elements that hide their text, and every attribute that could.

    White letters are hidden where nothing lies behind them; on a dark cell of a table they are read.
    """
    elements = list(body.iterdescendants())
    coloured = {element for element in elements if _has_background(element)}
    for element in elements:
        values = {name: element.attrib.pop(name, None) for name in HIDING_ATTRIBUTES}
        if _is_hidden(values) or (_is_inkless(values) and coloured.isdisjoint([element, *element.iterancestors()])):
            remove_element(element)


def _is_hidden(values: dict[str, str | None]) -> bool:
    said = (values["aria-hidden"] or "").strip().lower()
    return values["hidden"] is not None or said == "true" or bool(_HIDDEN.search(values["style"] or ""))


def _is_inkless(values: dict[str, str | None]) -> bool:
    return bool(_INKLESS_STYLE.search(values["style"] or "") or _INKLESS_COLOR.match(values["color"] or ""))


def _has_background(element: etree._Element) -> bool:
    color = element.get("bgcolor", "")
    return bool(_BACKGROUND.search(element.get("style", ""))) or bool(color and not _INKLESS_COLOR.match(color))
