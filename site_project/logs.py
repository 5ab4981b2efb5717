"""What a log must not keep."""

from __future__ import annotations

import logging
import re

_TOKEN = re.compile(r"(/conversations/)[^/\s]+")


class WithoutTokens(logging.Filter):
    """Takes conversations' tokens out of addresses: whoever has one can read the conversation."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _TOKEN.sub(r"\1…", record.getMessage()), ()
        return True
