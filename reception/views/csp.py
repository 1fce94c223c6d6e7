"""Browsers report what the content security policy stopped; it is logged without anything about the person."""

import json
import time
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

LARGEST = 16 * 1024
EACH_MINUTE = 30
log = structlog.get_logger("reception.csp")


class Rate:
    """At most so many a minute in this process, whoever asks: a flood of reports must not flood the log."""

    def __init__(self, each_minute: int) -> None:
        self.each_minute, self.minute, self.count = each_minute, -1, 0
        self.lock = Lock()

    def allows(self, *, at: float) -> bool:
        """`at` is a monotonic clock in seconds."""
        with self.lock:
            if int(at // 60) != self.minute:
                self.minute, self.count = int(at // 60), 0
            self.count += 1
            return self.count <= self.each_minute


rate = Rate(EACH_MINUTE)


@login_not_required
@csrf_exempt
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """``/csp/report/``: a report in either form that browsers send. 204 when read, 400 when it is none, 413 or 429 when it is too much."""
    if int(request.headers.get("Content-Length") or 0) > LARGEST:
        return HttpResponse(status=413)
    if not rate.allows(at=time.monotonic()):
        return HttpResponse(status=429)
    try:
        found = _reports(json.loads(request.body))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return HttpResponse(status=400)
    for said in found[:5]:
        log.warning(
            "csp.report",
            directive=str(said.get("effective-directive") or said.get("effectiveDirective") or said.get("violated-directive"))[:40],
            blocked=_host(str(said.get("blocked-uri") or said.get("blockedURL") or "")),
            page=_pattern(str(said.get("document-uri") or said.get("documentURL") or "")),
        )
    return HttpResponse(status=204)


def _reports(body: Any) -> list[dict[str, Any]]:
    if isinstance(body, dict):
        return [dict(body["csp-report"])] if "csp-report" in body else []
    return [dict(item["body"]) for item in body if item.get("type") == "csp-violation"]


def _host(address: str) -> str:
    """The host that was blocked, or the word that stands for one (`inline`, `eval`); never the path or what was asked."""
    return (urlsplit(address).hostname or address.split(":", maxsplit=1)[0])[:100]


def _pattern(address: str) -> str:
    """Which page of ours it was, by its pattern: an address can hold what is somebody's."""
    try:
        return resolve(urlsplit(address).path or "/").route
    except Resolver404:
        return "?"
