"""The front: public pages answered before Django, from bytes made once for each edition, language and day.

A page is made by its ordinary Django view, called with nothing but the address: no cookies, no headers, no host of the visitor's, so
what is kept can hold nothing of theirs. A view opts in by `reception.http.public` (or `keepable`); everything else goes to Django.
"""

import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from reception import editions, holding
from reception.encodings import matches, negotiate
from reception.http import is_ours, plain, plain_environment
from reception.making import BRIEF, Environ, Start, Watched, may_be_kept, page_of, send, with_banner
from reception.shelf import Page, Shelf

log = structlog.get_logger(__name__)
LOOKS_EVERY = 0.8
FILES_EACH_LOOK = 10
# Header values that were seen and understood; more than this many different ones are worked out each time.
REMEMBERED = 500
READ_ONLY = ("GET", "HEAD")


@dataclass(frozen=True)
class Made:
    """What a view answered, and the page to be kept of it where it may be kept."""

    response: HttpResponseBase
    page: Page | None


class Front:
    """The WSGI application. Two threads keep it right: one asks the database for new editions, one watches the counties' midnights."""

    def __init__(self, django: WSGIHandler, *, clock: Callable[[], datetime] = timezone.now, watching: bool = True) -> None:
        self.django = django
        self.watching = watching
        self.shelf = Shelf(settings.PAGES_MEMORY_MB * 1024 * 1024)
        self.editions = holding.Editions(folder=settings.SNAPSHOT_DIR, clock=clock, listener=self)
        # What was kept when the database went down, and the periods it was kept for.
        self.before: dict[str, Page] = {}
        self.before_periods: dict[str, holding.Period] = {}
        # Counts up when what is being made may not be kept any more.
        self.phase = 0
        self._hosts: set[str] = set()
        self._codings: dict[str | None, int] = {}
        self._making: dict[str, threading.Event] = {}
        self._starting = threading.Lock()
        self._started = False
        os.register_at_fork(after_in_child=self._forked)

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        # The quick way: nothing here may allocate or ask more than it must; `bench/pages.py` holds it to the shortest application.
        page = self.shelf.young.get(environ["PATH_INFO"])
        if (
            page is not None
            and environ["REQUEST_METHOD"] == "GET"
            and "HTTP_IF_NONE_MATCH" not in environ
            and not environ["QUERY_STRING"]
            and environ.get("HTTP_HOST") in self._hosts
        ):
            coding = self._codings.get(environ.get("HTTP_ACCEPT_ENCODING"))
            if coding is not None:
                answer = page.answers[coding]
                if answer is not None:
                    start_response("200 OK", answer[0])
                    return answer[1]
        try:
            return self._answer(environ, start_response)
        except Exception as failure:
            # Even the page of failures failed, as in a process that can open no file any more.
            log.exception("no answer could be made")
            return send(plain(failure), environ, start_response)

    def _answer(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        page = self.shelf.find(path)
        if (
            not self._knows_host(environ.get("HTTP_HOST"))
            or environ.get("SCRIPT_NAME")
            or (page is None and not may_be_kept(environ))
        ):
            return self.django(environ, start_response)
        self._start()
        if environ["REQUEST_METHOD"] not in READ_ONLY:
            start_response("405 Method Not Allowed", [("Allow", "GET, HEAD"), ("Content-Length", "0")])
            return []
        page = page or self.shelf.find(path)
        made = None
        if page is None:
            made = self._make_once(path)
            page = made.page
        if environ["QUERY_STRING"] and (page is None or not page.open_query):
            with editions.using(self.editions):
                return self.django(environ, start_response)
        if page is None and made is not None:
            return send(made.response, environ, start_response)
        assert page is not None
        return self._send_page(page, environ, start_response)

    def _send_page(self, page: Page, environ: Environ, start_response: Start) -> Iterable[bytes]:
        coding = self._coding(environ.get("HTTP_ACCEPT_ENCODING"))
        fresh = page.answers[coding] is None
        headers, body = page.answer(coding)
        if fresh and body[0] is not page.core:
            self.shelf.grown(len(body[0]))
        asked = environ.get("HTTP_IF_NONE_MATCH")
        if asked and matches(dict(headers)["ETag"], asked):
            start_response("304 Not Modified", page.not_modified(coding))
            return []
        start_response("200 OK", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else body

    def _coding(self, accepted: str | None) -> int:
        known = self._codings.get(accepted)
        if known is None:
            known = negotiate(accepted)
            if len(self._codings) < REMEMBERED:
                self._codings[accepted] = known
        return known

    def _knows_host(self, host: str | None) -> bool:
        if host in self._hosts:
            return True
        right = bool(host) and is_ours(str(host))
        if right and len(self._hosts) < REMEMBERED:
            self._hosts.add(str(host))
        return right

    # Making pages.

    def _make_once(self, path: str) -> Made:
        """Make a page, or wait for whoever is making it."""
        while True:
            with self.editions.lock:
                under_way = self._making.get(path)
                if under_way is None:
                    mine = self._making[path] = threading.Event()
                    break
            under_way.wait(30)
            page = self.shelf.find(path)
            if page:
                return Made(HttpResponse(), page)
            # What is not kept is made for each who asks, side by side.
            return self._make(path)
        try:
            return self._make(path)
        finally:
            with self.editions.lock:
                self._making.pop(path, None)
            mine.set()

    def _make(self, path: str) -> Made:
        with self.editions.lock:
            phase, version, down = self.phase, self.editions.version, self.editions.down
            was = self.before.get(path)
            if down and was and self.before_periods == self.editions.periods:
                aged = self.before[path] = self._aged(path, was)
                self.shelf.put(path, aged)
                return Made(HttpResponse(), aged)
        request = Watched(plain_environment(path))
        with editions.using(self.editions), editions.reading() as noted:
            response = self._view(request)
        page = page_of(response, noted, open_query=not request.asked_query, brief=self._is_late(noted))
        if page is None:
            if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR and was:
                return Made(response, self._aged(path, was))
            return Made(response, None)
        if down or noted.aged:
            page = self._aged(path, page)
        with self.editions.lock:
            right = down or (not noted.aged and self.editions.unchanged(noted, version))
            if right and phase == self.phase and down == self.editions.down:
                self.shelf.put(path, page)
        return Made(response, page)

    def _view(self, request: WSGIRequest) -> HttpResponseBase:
        set_script_prefix("/")
        signals.request_started.send(sender=type(self), environ=request.environ)
        response = self.django.get_response(request)
        if not response.streaming:
            # Closing ends the request for Django: it lets go of the database's connection where that is due.
            response.close()
        return response

    def _is_late(self, noted: editions.Reading) -> bool:
        periods = self.editions.periods
        return periods[noted.zone].late if noted.zone in periods else any(period.late for period in periods.values())

    def _aged(self, path: str, page: Page) -> Page:
        """The page with its age, in words and in its headers, for while the database is down."""
        names = {name for name, _value in page.headers}
        if "Warning" in names:
            return page
        zone = ZoneInfo(page.zone or settings.TIME_ZONE)
        right_at = self.editions.looked_at
        with translation.override(translation.get_language_from_path(path) or settings.LANGUAGE_CODE):
            if right_at is None:
                words = _("系统正在恢复，本页可能不是最新。")
            else:
                at = right_at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
                words = _("本页为 %(at)s 的内容。系统正在恢复，可能不是最新。") % {"at": at}
        headers = [(name, BRIEF if name == "Cache-Control" else value) for name, value in page.headers]
        headers.append(("Warning", '111 - "Revalidation Failed"'))
        body = page.body
        if any(name == "Content-Type" and value.startswith("text/html") for name, value in headers):
            body = with_banner(body, words)
        return Page(body, headers, county=page.county, zone=page.zone, open_query=page.open_query)

    # What the editions tell.

    def changed(self, counties: set[int]) -> None:
        self.shelf.drop([*counties, None])

    def turned(self, zones: set[str]) -> None:
        self.phase += 1
        self.shelf.drop_zones(zones)

    def went_down(self) -> None:
        self.phase += 1
        self.before = self.shelf.empty()
        self.before_periods = self.editions.periods
        log.warning("database down", pages_kept=len(self.before))

    def came_up(self) -> None:
        self.phase += 1
        self.shelf.empty()
        if self.before_periods == self.editions.periods:
            for path, page in self.before.items():
                if not any(name == "Warning" for name, _value in page.headers):
                    self.shelf.put(path, page)
        self.before = {}
        log.warning("database up")

    # The two threads.

    def _start(self) -> None:
        """Begin to watch. Here and not when the module is loaded: a server may fork between."""
        if self._started:
            return
        with self._starting:
            if self._started:
                return
            self.editions.look()
            self.editions.turn()
            if self.watching:
                for name, work in (("editions", self._look), ("midnight", self._turn)):
                    threading.Thread(target=work, name=name, daemon=True).start()
            self._started = True

    def _forked(self) -> None:
        self._starting = threading.Lock()
        self._started = False

    def _look(self) -> None:
        pause = threading.Event()
        while True:
            pause.wait(LOOKS_EVERY)
            try:
                self.editions.look()
                self.editions.keep_some(FILES_EACH_LOOK)
            except Exception:
                log.exception("looking for new editions failed")

    def _turn(self) -> None:
        pause = threading.Event()
        while True:
            # Midnight is a whole minute everywhere, so waking at each whole second is waking at midnight.
            pause.wait(1 - self.editions.clock().microsecond / 1_000_000)
            try:
                self.editions.turn()
            except Exception:
                log.exception("turning the day failed")
