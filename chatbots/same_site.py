"""Forms without a token: what another site sends is refused by what the browser says of itself.

A token would differ at every load and set a cookie, so no page with such a form could be kept and revalidated.
These forms change nothing that belongs to the visitor, who is not logged in; what they guard against is another site
using its visitors' browsers to send them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponse]


def from_this_site(view: View) -> View:
    """Refuse a POST that a browser sends for a page of another site."""

    @csrf_exempt
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not is_from_this_site(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapper


def is_from_this_site(request: HttpRequest) -> bool:
    """Tell by Origin, or by Sec-Fetch-Site where there is none; what is no browser says neither and may send."""
    origin = request.headers.get("Origin", "")
    if origin and origin != "null":
        return origin.partition("://")[2] == request.get_host()
    said = request.headers.get("Sec-Fetch-Site", "same-origin")
    return said in {"same-origin", "none"} and (origin != "null" or "Sec-Fetch-Site" in request.headers)
