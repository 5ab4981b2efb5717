"""A table as it is shown: in a group that scrolls sideways, and on a narrow screen with each row as a block of its own.

What a row's cells are about is written beside them there, from the header of the table. A table whose cells span
others cannot be taken apart so; it is scrolled, and says that it can be.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from lxml import html

TABLE_LABEL: Promise = _("Tabel")
SCROLL_HINT: Promise = _("Er tabellen bredere end skærmen, så træk den til siden.")

#: What the elements of a table are. A browser may forget it where the style sheet shows them as blocks.
_ROLES = {"table": "table", "thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "td": "cell"}


def frame_table(table: html.HtmlElement, heading: html.HtmlElement | None) -> None:
    """Put `table` in a group that is named by its caption or `heading` and can be scrolled, by keyboard too."""
    group = html.Element("div", {"class": "table-scroll", "role": "group", "tabindex": "0"})
    caption = table.find("caption")
    if caption is not None:
        group.set("aria-label", caption.text_content().strip())
    elif heading is not None and heading.get("id"):
        group.set("aria-labelledby", heading.get("id"))
    else:
        group.set("aria-label", str(TABLE_LABEL))
    group.tail, table.tail = table.tail, None
    table.getparent().replace(table, group)
    group.append(table)
    for header in list(table.iter("th")):
        if not header.text_content().strip():
            header.tag = "td"  # The empty corner of a table is the header of nothing.
    if table.xpath(".//*[@colspan or @rowspan]"):
        hint = html.Element("p", {"class": "table-scroll__hint"})
        hint.text = str(SCROLL_HINT)
        group.addprevious(hint)
    else:
        _make_stackable(table)


def _make_stackable(table: html.HtmlElement) -> None:
    """Say in each cell what its column is called, and of each element what it is."""
    table.set("class", "stacks")
    for element in table.iter(*_ROLES):
        element.set("role", _ROLES[element.tag])
    names = [cell.text_content().strip() for cell in table.xpath("(./thead/tr)[last()]/*")]
    for row in table.iter("tr"):
        in_head = row.getparent().tag == "thead"
        for number, cell in enumerate(row.iterchildren("td", "th")):
            if cell.tag == "th":
                cell.set("role", "columnheader" if in_head else "rowheader")
            if not in_head and number < len(names) and names[number]:
                cell.set("data-label", names[number])
