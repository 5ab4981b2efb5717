"""What pages of other sites may read of this one. Never "*", and never with credentials."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers

#: Seconds that a browser may remember what a preflight said.
PREFLIGHT_MAX_AGE = 600


def allow(response: HttpResponseBase, origin: str | None) -> None:
    """Let pages of `origin` read the response, or none when it is None. `Vary` tells caches that it depends on that."""
    patch_vary_headers(response, ["Origin"])
    if origin is not None:
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Expose-Headers"] = "Retry-After"


def preflight(origin: str | None) -> HttpResponse:
    """Return the answer to a browser that asks on behalf of a page of `origin` before it sends anything."""
    response = HttpResponse(status=403 if origin is None else 204)
    allow(response, origin)
    if origin is not None:
        response["Access-Control-Allow-Methods"] = "GET, POST, DELETE"
        response["Access-Control-Allow-Headers"] = "Accept, Accept-Language, Content-Type"
        response["Access-Control-Max-Age"] = str(PREFLIGHT_MAX_AGE)
    return response
