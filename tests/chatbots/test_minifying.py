"""Scripts and style sheets lose what only their readers need, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatbots.minifying import minify


@pytest.mark.parametrize(
    ("name", "text", "minified"),
    [
        ("a.js", "/** What\n * it does.\n */\nlet a = 1; // said\n", "let a=1;"),
        (
            "a.js",
            "class A {\n  #b = `x  ${ y }`;\n  // said\n  c = 'http://x';\n}",
            "class A{#b=`x  ${ y }`;c='http://x';}",
        ),
        ("a.js", 'const c = "/* no comment */", d = /[/*] \\/\\//g;\n', 'const c="/* no comment */",d=/[/*] \\/\\//g;'),
        (
            "a.css",
            ".a {\n  /* said */\n  width: calc(1px + 2rem);\n}\n\n.b > .c {}\n",
            ".a{width: calc(1px + 2rem);}.b > .c{}",
        ),
        (
            "a.css",
            "@container (width < 30rem) {\n  .a .b :is(td, th) { color: red; }\n}\n",
            "@container (width < 30rem){.a .b :is(td,th){color: red;}}",
        ),
        (
            "a.css",
            "@media (width >= 40rem) and (height <  3px) {\n  .a:not(.b , .c) :hover{}\n}",
            "@media (width >= 40rem) and (height < 3px){.a:not(.b,.c) :hover{}}",
        ),
        (
            "a.css",
            'a /* said */ b /* said */ { content: "/* no  comment */" ; background: url(data:a/*b*/) }',
            'a b{content: "/* no  comment */";background: url(data:a/*b*/)}',
        ),
        (
            "a.css",
            ":root {\n  --shadow: 0 1px  2px,\n    0 -1px\n    3px;\n  --Name: calc(1px - var( --b, ));\n}",
            ":root{--shadow: 0 1px 2px,0 -1px 3px;--Name: calc(1px - var( --b,));}",
        ),
        ("a.css", "@layer a , b;\n\n.\\31 0 > li::before, li{}", "@layer a,b;.\\31 0 > li::before,li{}"),
    ],
)
def test_what_only_a_reader_needs_is_left_out_and_nothing_else(name: str, text: str, minified: str) -> None:
    assert minify(Path(name), text) == minified
