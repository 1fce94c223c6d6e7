"""A front in the test's own process, and what a reader sees of it."""

from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone

from reception.front import Front


@dataclass(frozen=True)
class Seen:
    status: int
    headers: dict
    body: bytes

    @property
    def text(self):
        return self.body.decode()


def front(**options):
    """A front that looks for new editions and turns the day only when told to."""
    return Front(get_wsgi_application(), watching=False, **{"clock": timezone.now, **options})


def environment(path, method="GET", query="", host="testserver", headers=()):
    return {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": host,
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": BytesIO(),
        "wsgi.version": (1, 0),
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in dict(headers).items()},
    }


def ask(application, path, method="GET", *, query="", host="testserver", **headers):
    """What the application answers; header names in lower case, with a hyphen for each underscore of the keyword."""
    started = []
    environ = environment(path, method, query, host, {name.replace("_", "-"): value for name, value in headers.items()})
    with _in_the_tests_transaction():
        answer = application(environ, lambda status, given, _exc=None: started.append((status, given)))
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
    status, given = started[-1]
    return Seen(int(status.split()[0]), {name.lower(): value for name, value in given}, body)


@contextmanager
def _in_the_tests_transaction():
    """Django closes old connections around a request; the test's own must stay, as Django's test client sees to it too."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
