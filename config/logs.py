"""What no log may hold."""

import logging
import re

_FEED = re.compile(r"(/feeds/)[^/?\s]+")


class WithoutFeedTokens(logging.Filter):
    """Takes the token out of a private feed's address before a line is written: who reads the log could read the feed."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if "/feeds/" in said:
            record.msg, record.args = _FEED.sub(r"\1…", said), ()
        return True
