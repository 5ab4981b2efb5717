"""Random HTML, as pasted from anywhere, and random clean bodies."""

from __future__ import annotations

from hypothesis import strategies as st

from content.cleaning import clean_body

_WORDS = st.sampled_from(
    [
        *(
            "feber",
            "hoste",
            "Æbler",
            "ørepine",
            "åben",
            "38,5",
            "2-3",
            "dage.",
            "læge!",
            "112",
            "“citat”",
            "é",
            "漢字",
            "😀",
        ),
        *(
            "*",
            "_",
            "`",
            "#",
            "-",
            "+",
            "1.",
            "2)",
            "[a]",
            "(b)",
            "<tag>",
            "&",
            "&amp;",
            "|",
            "\\",
            "{#x}",
            "~",
            "=",
            ":",
        ),
        *(">", "---", "***", "**fed**", "http://x.dk", "a_b_c", "5\u00a0%", "•", "\\*", "<br>", "[1]:", "<!--"),
    ]
)
_TEXT = st.lists(_WORDS, min_size=1, max_size=6).map(" ".join)
_EDGES = st.sampled_from(["", " ", "\n", "\u00a0", "  "])


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _wrap(names: list[str], inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(lambda name, text: f"<{name}>{text}</{name}>", st.sampled_from(names), inner)


def _joined(part: st.SearchStrategy[str], max_size: int = 4) -> st.SearchStrategy[str]:
    return st.lists(part, min_size=1, max_size=max_size).map("".join)


_PLAIN = st.builds(lambda before, text, after: before + _escape(text) + after, _EDGES, _TEXT, _EDGES)
_LINK = st.builds(
    lambda href, text: f'<a href="{href}">{text}</a>',
    st.sampled_from(
        ["/kontakt/", "https://www.sst.dk/a_(b)?c=1&amp;d=*", "#x", "tel:112", "javascript:x", "mailto:a@b.dk"]
    ),
    _PLAIN,
)
_INLINE = st.recursive(
    st.one_of(_PLAIN, _LINK, st.just("<br>")),
    lambda inner: _wrap(["strong", "em", "b", "i", "sub", "sup", "span", "u"], _joined(inner, 3)),
    max_leaves=4,
)
_RUN = _joined(_INLINE, 4)
_HIDDEN = st.sampled_from(
    ["<!-- skjult -->", "<p hidden>skjult</p>", "<script>x</script>", '<span style="display:none">skjult</span>']
)


def _blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    row = st.lists(
        st.one_of(_wrap(["td", "td", "th"], st.one_of(_RUN, inner)), st.just("<td></td>")), min_size=1, max_size=3
    )
    return st.one_of(
        _wrap(["div", "blockquote", "section"], _joined(inner, 3)),
        _wrap(["ul", "ol"], _joined(_wrap(["li"], st.one_of(_RUN, _joined(inner, 2))), 3)),
        _wrap(["table"], _joined(_wrap(["tr"], row.map("".join)), 3)),
    )


_BLOCK = st.recursive(
    st.one_of(_wrap(["p", "p", "p", "h1", "h2", "h3", "h4", "h6"], _RUN), _RUN, st.just("<hr>")), _blocks, max_leaves=8
)


def wild_html(*, hidden: bool = True) -> st.SearchStrategy[str]:
    """HTML of blocks in any order and nesting; with `hidden`, also of things that are to be dropped."""
    return _joined(st.one_of(_BLOCK, _HIDDEN) if hidden else _BLOCK, 6)


def clean_bodies() -> st.SearchStrategy[str]:
    """Bodies as they are stored."""
    return wild_html().map(clean_body)
