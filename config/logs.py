"""The log: lines of JSON on the error stream. What none may hold, and that a line stays a line."""

import json
import logging
import re
from typing import Any

import structlog

_FEED = re.compile(r"(/feeds/)[^/?\s]+")


class WithoutFeedTokens(logging.Filter):
    """Takes the token out of a private feed's address before a line is written: who reads the log could read the feed."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if "/feeds/" in said:
            record.msg, record.args = _FEED.sub(r"\1…", said), ()
        return True


# Signs that some readers of logs take for the end of a line, or that turn the direction of what they show.
_TURNS = {sign: f"\\u{sign:04x}" for sign in (0x7F, 0x85, 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))}


def one_line(said: Any, **options: Any) -> str:
    """JSON on one line, whatever somebody sent; Chinese stays readable."""
    return json.dumps(said, **options).translate(_TURNS)


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(one_line, ensure_ascii=False),
            ],
            "foreign_pre_chain": [
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
        }
    },
    "filters": {"feeds": {"()": "config.logs.WithoutFeedTokens"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["feeds"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
structlog.configure(
    processors=[
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
)
