"""From a view's answer to a page that may be kept, and what may not be kept to whoever asked."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, cast

from django.core.handlers.wsgi import WSGIRequest, get_path_info
from django.http.response import HttpResponseBase
from django.utils.html import escape

from reception import editions
from reception.http import FRESH, is_kept
from reception.shelf import Headers, Page

Environ = dict[str, Any]
Start = Callable[..., Any]
LARGEST = 4 * 1024 * 1024
# What only a document in a browser heeds; a calendar program that asks every hour is spared it.
FOR_DOCUMENTS = {"Content-Language", "Cross-Origin-Opener-Policy", "Referrer-Policy"}
# In the last minutes of a day nobody may keep "tomorrow" beyond midnight; while the database is down nothing is fresh for long.
BRIEF = "public, max-age=5, stale-if-error=86400"


class Watched(WSGIRequest):
    """A request that notes whether the view asked for the query."""

    def __init__(self, environ: Environ) -> None:
        super().__init__(environ)
        self.asked_query = False

    def __getattribute__(self, name: str) -> Any:
        if name in ("GET", "get_full_path"):
            self.asked_query = True
        return super().__getattribute__(name)


def may_be_kept(environ: Environ) -> bool:
    """Whether the address leads to a view that opted in."""
    return is_kept(get_path_info(environ))


def page_of(response: HttpResponseBase, noted: editions.Reading, *, open_query: bool, brief: bool) -> Page | None:
    """The page to keep of a response; None where it must not be kept."""
    vary = {name.strip().lower() for name in response.headers.get("Vary", "").split(",") if name.strip()}
    control = {part.strip().lower() for part in response.headers.get("Cache-Control", "").split(",")}
    if (
        response.status_code != HTTPStatus.OK
        or response.streaming
        or response.cookies
        or "public" not in control
        or control & {"private", "no-store", "no-cache"}
        # The address alone says the language; a page that varies by anything else is not a function of the address.
        or vary - {"accept-language", "accept-encoding"}
        or "nonce-" in response.headers.get("Content-Security-Policy", "")
    ):
        return None
    body = bytes(getattr(response, "content", b""))
    if not body or len(body) > LARGEST:
        return None
    needless = set() if "html" in response.headers.get("Content-Type", "") else FOR_DOCUMENTS
    headers = [
        (name, BRIEF if brief and value == FRESH else value) for name, value in response.headers.items() if name not in needless
    ]
    county = next(iter(noted.editions)) if len(noted.editions) == 1 and not noted.every else None
    return Page(body, headers, county=county, zone=noted.zone, open_query=open_query)


def with_banner(body: bytes, words: str) -> bytes:
    """The page with a sentence at the head of its main part."""
    begins = body.find(b"<main")
    begins = begins if begins >= 0 else body.find(b"<body")
    ends = body.find(b">", begins) + 1 if begins >= 0 else 0
    return body[:ends] + f'<p class="note aged" role="status">{escape(words)}</p>'.encode() + body[ends:]


def send(response: HttpResponseBase, environ: Environ, start_response: Start) -> Iterable[bytes]:
    """An answer that is not kept, as Django's own handler would send it."""
    headers: Headers = [(name, value) for name, value in response.headers.items() if name.lower() != "content-length"]
    headers += [("Set-Cookie", morsel.output(header="").strip()) for morsel in response.cookies.values()]
    body = b"" if response.streaming else bytes(getattr(response, "content", b""))
    if not response.streaming:
        headers.append(("Content-Length", str(len(body))))
    start_response(f"{response.status_code} {response.reason_phrase}", headers)
    if environ["REQUEST_METHOD"] == "HEAD":
        return []
    return cast("Iterable[bytes]", response) if response.streaming else [body]
