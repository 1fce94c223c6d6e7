"""What a log line is: one line of JSON, with its level, its logger and a time in UTC, whatever somebody sent."""

import io
import json
import logging.config
from datetime import UTC, datetime, timedelta

import pytest
import structlog


@pytest.fixture
def lines(settings):
    """What the portal's own handler writes, as lines."""
    written = io.StringIO()
    formatter = logging.config.DictConfigurator({"version": 1}).configure_formatter(dict(settings.LOGGING["formatters"]["json"]))
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter)
    loggers = [logging.getLogger(name) for name in ("reception.tried", "django.request")]
    for logger in loggers:
        logger.addHandler(handler)
    yield lambda: written.getvalue().splitlines()
    for logger in loggers:
        logger.removeHandler(handler)


HOSTILE = 'x\r\n{"event": "signed in", "level": "info"}\u2028\x1b[31m'


def test_what_somebody_sent_makes_no_line_of_its_own(lines):
    structlog.get_logger("reception.tried").warning("refused", said=HOSTILE)
    logging.getLogger("django.request").warning("Not Found: %s", HOSTILE)
    ours, django = (json.loads(line) for line in lines())
    assert (ours["event"], ours["said"]) == ("refused", HOSTILE)
    assert django["event"].endswith(HOSTILE)


def test_a_line_says_when_in_utc_where_and_how_bad(lines):
    structlog.get_logger("reception.tried").error("broken", county="chenghe")
    line = json.loads(lines()[0])
    at = datetime.fromisoformat(line["timestamp"])
    assert (at.utcoffset(), abs(datetime.now(UTC) - at) < timedelta(minutes=1)) == (timedelta(0), True)
    assert (line["level"], line["logger"], line["county"]) == ("error", "reception.tried", "chenghe")


def test_lines_go_to_the_error_stream_and_nowhere_else(settings):
    handlers = settings.LOGGING["handlers"]
    assert {name: handler["class"] for name, handler in handlers.items()} == {"console": "logging.StreamHandler"}
    assert "stream" not in handlers["console"]
    assert settings.LOGGING["root"] == {"handlers": ["console"], "level": "WARNING"}
