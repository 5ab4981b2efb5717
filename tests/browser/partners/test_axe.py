"""The widget, for everybody."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.axe import axe_source, findings
from tests.browser.partners.host import Visit, states, widget


@pytest.fixture(scope="module")
def axe() -> str:
    return axe_source()


@pytest.mark.parametrize(
    "desk",
    [{}, {"scheme": "dark"}, {"forced_colors": True}, {"width": 360, "height": 740}, {"width": 320, "height": 256}],
    ids=["wide", "dark", "forced colours", "phone", "zoomed"],
)
@pytest.mark.parametrize("attributes", [{}, {"accent": "#7a1f5c"}], ids=["own colours", "a partner's colour"])
def test_axe_finds_nothing_in_any_state_of_the_widget(
    visit: Visit, axe: str, desk: dict[str, Any], attributes: dict[str, str]
) -> None:
    page = visit(widget(bot="health", **attributes), **desk)
    for state in states(page):
        assert findings(page, axe) == [], state
