"""The log: lines of JSON on the error stream. What none may hold, and that a line stays a line."""

import json
import logging
import re
import sys
import traceback
from collections.abc import Mapping
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


class WithoutWords(logging.Filter):
    """Leaves of an error that a line tells of its kind alone: its words may hold what somebody typed, as PostgreSQL's do."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, Mapping):
            # Celery's own lines give the error as a text.
            told = {name: str(record.args[name]).partition("(")[0][:80] for name in ("exc", "exception") if name in record.args}
            without = {name: "" for name in ("traceback",) if name in record.args}
            record.args = {name: _kind(said) for name, said in record.args.items()} | told | without
        elif record.args:
            record.args = tuple(_kind(said) for said in record.args)
        return True


def _kind(said: object) -> Any:
    return type(said).__name__ if isinstance(said, BaseException) else said


def errors_by_place(_logger: Any, _method: str, event: Any) -> Any:
    """An error as its kind and the lines it passed, of each error that led to it; never its words."""
    found = event.pop("exc_info", None)
    error = (
        found if isinstance(found, BaseException) else (found if isinstance(found, tuple) else sys.exc_info())[1] if found else None
    )
    told: list[str] = []
    while error is not None and len(told) < 10:
        places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
        told.append(" < ".join([type(error).__name__, *reversed(places)]))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if told:
        event["error"] = event.get("error", told[0].partition(" ")[0])
        event["exception"] = told
    return event


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
                errors_by_place,
            ],
        }
    },
    "filters": {"words": {"()": "config.logs.WithoutWords"}, "feeds": {"()": "config.logs.WithoutFeedTokens"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["words", "feeds"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
structlog.configure(
    processors=[
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        errors_by_place,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
)
