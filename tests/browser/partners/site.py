"""A partner's web site: another server on another port, with a policy and style sheets of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

#: What docs/partners.md tells a web master to allow, in a policy that allows nothing else.
POLICY = (
    "default-src 'none'; script-src {site}; connect-src {site}; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
#: A page that does its worst to whatever stands on it.
HOSTILE = """
:root { --surface: red; --brand: red; --ink: red; --line: red; --chat-accent: red; --focus: red; --radius-m: 99px; }
html { font-size: 62.5%; line-height: 3; letter-spacing: 1em; text-transform: uppercase; direction: rtl; cursor: none; }
* { all: unset !important; color: red !important; background: yellow !important; font: 40px cursive !important; }
html, body { display: block !important; }
div, p, nav, dialog, button, form, section, textarea, ul, svg, [role] { display: none !important; }
button, a, textarea { position: static !important; opacity: 0 !important; visibility: hidden !important; }
vejviser-widget, vejviser-chat { display: none !important; opacity: 0.1 !important; pointer-events: none !important;
  transform: rotate(90deg) !important; --brand: red !important; --ink: red !important; --chat-surface: red !important; }
.chat-panel, .chat-dialog, .chat-opener, .visually-hidden { display: none !important; width: 1px !important; }
:focus-visible { outline: none !important; }
"""
PLAIN = "body { margin: 2rem; font-family: sans-serif; }"
PAGE = """<!doctype html>
<html lang="da">
<head>
<meta charset="utf-8">
<title>Kommunens side</title>
<meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/{style}.css">
<script type="module" src="{site}/widget.js"></script>
</head>
<body>
<main>
<h1>Kommunens side</h1>
<p class="own">Kommunens egen tekst.</p>
<div class="own"><button>Vores knap</button></div>
</main>
{widgets}
</body>
</html>
"""


class PartnerSite:
    """Pages by path; the site's server runs while `serving` lasts."""

    def __init__(self, address: str, site: str) -> None:
        self.address = address
        self.site = site
        self.pages: dict[str, tuple[str, str]] = {
            "/hostile.css": ("text/css", HOSTILE),
            "/plain.css": ("text/css", PLAIN),
        }

    def put(self, widgets: str, *, style: str = "plain", path: str = "/sundhed/private-emner/") -> str:
        """Let the page at `path` hold `widgets`; return its address."""
        html = PAGE.format(site=self.site, style=style, widgets=widgets)
        self.pages[path] = ("text/html; charset=utf-8", html)
        return self.address + path


@contextmanager
def serving(site: str) -> Iterator[PartnerSite]:
    """Serve a partner's web site that may load what lies at `site`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, text = partner.pages.get(self.path, ("text/plain", ""))
            self.send_response(200 if text else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Security-Policy", POLICY.format(site=site))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    partner = PartnerSite(f"http://localhost:{server.server_port}", site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield partner
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
