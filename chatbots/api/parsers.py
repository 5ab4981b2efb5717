"""JSON in, of a size that a question can have."""

from __future__ import annotations

import io
from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from chatbots.api.problems import PayloadTooLarge

#: Bytes of a request's body: room for the longest message from the longest address, each character escaped as twelve.
MAX_BODY_BYTES = 24 * 1024


class BoundedJSONParser(JSONParser):
    """JSON in UTF-8 of at most MAX_BODY_BYTES."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """Return the parsed body. Raises PayloadTooLarge, ParseError."""
        body = stream.read(MAX_BODY_BYTES + 1)
        if len(body) > MAX_BODY_BYTES:
            raise PayloadTooLarge
        try:
            return super().parse(io.BytesIO(body), media_type, (parser_context or {}) | {"encoding": "utf-8"})
        except RecursionError:
            raise ParseError from None
