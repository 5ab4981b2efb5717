"""What the chat endpoint can answer with besides JSON."""

from __future__ import annotations

from typing import Any

from rest_framework.renderers import BaseRenderer, JSONRenderer

from chatbots.api import sse


class EventStreamRenderer(BaseRenderer):
    """Declares text/event-stream, so that asking for it is acceptable. The stream itself is made by the view."""

    media_type = sse.MEDIA_TYPE
    format = "event-stream"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        """Return `data` as JSON: a response that is not a stream."""
        return JSONRenderer().render(data, None, renderer_context)
