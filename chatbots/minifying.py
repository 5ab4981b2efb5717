"""Scripts and style sheets without what only their readers need: comments, indentation, line ends.

A style sheet is read as CSS reads it, as nested tokens, and written from them. So nothing depends on where a rule
stands: a space that means something (`.a :is(td)`, `1px + 2px`, `(width >= 40rem) and (…)`) is never taken for one that
does not.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import rjsmin
import tinycss2
from tinycss2.ast import CurlyBracketsBlock, Node, WhitespaceToken

#: Spaces beside these mean nothing, wherever they stand.
_SEPARATORS = (";", ",")


def minify(path: Path, text: str) -> str:
    """Return the text of a script or style sheet, with fewer characters. The ending of `path` says which it is."""
    return _MINIFIERS[path.suffix](text)


def _minified_style(css: str) -> str:
    """Return a style sheet that says the same with fewer characters."""
    return str(tinycss2.serialize(_tight(tinycss2.parse_component_value_list(css, skip_comments=True), edges=True)))


def _tight(nodes: list[Node], *, edges: bool) -> list[Node]:
    """Make each run of spaces in `nodes` one space, or none where it means nothing: also at the `edges`, if told so."""
    tight: list[Node] = []
    for place, node in enumerate(nodes):
        if isinstance(node, WhitespaceToken):
            before = tight[-1] if tight else None
            after = next((other for other in nodes[place:] if not isinstance(other, WhitespaceToken)), None)
            if _separates(before, edges) or _separates(after, edges) or isinstance(before, WhitespaceToken):
                continue
            node.value = " "
        elif hasattr(node, "content"):  # a block in brackets
            node.content = _tight(node.content, edges=isinstance(node, CurlyBracketsBlock))
        elif hasattr(node, "arguments"):  # a function's
            node.arguments = _tight(node.arguments, edges=False)
        tight.append(node)
    return tight


def _separates(node: Node | None, edges: bool) -> bool:
    if node is None:
        return edges
    return isinstance(node, CurlyBracketsBlock) or node in _SEPARATORS


_MINIFIERS: dict[str, Callable[[str], str]] = {".js": rjsmin.jsmin, ".css": _minified_style}
