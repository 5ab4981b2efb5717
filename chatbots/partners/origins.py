"""Origins: which web sites a partner has, written as a browser writes them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

#: Hosts of a partner's own machine, where a page may be tried without https.
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
DEFAULT_PORTS = {"https": 443, "http": 80}
_HOST = re.compile(r"^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$")


class OriginError(ValueError):
    """The text names no single web site that a partner could have."""


def read_origin(text: str) -> str:
    """Return the origin that `text` names as browsers send it: scheme, host in ASCII, a port that is not the default.

    Only https, and http on the partner's own machine. No path, no wildcard, no "null". Raises OriginError.
    """
    try:
        parts = urlsplit(text.strip())
        host, port = _ascii((parts.hostname or "").lower()), parts.port
    except (ValueError, UnicodeError) as error:
        raise OriginError(text) from error
    is_local = host in LOCAL_HOSTS
    if parts.scheme not in ({"https", "http"} if is_local else {"https"}):
        raise OriginError(text)
    if parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc or text.strip()[-1] in "?#":
        raise OriginError(text)
    if not is_local and not _HOST.match(host):
        raise OriginError(text)
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port and port != DEFAULT_PORTS[parts.scheme] else "")


def read_origins(text: str) -> list[str]:
    """Return the origins in `text`, one on each line, each once. Raises OriginError with the line that is none."""
    return list(dict.fromkeys(read_origin(line) for line in text.splitlines() if line.strip()))


def _ascii(host: str) -> str:
    return host if host.isascii() else host.encode("idna").decode()
